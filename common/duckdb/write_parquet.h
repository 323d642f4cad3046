#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"

namespace tarn::duckdb {

/// The names of a Parquet file's columns for these of a result: unique whatever the case.
std::vector<std::string> UniqueNames(const std::vector<Column>& columns);

struct ParquetLimits {
  int64_t max_rows = INT64_MAX;               ///< the rest of the rows is left out
  uint64_t max_bytes = UINT64_MAX;            ///< of the file; more is an error
  std::function<void(int64_t rows)> on_rows;  ///< told the rows so far, from time to time
};

struct WrittenParquet {
  int64_t rows = 0;
  bool truncated = false;  ///< max_rows left rows out
  uint64_t bytes = 0;
  std::vector<std::string>
      names;  ///< of the file's columns: those of the result, a repeated one with _1, _2, ...
  /// What to CAST each column to when it is read: its type in the result, or VARCHAR where that does not come
  /// back.
  std::vector<std::string> types;
};

/// Writes the rest of a stream into a Parquet file. Memory does not grow with it. `writer` is of an instance
/// that was opened with `writes_streams` and may write there; not the stream's own connection. Errors: those
/// of stream.Next(); kResourceExhausted over max_bytes and when the disk is full; kUnprocessable for a type
/// that Parquet cannot hold.
Result<WrittenParquet> WriteParquet(Connection& writer, ResultStream& stream,
                                    const std::filesystem::path& file, const ParquetLimits& limits,
                                    std::stop_token cancelled);

}  // namespace tarn::duckdb
