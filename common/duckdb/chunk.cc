#include "common/duckdb/chunk.h"

#include <nlohmann/json.hpp>

#include "common/duckdb/values.h"

namespace tarn::duckdb {
namespace {

class VectorChunk : public Chunk {
 public:
  VectorChunk(std::shared_ptr<const Schema> schema, ChunkHandle handle)
      : schema_(std::move(schema)), handle_(std::move(handle)), rows_(duckdb_data_chunk_get_size(handle_.get())) {
    for (idx_t i = 0; i < schema_->types.size(); ++i) {
      vectors_.push_back(duckdb_data_chunk_get_vector(handle_.get(), i));
    }
  }

  size_t rows() const override { return rows_; }
  bool IsNull(size_t row, size_t column) const override { return duckdb::IsNull(vectors_[column], row); }
  nlohmann::json Json(size_t row, size_t column) const override {
    return ValueJson(schema_->types[column], vectors_[column], row);
  }
  std::string Text(size_t row, size_t column) const override {
    return ValueText(schema_->types[column], vectors_[column], row);
  }
  Result<ArrowArrayOwner> ToArrow() const override {
    ArrowArrayOwner array;
    const ErrorDataHandle failure(duckdb_data_chunk_to_arrow(schema_->arrow.get(), handle_.get(), array.get()));
    if (failure && duckdb_error_data_has_error(failure.get())) return ArrowFailure(duckdb_error_data_message(failure.get()));
    return array;
  }
  void* native() const override { return handle_.get(); }

 private:
  static Error ArrowFailure(const char* message) {
    return Error(Code::kUnprocessable, std::string("these rows have no form in Arrow: ") + (message ? message : ""));
  }

  std::shared_ptr<const Schema> schema_;
  ChunkHandle handle_;
  size_t rows_;
  std::vector<duckdb_vector> vectors_;  // owned by the chunk
};

}  // namespace

std::unique_ptr<Chunk> MakeChunk(std::shared_ptr<const Schema> schema, ChunkHandle handle) {
  return std::make_unique<VectorChunk>(std::move(schema), std::move(handle));
}

}  // namespace tarn::duckdb
