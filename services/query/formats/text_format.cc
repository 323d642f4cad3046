#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/query/formats/formats.h"

namespace tarn::query {
namespace {

// The first rows, which decide how wide the columns are.
constexpr size_t kSampleRows = 500;
constexpr size_t kSampleBytes = 1 << 20;
constexpr size_t kMaxWidth = 60;

bool IsWide(char32_t c) {  // what terminals show in two columns: CJK, Hangul, fullwidth forms, emoji
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
         (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

bool IsCombining(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || c == 0x200B || c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F);
}

size_t WidthOf(std::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<uint8_t>(text[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t c = length == 1 ? lead : lead & (0xFF >> (length + 1));
    for (size_t j = 1; j < length && i + j < text.size(); ++j)
      c = c << 6 | (static_cast<uint8_t>(text[i + j]) & 0x3F);
    width += IsCombining(c) ? 0 : IsWide(c) ? 2 : 1;
    i += length;
  }
  return width;
}

// Control characters would move the cursor, or worse, so they are shown as escapes: a value cannot steer a
// terminal.
std::string Printable(const std::string& text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string shown;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<uint8_t>(text[i]);
    const bool c1 = c == 0xC2 && i + 1 < text.size() && static_cast<uint8_t>(text[i + 1]) < 0xA0;
    if (c == '\n')
      shown += "\\n";
    else if (c == '\t')
      shown += "\\t";
    else if (c == '\r')
      shown += "\\r";
    else if (c == '\\')
      shown += "\\\\";
    else if (c < 0x20 || c == 0x7F)
      shown += std::string("\\x") + kDigits[c >> 4] + kDigits[c & 15];
    else if (c1) {
      const auto next = static_cast<uint8_t>(text[++i]);
      shown += std::string("\\x") + kDigits[next >> 4] + kDigits[next & 15];
    } else {
      shown += text[i];
    }
  }
  return shown;
}

bool IsNumber(const std::string& type) {
  static constexpr std::string_view kNumbers[] = {"TINYINT", "SMALLINT", "INTEGER",   "BIGINT",
                                                  "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
                                                  "UBIGINT", "UHUGEINT", "FLOAT",     "DOUBLE"};
  if (type.starts_with("DECIMAL(") && type.ends_with(")")) return true;
  return std::find(std::begin(kNumbers), std::end(kNumbers), type) != std::end(kNumbers);
}

class TextFormat : public ResultFormat {
 public:
  Status Begin(const duckdb::ResultStream& rows, std::string&) override {
    for (const auto& column : rows.columns()) {
      header_.push_back(Printable(column.name));
      widths_.push_back(WidthOf(header_.back()));
      right_.push_back(IsNumber(column.type));
    }
    return Ok();
  }

  Result<size_t> Rows(const duckdb::Chunk& chunk, size_t begin, size_t end, std::string& out) override {
    for (; begin < end && out.size() < kFlushBytes; ++begin) {
      std::vector<std::string> cells;
      for (size_t i = 0; i < header_.size(); ++i) {
        cells.push_back(chunk.IsNull(begin, i) ? "NULL" : Printable(chunk.Text(begin, i)));
        if (!header_written_) Measure(i, cells.back());
      }
      if (header_written_)
        AppendLine(cells, out);
      else
        Sample(std::move(cells), out);
    }
    return begin;
  }

  Status End(const nlohmann::json& stats, std::string& out) override {
    if (!header_written_) WriteSample(out);
    const int64_t rows = stats.value("rows", int64_t{0});
    out += '(' + std::to_string(rows) + (rows == 1 ? " row" : " rows");
    if (stats.value("truncated", false)) out += ", more were left out";
    if (stats.contains("total_ms")) out += ", " + std::to_string(stats.value("total_ms", int64_t{0})) + " ms";
    out += ")\n";
    return Ok();
  }

 private:
  void Measure(size_t column, const std::string& cell) {
    sampled_bytes_ += cell.size();
    widths_[column] = std::max(widths_[column], std::min(kMaxWidth, WidthOf(cell)));
  }

  void Sample(std::vector<std::string> cells, std::string& out) {
    sample_.push_back(std::move(cells));
    if (sample_.size() >= kSampleRows || sampled_bytes_ >= kSampleBytes) WriteSample(out);
  }

  void WriteSample(std::string& out) {
    AppendLine(header_, out);
    for (size_t i = 0; i < widths_.size(); ++i) out += (i > 0 ? "+" : "") + std::string(widths_[i] + 2, '-');
    out += '\n';
    for (const auto& cells : sample_) AppendLine(cells, out);
    sample_.clear();
    header_written_ = true;
  }

  void AppendLine(const std::vector<std::string>& cells, std::string& out) const {
    for (size_t i = 0; i < cells.size(); ++i) {
      const size_t width = WidthOf(cells[i]);
      const std::string padding(widths_[i] > width ? widths_[i] - width : 0, ' ');
      const bool last = i + 1 == cells.size();
      out += i > 0 ? " | " : " ";
      if (right_[i])
        out += padding + cells[i];
      else
        out += last ? cells[i] : cells[i] + padding;
    }
    out += '\n';
  }

  std::vector<std::string> header_;
  std::vector<size_t> widths_;
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> sample_;
  size_t sampled_bytes_ = 0;
  bool header_written_ = false;
};

}  // namespace

std::unique_ptr<ResultFormat> MakeTextFormat() { return std::make_unique<TextFormat>(); }

}  // namespace tarn::query
