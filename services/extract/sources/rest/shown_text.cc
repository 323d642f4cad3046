#include "services/extract/sources/rest/shown_text.h"

namespace tarn::extract::rest {

std::string ShownText(std::string_view text, size_t max_bytes) {
  std::string shown;
  for (const char c : text.substr(0, max_bytes)) {
    const bool is_space = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (is_space && (shown.empty() || shown.back() == ' ')) continue;
    shown += is_space ? ' ' : c > ' ' && c < 0x7f ? c : '?';
  }
  if (text.size() > max_bytes) shown += "...";
  return shown;
}

}  // namespace tarn::extract::rest
