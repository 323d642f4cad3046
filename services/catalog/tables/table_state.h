#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/overlay/table_edits.h"
#include "services/catalog/tables/table_change.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// A table as it becomes, inside the transaction that changes it.
struct TableState {
  int64_t id = 0;  ///< 0: there is no such table
  TableName name;
  int64_t version = 0;
  std::vector<Column> columns;
  int64_t next_column_id = 1;
  int64_t files = 0, size_bytes = 0, rows = 0;
  std::string crawler;
  std::string location;
  std::optional<int64_t> deprecated_at_ms;
  TableEdits edits;  ///< what people say of it

  // Since the last version.
  int64_t files_added = 0, files_removed = 0;
  std::map<std::string, int> partitions;  ///< those that came (1), went (-1), or both (0), as StorePartition wrote them
  bool files_changed() const { return files_added > 0 || files_removed > 0; }
};

/// Reads the row of a table. Errors of both: those of the database.
Result<TableState> LoadTable(sqlite::Database& database, const TableName& name);

/// Makes the table that `change` is about, and its database, unless they are there.
Status CreateTable(sqlite::Database& database, const TableChange& change, const CommitContext& context);

/// Removes a table with its versions, files and all that is known of them.
Status DeleteTable(sqlite::Database& database, const TableState& table);

}  // namespace tarn::catalog
