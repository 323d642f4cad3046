#pragma once

#include <filesystem>
#include <stop_token>

#include "services/catalog/inference/file_inspector.h"

namespace tarn::catalog {

/// Infers how a CSV file is written and what its columns hold (csv/csv_inference.h), and checks that a query
/// reads it that way: no row is skipped or cut, rows that end early are filled up with NULL. A file over 15
/// MB is sampled; then `sampled` is set, `rows` is an estimate, and only the sample was checked. Errors:
/// those of Connection::Execute; kUnprocessable for what queries cannot read, with where() = "line N" where
/// it is known.
Result<Inspection> InspectCsv(duckdb::Connection& connection, const std::filesystem::path& file,
                              std::stop_token cancelled);

}  // namespace tarn::catalog
