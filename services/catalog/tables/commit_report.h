#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/catalog/evolution/schema_change.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// What a commit did, or would do, to a table.
enum class TableOutcome {
  kCreated,
  kChanged,
  kDeprecated,  ///< changed: its last file is gone, and it is marked so
  kDeleted,
  kUnchanged,
  kRefused,  ///< unchanged, because it belongs to another crawler; see TableReport::reason
};
const char* OutcomeName(TableOutcome outcome);  ///< "created", "changed", ...

/// What a commit did, or would do, to one table that it was about.
struct TableReport {
  TableName name;
  TableOutcome outcome = TableOutcome::kUnchanged;
  int64_t version = 0;  ///< after the commit; 0 if there is no table
  int64_t files_added = 0;
  int64_t files_removed = 0;
  std::vector<SchemaChange> schema_changes{};  ///< against the version before; none for a created table
  std::vector<SchemaConflict> conflicts{};     ///< all that the table has now
  std::vector<FailedFile> quarantined{};       ///< kept out by the policy, in this commit
  int64_t partitions_added = 0;
  int64_t partitions_removed = 0;
  std::string reason{};                        ///< why it was refused

  /// Whether the commit gave it a new version or removed it.
  bool changed() const { return outcome != TableOutcome::kUnchanged && outcome != TableOutcome::kRefused; }
};

}  // namespace tarn::catalog
