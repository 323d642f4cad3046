#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/tables/column_statistics.h"

namespace tarn::inference {

/// One node of a file's schema, as parquet.thrift's SchemaElement; -1 where it says nothing.
struct ParquetNode {
  std::string name;
  int64_t physical = -1;    ///< Type
  int64_t repetition = -1;  ///< FieldRepetitionType
  int64_t converted = -1;   ///< ConvertedType
  int64_t logical = -1;     ///< the field of LogicalType that is set
  int64_t children = 0;
  int64_t length = 0;  ///< of a value, in bytes; 0: it varies
  int64_t scale = 0, precision = 0;
  int64_t field_id = -1;  ///< the writer's own number for the column
  bool utc = false;  ///< of logical TIME and TIMESTAMP
  bool millis = false, nanos = false;
};

/// What the row groups say of a column at the top level that is a leaf.
struct ParquetColumnStatistics {
  size_t position = 0;  ///< among the columns, from 0
  std::string type;     ///< DuckDB's, for which the bounds hold
  catalog::ColumnStatistics values;
};

struct ParquetFooter {
  std::vector<ParquetNode> nodes;  ///< depth first, the root first
  int64_t rows = 0;
  bool geo = false;  ///< GeoParquet: key "geo" in the metadata
  std::vector<ParquetColumnStatistics> statistics;
  uint64_t read_bytes = 0;
  uint64_t elements = 0;  ///< of all lists in it: what a reader that keeps them pays for
};

/// A footer over this size is refused.
inline constexpr uint64_t kMaxFooterBytes = 64 << 20;

/// Reads a Parquet file's footer, and nothing else of it. Memory is bounded by the footer's own size,
/// whatever it claims. Errors: kUnprocessable for a file that is truncated, damaged, encrypted or over the
/// limits; those of File::Open.
Result<ParquetFooter> ReadParquetFooter(const std::filesystem::path& path);

/// Reads `size` bytes of a file from `offset` on; fewer at its end.
using ReadBytes = std::function<Result<std::string>(uint64_t offset, size_t size)>;

/// The same of a file of `size` bytes, wherever it is. Errors: also those of `read`.
Result<ParquetFooter> ReadParquetFooter(uint64_t size, const ReadBytes& read);

}  // namespace tarn::inference
