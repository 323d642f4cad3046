#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"

namespace tarn::query {

/// Renders a result as text, piece by piece: what a call returns goes to the client before the next call.
class RowFormat {
 public:
  virtual ~RowFormat() = default;
  virtual const char* content_type() const = 0;
  virtual void Begin(const std::vector<duckdb::Column>& columns, std::string& out) = 0;
  virtual void Row(const duckdb::Chunk& chunk, size_t row, std::string& out) = 0;
  /// `stats` is an object about the whole statement.
  virtual void End(const nlohmann::json& stats, std::string& out) = 0;
};

/// {"columns": [{"name", "type"}], "rows": [[...]], "stats": {...}}
std::unique_ptr<RowFormat> MakeJsonFormat();
/// RFC 4180 with a header. NULL is an empty field, an empty text is "".
std::unique_ptr<RowFormat> MakeCsvFormat();
/// One JSON object per line, members in the order of the columns; a repeated column name gets _1, _2, ...
std::unique_ptr<RowFormat> MakeNdjsonFormat();

/// The row as a JSON array: [1, "a", null].
void AppendRowArray(const duckdb::Chunk& chunk, size_t row, size_t columns, std::string& out);

nlohmann::json ColumnsJson(const std::vector<duckdb::Column>& columns);

}  // namespace tarn::query
