#pragma once

#include <optional>
#include <string>

#include "common/sqlite/database.h"
#include "services/catalog/overlay/table_edits.h"
#include "services/catalog/tables/table_state.h"

namespace tarn::catalog {

/// Who made a version by hand, and what was asked for (JSON).
struct VersionEdit {
  std::string by;
  std::string patch;
};

/// The edits that a table had at a version. Errors: those of the database.
Result<TableEdits> ReadEditsAt(sqlite::Database& database, int64_t table_id, int64_t version);

/// Gives these edits to the table and to its newest version. Inside a transaction, after WriteVersion.
/// Errors: those of the database.
Status WriteEdits(sqlite::Database& database, TableState& table, const TableEdits& edits,
                  const std::optional<VersionEdit>& edit);

}  // namespace tarn::catalog
