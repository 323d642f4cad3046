#include "services/query/formats/arrow_messages.h"
#include "services/query/formats/formats.h"

namespace tarn::query {
namespace {

class ArrowFormat : public ResultFormat {
 public:
  Status Begin(const duckdb::ResultStream& rows, std::string& out) override {
    TARN_ASSIGN(const auto schema, duckdb::ExportArrowSchema(rows));
    TARN_ASSIGN(root_, ReadArrowField(*schema));
    return AppendSchemaMessage(root_, out);
  }

  Result<size_t> Rows(const duckdb::Chunk& chunk, size_t begin, size_t end, std::string& out) override {
    if (begin != 0) return Error(Code::kInternal, "Arrow batches begin with a chunk");
    TARN_ASSIGN(const auto array, chunk.ToArrow());
    if (!dictionaries_written_) TARN_TRY(AppendDictionaryMessages(root_, *array, out));
    dictionaries_written_ = true;
    TARN_TRY(AppendBatchMessage(root_, *array, static_cast<int64_t>(end), out));
    return end;
  }

  Status End(const nlohmann::json&, std::string& out) override {
    AppendEndOfStream(out);
    return Ok();
  }

 private:
  ArrowField root_;
  bool dictionaries_written_ = false;
};

}  // namespace

std::unique_ptr<ResultFormat> MakeArrowFormat() { return std::make_unique<ArrowFormat>(); }

}  // namespace tarn::query
