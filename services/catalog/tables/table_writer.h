#pragma once

#include <functional>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/tables/commit_report.h"
#include "services/catalog/tables/table_change.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Commits what crawls found. Thread-safe: one commit at a time, others wait.
/// Errors of all methods: kUnavailable and kResourceExhausted from the disk, kInternal.
class TableWriter {
 public:
  virtual ~TableWriter() = default;

  /// Makes all changes in one transaction: one new version per table that they change, none for the others.
  /// `also` writes what belongs to the same transaction; its error undoes everything. Returns a report per
  /// change, in their order. Errors: also kConflict if a file does not fit a table whose policy is kFail;
  /// then nothing has changed.
  using Also = std::function<Status(const std::vector<TableReport>& reports)>;
  virtual Result<std::vector<TableReport>> Commit(const std::vector<TableChange>& changes,
                                                  const CommitContext& context, const Also& also) = 0;

  /// Returns what Commit would, and changes nothing. Errors: as Commit.
  virtual Result<std::vector<TableReport>> Plan(const std::vector<TableChange>& changes,
                                                const CommitContext& context) = 0;

  /// Finds out which of these files are gone from the object store.
  using FindMissing = std::function<Result<std::vector<DataFile>>(const std::vector<DataFile>& files)>;
  /// Makes a new version with the files and the schema of `version`. What it takes out stays out until the object
  /// changes or a commit adds it again; what it brings back must still be there. Nothing happens if `version` is
  /// the current one. Errors: also kNotFound for a table or a version that there is not (any more), kConflict if
  /// files of the version are gone.
  virtual Result<TableReport> Rollback(const TableName& name, int64_t version, const CommitContext& context,
                                       const FindMissing& find_missing) = 0;
};

}  // namespace tarn::catalog
