#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/table_filter/filter.h"
#include "services/catalog/tables/statistics_summary.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

struct CatalogTotals {
  int64_t tables = 0;
  int64_t files = 0;
  int64_t failed_files = 0;
};

/// A table as it is, or as it was at a version or a time; at most one of the two is set.
struct TableRef {
  TableName name;
  std::optional<int64_t> version{};
  std::optional<Timestamp> as_of{};  ///< the last version that was committed at or before this time
  /// Files that can have no row for which all of these are true are left out.
  std::vector<table_filter::Filter> filters{};
  bool with_statistics = false;  ///< fill DataFile::statistics
  bool without_files = false;    ///< leave TableSnapshot::files empty
};

/// Databases, tables and their versions. Every read sees whole commits only, and none waits for a commit.
/// Thread-safe. Errors of all methods: kUnavailable and kResourceExhausted from the disk, kInternal; of those
/// that name a database or table: kNotFound.
class TableReader {
 public:
  virtual ~TableReader() = default;

  /// Listings start after `after` (empty: at the start) and have at most `limit` entries.
  virtual Result<std::vector<Database>> ListDatabases(const std::string& after, int64_t limit) = 0;
  virtual Result<Database> GetDatabase(const std::string& name) = 0;
  virtual Result<std::vector<Table>> ListTables(const std::string& database, const std::string& after,
                                                int64_t limit) = 0;
  virtual Result<Table> GetTable(const TableName& name) = 0;
  /// As it was, with the time of that version as `updated_at`. Errors: also kNotFound for a version that the table
  /// never had or that is no longer kept.
  virtual Result<Table> GetTableAt(const TableRef& table) = 0;
  /// Newest first, those before `before` (0: from the newest on).
  virtual Result<std::vector<TableVersion>> ListVersions(const TableName& name, int64_t before,
                                                         int64_t limit) = 0;
  /// Errors: also kNotFound for a version that the table never had or that is no longer kept.
  virtual Result<VersionDiff> DiffVersions(const TableName& name, int64_t from, int64_t to) = 0;
  /// The files of a version that are not in the current one, at most `limit`: they may be gone from the object
  /// store. Errors: as DiffVersions.
  virtual Result<std::vector<DataFile>> ListFormerFiles(const TableName& name, int64_t version,
                                                        int64_t limit) = 0;
  /// The files of the current version by key.
  virtual Result<std::vector<DataFile>> ListFiles(const TableName& name, const std::string& after_key,
                                                  int64_t limit) = 0;
  virtual Result<std::vector<Partition>> ListPartitions(const TableName& name, const std::string& after,
                                                        int64_t limit) = 0;
  /// The files of the table that could not be read, by key; the table need not exist.
  virtual Result<std::vector<FailedFile>> ListFailedFiles(const TableName& name, const std::string& after_key,
                                                          int64_t limit) = 0;

  /// The snapshots of all these tables at one moment, in order; nothing for a name that is not cataloged.
  /// Errors: also kNotFound for a version that the table never had, that is no longer kept, or that has files
  /// which are gone from the object store.
  virtual Result<std::vector<std::optional<TableSnapshot>>> Resolve(const std::vector<TableRef>& tables) = 0;

  /// What is known of the values of each column of the current version, partition keys last.
  virtual Result<std::vector<ColumnSummary>> SumUpColumns(const TableName& name) = 0;

  virtual Result<CatalogTotals> Totals() = 0;
};

}  // namespace tarn::catalog
