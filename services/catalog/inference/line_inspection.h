#pragma once

#include <filesystem>
#include <stop_token>

#include "services/catalog/inference/classifiers/classifier.h"
#include "services/catalog/inference/file_inspector.h"

namespace tarn::catalog {

/// Takes the lines of a text file apart with the classifier's pattern and finds the types of its groups.
/// Blank lines do not count. A file over 15 MB is sampled. Errors: kUnprocessable if not even half of the
/// lines match, or one does not and the classifier wants all to (where() = "line N" where it is known), and
/// for what queries cannot read; those of Connection::Execute.
Result<Inspection> InspectLines(duckdb::Connection& connection, const std::filesystem::path& file,
                                const Classifier& classifier, std::stop_token cancelled);

}  // namespace tarn::catalog
