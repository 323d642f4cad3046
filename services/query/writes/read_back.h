#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/query/writes/row_writer.h"

namespace tarn::query {

/// Whether a file of text gives the rows again that were written to it: not every value stands the way
/// through every text. `rows` is the SELECT that they came from, with the names and types of the layout's
/// columns. Errors: kUnprocessable with the column that comes out as another.
Status CheckReadBack(duckdb::Connection& connection, const RowLayout& layout, const std::string& rows,
                     const std::filesystem::path& file, std::stop_token cancelled);

}  // namespace tarn::query
