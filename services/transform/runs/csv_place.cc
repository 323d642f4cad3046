#include "services/transform/runs/csv_place.h"

#include <fstream>

namespace tarn::transform {

std::optional<CsvPlace> FindCsvRecord(const std::filesystem::path& file, uint64_t record,
                                      const std::string& quote) {
  std::ifstream content(file, std::ios::binary);
  std::streambuf& bytes = *content.rdbuf();
  CsvPlace begin;
  uint64_t offset = 0, line = 1, records = 0;
  bool quoted = false, empty = true;
  constexpr int kEnd = std::char_traits<char>::eof();
  for (int c = bytes.sbumpc(); c != kEnd; c = bytes.sbumpc()) {
    ++offset;
    if (c == '\n') ++line;
    if (c == '\n' && !quoted) {
      records += empty ? 0 : 1;
      empty = true;
      begin = {line, offset};
      continue;
    }
    if (c == '\r' && !quoted) continue;
    // A doubled quote ends the value and begins it again, which is as good.
    if (!quote.empty() && c == static_cast<unsigned char>(quote.front())) quoted = !quoted;
    empty = false;
    if (records == record) return begin;
  }
  return std::nullopt;
}

}  // namespace tarn::transform
