#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/tables/table_store.h"

namespace tarn::catalog {

/// Applies the changes of one table inside a transaction. Costs as much as what changed, not as much as the
/// table has.
class TableCommit {
 public:
  TableCommit(sqlite::Database& database, const CommitContext& context, int64_t keep_versions)
      : database_(database), context_(context), keep_versions_(keep_versions) {}

  /// Returns what became of the table. A table without a readable file is not made. Errors: those of the
  /// database.
  Result<TableReport> Apply(const TableChange& change);

 private:
  Status OpenOrCreate(const TableChange& change);
  Status RemoveLive(const std::string& bucket, const std::string& key);
  Status Add(const DataFile& file);
  Status ForgetFailure(const std::string& crawler, const std::string& bucket, const std::string& key);
  Status RecordFailure(const TableChange& change, const FailedFile& failure);
  Result<int64_t> FindOrAddLayout(const FileLayout& layout);
  Status CountFile(int64_t layout_id, const std::string& partition, int sign, int64_t size_bytes,
                   int64_t rows);
  Result<std::string> MergedSchema();
  Status WriteVersion();
  Status ForgetOldVersions();

  sqlite::Database& database_;
  const CommitContext& context_;
  const int64_t keep_versions_;

  // The table as it becomes.
  int64_t table_id_ = 0;  // 0: it does not exist
  int64_t version_ = 0;
  std::string crawler_;
  std::string schema_;
  int64_t files_ = 0, size_bytes_ = 0, rows_ = 0;
  int64_t files_added_ = 0, files_removed_ = 0;
};

}  // namespace tarn::catalog
