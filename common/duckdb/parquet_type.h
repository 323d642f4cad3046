#pragma once

#include <string>

#include "common/duckdb/logical_type.h"

namespace tarn::duckdb {

/// The type, as SQL text, that holds every value of `type` in a Parquet file without loss. Parquet, as the
/// engine writes it, has no HUGEINT, UHUGEINT (they would become DOUBLE), INTERVAL of microseconds, BIT and
/// TIMETZ: these become VARCHAR, wherever in the type they stand. UNION and STRUCT without names become
/// VARCHAR as a whole.
std::string ParquetTypeName(const LogicalType& type);

/// Whether a CAST of what ParquetTypeName says gives the value back: all but UNION and STRUCT without names.
bool ComesBackFromParquet(const LogicalType& type);

}  // namespace tarn::duckdb
