#pragma once

#include <filesystem>
#include <stop_token>

#include "common/duckdb/engine.h"
#include "services/catalog/inference/file_inspector.h"

namespace tarn::catalog {

/// Reads all values of a CSV file as queries will, by the layout of `inspection`, and sets its row count and
/// statistics. A column with a value that the engine does not take for the column's type becomes VARCHAR, or
/// is an error if its name is among `given`. Errors: those of Connection::Execute; kUnprocessable.
Status ReadCsvValues(duckdb::Connection& connection, const std::filesystem::path& file,
                     const std::vector<Column>& given, Inspection& inspection, std::stop_token cancelled);

}  // namespace tarn::catalog
