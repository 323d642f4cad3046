#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "common/result/result.h"
#include "services/query/engine/engine.h"

namespace tarn::query {

/// Renders the SQL that makes a table visible under its name: one view over its files, with the table's columns in
/// order and of the table's types. Columns that a file lacks are NULL in its rows; partition columns have the file's
/// values. `paths` are the local files of `table.snapshot.files`, in that order.
/// Errors: kUnprocessable for a table of more kinds of files (format, dialect, columns, partition) than one view can hold.
Result<std::string> CreateTableView(const BoundTable& table, std::span<const std::filesystem::path> paths);

}  // namespace tarn::query
