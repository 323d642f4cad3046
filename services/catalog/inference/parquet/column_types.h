#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/catalog/inference/parquet/footer.h"

namespace tarn::inference {

/// Returns name and type of each column as DuckDB's reader makes them: lists of two and three levels, maps,
/// structs, converted and logical types, INT96 as TIMESTAMP, decimals over 38 digits as DOUBLE. Nothing for a
/// schema that only the reader itself should judge: GeoParquet, VARIANT, GEOMETRY, logical types without
/// their converted type, names that differ in case only, and what parquet.thrift does not allow.
std::optional<std::vector<std::pair<std::string, std::string>>> ParquetColumnTypes(
    const ParquetFooter& footer);

/// Returns the writer's number of each column at the top level, -1 for those without one; nothing for a
/// schema that is not well-formed.
std::vector<int64_t> ParquetFieldIds(const ParquetFooter& footer);

/// Returns the type of one node without children, repeated or not; nothing where only the reader can tell.
std::optional<std::string> ParquetLeafType(const ParquetNode& node);

}  // namespace tarn::inference
