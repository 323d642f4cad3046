#include "services/extract/sources/rest/csv_rows.h"

#include <algorithm>

namespace tarn::extract::rest {

int64_t CountCsvRecords(std::string_view text) {
  int64_t rows = 0;
  bool quoted = false, filled = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    const bool is_break = !quoted && (c == '\n' || c == '\r');
    if (!is_break) {
      filled = true;
    } else if (filled) {
      ++rows;
      filled = false;
    }
  }
  return std::max<int64_t>(0, rows + (filled ? 1 : 0) - 1);
}

}  // namespace tarn::extract::rest
