#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "common/catalog_client/snapshot.h"
#include "common/result/result.h"

namespace tarn::table_view {

/// A table under the name that SQL uses.
struct BoundTable {
  std::string database;  ///< as written; empty: the name stands alone
  std::string name;
  catalog_client::TableSnapshot snapshot;
};

/// Renders the query of a table's rows: over its files, with the table's columns in order and of the table's
/// types. Columns that a file lacks are NULL in its rows; partition columns have the file's values. `paths`
/// are the local files of `table.files`, in that order. Errors: kUnprocessable for a table of more kinds of
/// files (format, dialect, columns, partition) than one view can hold.
Result<std::string> TableQuery(const catalog_client::TableSnapshot& table,
                               std::span<const std::filesystem::path> paths);

/// Renders the SQL that makes a table visible under its name, as a view. Errors: as TableQuery.
Result<std::string> CreateTableView(const BoundTable& table, std::span<const std::filesystem::path> paths);

}  // namespace tarn::table_view
