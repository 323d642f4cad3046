#pragma once

#include <optional>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/evolution/schema_change.h"
#include "services/catalog/tables/table_change.h"
#include "services/catalog/tables/table_state.h"

namespace tarn::catalog {

/// What a new version brings.
struct NewVersion {
  std::vector<Column> columns;
  std::vector<SchemaChange> changes;      ///< against the version before, explained
  std::vector<SchemaConflict> conflicts;  ///< all there are
  std::optional<int64_t> rollback_to{};   ///< the version whose files and schema it has
};

/// Gives a table its next version and forgets those that are older than the newest `keep_versions`. Inside a
/// transaction. Errors: those of the database.
Status WriteVersion(sqlite::Database& database, TableState& table, NewVersion version,
                    const CommitContext& context, int64_t keep_versions);

}  // namespace tarn::catalog
