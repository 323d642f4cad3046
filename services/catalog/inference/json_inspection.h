#pragma once

#include <filesystem>
#include <stop_token>

#include "services/catalog/inference/classifiers/classifier.h"
#include "services/catalog/inference/file_inspector.h"

namespace tarn::catalog {

/// Reads all of a JSON file (an array of objects, or one object after the other, as in NDJSON) and finds its
/// columns and how many rows it has. Errors: those of Connection::Execute.
Result<Inspection> InspectJson(duckdb::Connection& connection, const std::filesystem::path& file,
                               std::stop_token cancelled);

/// As InspectJson, for a file whose records stand where the classifier's path leads. Errors: kUnprocessable
/// if there is no array.
Result<Inspection> InspectJsonRecords(duckdb::Connection& connection, const std::filesystem::path& file,
                                      const Classifier& classifier, std::stop_token cancelled);

}  // namespace tarn::catalog
