#pragma once

#include <filesystem>

#include "common/result/result.h"

namespace tarn::catalog {

/// Re-words what the SQL engine says about `file` for people: without paths, settings and advice that concern
/// the engine, with where() = "line N" for a CSV file where it is known. The code stays; the raw message goes
/// to the log.
Error DescribeFileError(const Error& error, const std::filesystem::path& file);

}  // namespace tarn::catalog
