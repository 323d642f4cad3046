#pragma once

#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/evolution/schema_merge.h"
#include "services/catalog/tables/commit_report.h"
#include "services/catalog/tables/file_ledger.h"
#include "services/catalog/tables/object_ledger.h"
#include "services/catalog/tables/table_change.h"
#include "services/catalog/tables/table_state.h"

namespace tarn::catalog {

/// Applies the changes of one table inside a transaction. Costs as much as what changed and as the table has
/// layouts, not as much as it has files.
class TableCommit {
 public:
  TableCommit(sqlite::Database& database, const CommitContext& context, int64_t keep_versions)
      : database_(database), context_(context), keep_versions_(keep_versions) {}

  /// Returns what became of the table. A table without a readable file is not made. Errors: kConflict for a
  /// file that does not fit where the policy is kFail, those of the database.
  Result<TableReport> Apply(const TableChange& change);

 private:
  // Files of the change that is being applied.
  using Files = std::vector<const DataFile*>;

  Status Open(const TableChange& change);
  Status TakeOut(const TableChange& change);
  Status TakeIn(const TableChange& change);
  Result<Files> WithoutKnown(const TableChange& change);
  Result<Files> WithoutMisfits(const TableChange& change, const Files& added);
  Status WriteVersion(const TableChange& change);
  Result<std::vector<SchemaConflict>> Explained(const SchemaMerge& merge,
                                                const std::vector<LayoutUse>& layouts);
  Status FollowDeletion(const TableChange& change);

  sqlite::Database& database_;
  const CommitContext& context_;
  const int64_t keep_versions_;
  TableState table_;
  FileLedger files_{database_, table_};
  ObjectLedger objects_{database_};
  TableReport report_;
};

}  // namespace tarn::catalog
