#pragma once

#include <filesystem>
#include <stop_token>

#include "services/catalog/inference/file_inspector.h"

namespace tarn::catalog {

/// Finds the dialect of a CSV file (also gzip-compressed) and reads all of it strictly in that dialect, so
/// that what the catalog says holds for every row: no row is skipped, padded or cut. Types come from all
/// values (csv_types.h). Errors: those of Connection::Execute; kUnprocessable with where() = "line N" for the
/// first row that does not fit.
Result<Inspection> InspectCsv(duckdb::Connection& connection, const std::filesystem::path& file,
                              std::stop_token cancelled);

}  // namespace tarn::catalog
