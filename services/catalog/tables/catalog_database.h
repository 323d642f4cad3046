#pragma once

#include <filesystem>
#include <memory>

#include "common/sqlite/database.h"

namespace tarn::catalog {

/// Opens the catalog's file to write to it, and brings its schema up to date. It keeps 64 MB of pages in memory, so
/// that a commit of many files finds the inner pages of large indexes, and moves pages from the log into the file
/// every 16 MB. Errors: those of Database::Open and Migrate.
Result<std::unique_ptr<sqlite::Database>> OpenToWrite(const std::filesystem::path& file);

/// Opens it to read snapshots, with 16 MB of pages. Errors: those of Database::Open.
Result<std::unique_ptr<sqlite::Database>> OpenToRead(const std::filesystem::path& file);

}  // namespace tarn::catalog
