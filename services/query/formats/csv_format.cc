#include "services/query/formats/formats.h"

namespace tarn::query {
namespace {

class CsvFormat : public ResultFormat {
 public:
  Status Begin(const duckdb::ResultStream& rows, std::string& out) override {
    columns_ = rows.columns().size();
    for (size_t i = 0; i < columns_; ++i) AppendField(rows.columns()[i].name, i, out);
    out += "\r\n";
    return Ok();
  }

  Result<size_t> Rows(const duckdb::Chunk& chunk, size_t begin, size_t end, std::string& out) override {
    for (; begin < end && out.size() < kFlushBytes; ++begin) {
      for (size_t i = 0; i < columns_; ++i) {
        if (!chunk.IsNull(begin, i))
          AppendField(chunk.Text(begin, i), i, out);
        else if (i > 0)
          out += ',';
      }
      out += "\r\n";
    }
    return begin;
  }

  Status End(const nlohmann::json&, std::string&) override { return Ok(); }

 private:
  static void AppendField(const std::string& text, size_t position, std::string& out) {
    if (position > 0) out += ',';
    if (!text.empty() && text.find_first_of(",\"\r\n") == std::string::npos) {
      out += text;
      return;
    }
    out += '"';
    for (const char c : text) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }

  size_t columns_ = 0;
};

}  // namespace

std::unique_ptr<ResultFormat> MakeCsvFormat() { return std::make_unique<CsvFormat>(); }

}  // namespace tarn::query
