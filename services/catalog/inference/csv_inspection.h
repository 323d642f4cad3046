#pragma once

#include <filesystem>
#include <stop_token>

#include "services/catalog/inference/classifiers/classifier.h"
#include "services/catalog/inference/file_inspector.h"

namespace tarn::catalog {

/// Infers how a CSV file is written and what its columns hold (csv/csv_inference.h), and checks that a query
/// reads it that way: no row is skipped or cut, rows that end early are filled up with NULL. A file over 15
/// MB is sampled; then `sampled` is set, `rows` is an estimate, and only the sample was checked. Errors:
/// those of Connection::Execute; kUnprocessable for what queries cannot read, with where() = "line N" where
/// it is known. What `classifier` says of the file is taken as given; it is an error if the file is not like
/// that.
Result<Inspection> InspectCsv(duckdb::Connection& connection, const std::filesystem::path& file,
                              std::stop_token cancelled, const Classifier* classifier = nullptr);

/// Sets the types of the columns that the user gives.
void ApplyTypes(const std::vector<Column>& types, FileLayout& layout);

}  // namespace tarn::catalog
