#pragma once

#include <string_view>

#include "common/result/result.h"
#include "services/catalog/types/data_type.h"

namespace tarn::catalog {

inline constexpr size_t kMaxTypeBytes = 1 << 20;

/// Reads a type as DuckDB writes it, or as DuckDB would read it: any case, aliases ("INT", "STRING",
/// "NUMERIC(4, 1)", "ROW(a INT)"). "NULL", with or without quotes, is the type of no values. Errors:
/// kInvalidArgument with where() = "byte <offset>" for what is no type of DuckDB's, over kMaxTypeBytes or
/// over kMaxTypeDepth.
Result<DataType> ParseType(std::string_view text);

}  // namespace tarn::catalog
