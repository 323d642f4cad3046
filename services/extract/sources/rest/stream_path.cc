#include "services/extract/sources/rest/stream_path.h"

#include <cstdint>

namespace tarn::extract::rest {

std::string AsPathPart(std::string_view value) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  const bool only_dots = value.find_first_not_of('.') == std::string_view::npos;
  std::string part;
  for (const char c : value) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          c == '_' || c == '-' || (c == '.' && !only_dots);
    if (is_plain) {
      part += c;
    } else {
      part += {'=', kDigits[static_cast<uint8_t>(c) >> 4], kDigits[static_cast<uint8_t>(c) & 15]};
    }
  }
  return part;
}

}  // namespace tarn::extract::rest
