#include "common/duckdb/chunk_text.h"

#include <nlohmann/json.hpp>

#include "common/duckdb/chunk.h"
#include "common/duckdb/plain_text.h"
#include "common/json/json.h"

namespace tarn::duckdb {
namespace {

// What JSON writes as it stands between quotes; other texts are checked and escaped byte by byte.
bool NeedsNoEscape(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\') return false;
  }
  return true;
}

bool IsJsonNumber(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
      return true;
    default:
      return false;
  }
}

bool IsJsonText(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_DECIMAL:
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_TIMESTAMP:
      return true;
    default:
      return false;
  }
}

}  // namespace

ChunkText::ChunkText(std::shared_ptr<const Schema> schema) : schema_(std::move(schema)) {
  for (const LogicalType& type : schema_->types) bare_.push_back(IsBareText(type.id));
}

ChunkText::~ChunkText() = default;

void ChunkText::Take(const Chunk& chunk) {
  chunk_ = &chunk;
  data_.clear();
  validity_.clear();
  const auto handle = static_cast<duckdb_data_chunk>(chunk.native());
  for (idx_t i = 0; i < schema_->types.size(); ++i) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(handle, i);
    data_.push_back(duckdb_vector_get_data(vector));
    validity_.push_back(duckdb_vector_get_validity(vector));
  }
}

void ChunkText::AppendText(size_t row, size_t column, std::string& out) const {
  if (IsNull(row, column)) return;
  if (!AppendPlainText(schema_->types[column], data_[column], row, out)) out += chunk_->Text(row, column);
}

void ChunkText::AppendJson(size_t row, size_t column, std::string& out) const {
  const LogicalType& type = schema_->types[column];
  if (IsNull(row, column)) {
    out += "null";
  } else if (IsJsonNumber(type.id)) {
    AppendPlainText(type, data_[column], row, out);
  } else if (!IsJsonText(type.id) || !AppendQuoted(row, column, out)) {
    out += json::Dump(chunk_->Json(row, column));
  }
}

// Returns false, with nothing appended, for what is not so simple.
bool ChunkText::AppendQuoted(size_t row, size_t column, std::string& out) const {
  const size_t begin = out.size();
  out += '"';
  const bool plain = AppendPlainText(schema_->types[column], data_[column], row, out);
  if (plain && NeedsNoEscape(std::string_view(out).substr(begin + 1))) {
    out += '"';
    return true;
  }
  out.resize(begin);
  return false;
}

}  // namespace tarn::duckdb
