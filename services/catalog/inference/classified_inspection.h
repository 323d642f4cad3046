#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "services/catalog/inference/file_inspector.h"

namespace tarn::catalog {

/// Reads a file with the first classifier that fits it; nothing if none does, `reasons` says why. Errors:
/// those of Connection::Execute that say nothing of the file, kCancelled.
Result<std::optional<Inspection>> InspectClassified(duckdb::Connection& connection,
                                                    const std::filesystem::path& file,
                                                    std::span<const Classifier> classifiers,
                                                    std::stop_token cancelled, std::string* reasons);

}  // namespace tarn::catalog
