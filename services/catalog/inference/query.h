#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// The rows of a small result as arrays of values in column order. Errors: those of Connection::Execute.
Result<std::vector<std::vector<nlohmann::json>>> QueryRows(duckdb::Connection& connection,
                                                           const std::string& sql, std::stop_token cancelled);

/// The columns of a table function's result, without reading its rows: also those of types whose values the
/// engine cannot hand out (GEOMETRY, VARIANT). Errors: those of Connection::Execute.
Result<std::vector<Column>> DescribeColumns(duckdb::Connection& connection, const std::string& source,
                                            std::stop_token cancelled);

}  // namespace tarn::catalog
