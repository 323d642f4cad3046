#pragma once

#include <string>

#include "common/duckdb/logical_type.h"

namespace tarn::duckdb {

/// Appends the text of the value at `row` of a vector's data, as the engine's cast to VARCHAR shows it,
/// without the engine's help. Returns false, with nothing appended, for types and values that need it: nested
/// ones, times with a zone, dates before the year 1 or after 9999.
bool AppendPlainText(const LogicalType& type, const void* data, idx_t row, std::string& out);

/// Whether texts of the type never have a comma, a quote or a line's end in them.
bool IsBareText(duckdb_type type);

}  // namespace tarn::duckdb
