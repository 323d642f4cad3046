#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/http/message.h"
#include "common/result/result.h"

namespace tarn::query {

/// The forms that rows come in. docs/result_formats.md says how each of them writes each type.
enum class FormatName { kJson, kNdjson, kCsv, kParquet, kArrow, kText };

/// "json", "ndjson", "csv", "parquet", "arrow", "text".
const char* FormatText(FormatName name);
const char* ContentType(FormatName name);

/// Chooses by `?format=`, else by the Accept header; JSON if neither says anything. Errors: kInvalidArgument
/// with where() = "query:format" or "header:Accept".
Result<FormatName> ChooseFormat(const http::Request& request);

/// Renders a result, piece by piece: what a call appends goes to the client before the next call. Errors of
/// all methods: kUnprocessable for a type that the format cannot hold.
class ResultFormat {
 public:
  virtual ~ResultFormat() = default;

  /// `rows` gives the columns; they must outlive the format.
  virtual Status Begin(const duckdb::ResultStream& rows, std::string& out) = 0;

  /// Renders rows of a chunk from `begin` on, and returns the first that it did not: it stops at `end`, and
  /// may stop earlier once `out` is large (kFlushBytes).
  virtual Result<size_t> Rows(const duckdb::Chunk& chunk, size_t begin, size_t end, std::string& out) = 0;

  /// `stats` is an object about the whole statement; only some formats have a place for it.
  virtual Status End(const nlohmann::json& stats, std::string& out) = 0;

  static constexpr size_t kFlushBytes = 64 << 10;
};

/// All but kParquet, which is a file and not a stream: see duckdb::WriteParquet.
std::unique_ptr<ResultFormat> MakeFormat(FormatName name);

/// The row as a JSON array: [1, "a", null].
void AppendRowArray(const duckdb::Chunk& chunk, size_t row, size_t columns, std::string& out);

nlohmann::json ColumnsJson(const std::vector<duckdb::Column>& columns);

}  // namespace tarn::query
