#include <cstring>
#include <optional>

#include "common/duckdb/chunk_text.h"
#include "services/query/formats/formats.h"

namespace tarn::query {
namespace {

class CsvFormat : public ResultFormat {
 public:
  Status Begin(const duckdb::ResultStream& rows, std::string& out) override {
    columns_ = rows.columns().size();
    values_.emplace(rows.schema());
    for (size_t i = 0; i < columns_; ++i) AppendField(rows.columns()[i].name, i, out);
    out += "\r\n";
    return Ok();
  }

  Result<size_t> Rows(const duckdb::Chunk& chunk, size_t begin, size_t end, std::string& out) override {
    values_->Take(chunk);
    for (; begin < end && out.size() < kFlushBytes; ++begin) {
      for (size_t i = 0; i < columns_; ++i) {
        if (i > 0) out += ',';
        if (!values_->IsNull(begin, i)) AppendValue(begin, i, out);
      }
      out += "\r\n";
    }
    return begin;
  }

  Status End(const nlohmann::json&, std::string&) override { return Ok(); }

 private:
  // Most texts stand as they are: they are written first and taken back if not.
  void AppendValue(size_t row, size_t column, std::string& out) const {
    const size_t begin = out.size();
    values_->AppendText(row, column, out);
    if (values_->HasBareTexts(column) || IsBare(std::string_view(out).substr(begin))) return;
    const std::string text = out.substr(begin);
    out.resize(begin);
    AppendQuoted(text, out);
  }

  static bool IsBare(std::string_view text) {
    const char* at = text.data();
    size_t left = text.size();
    for (uint64_t eight; left >= sizeof(eight); at += sizeof(eight), left -= sizeof(eight)) {
      std::memcpy(&eight, at, sizeof(eight));
      if (HasByte(eight, ',') || HasByte(eight, '"') || HasByte(eight, '\r') || HasByte(eight, '\n'))
        return false;
    }
    for (; left > 0; ++at, --left) {
      if (*at == ',' || *at == '"' || *at == '\r' || *at == '\n') return false;
    }
    return !text.empty();
  }

  // Whether one of the eight bytes is `byte`: the one that is becomes zero, from which to take one borrows.
  static bool HasByte(uint64_t eight, char byte) {
    constexpr uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
    const uint64_t zeroed = eight ^ (kOnes * static_cast<unsigned char>(byte));
    return ((zeroed - kOnes) & ~zeroed & kHighs) != 0;
  }

  static void AppendField(const std::string& text, size_t position, std::string& out) {
    if (position > 0) out += ',';
    if (IsBare(text)) {
      out += text;
    } else {
      AppendQuoted(text, out);
    }
  }

  static void AppendQuoted(const std::string& text, std::string& out) {
    out += '"';
    for (const char c : text) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }

  size_t columns_ = 0;
  std::optional<duckdb::ChunkText> values_;
};

}  // namespace

std::unique_ptr<ResultFormat> MakeCsvFormat() { return std::make_unique<CsvFormat>(); }

}  // namespace tarn::query
