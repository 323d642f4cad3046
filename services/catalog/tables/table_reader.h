#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
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
  /// Newest first, those before `before` (0: from the newest on).
  virtual Result<std::vector<TableVersion>> ListVersions(const TableName& name, int64_t before,
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
  /// Errors: also kNotFound for a version that the table never had or that is no longer kept.
  virtual Result<std::vector<std::optional<TableSnapshot>>> Resolve(const std::vector<TableRef>& tables) = 0;

  virtual Result<CatalogTotals> Totals() = 0;
};

}  // namespace tarn::catalog
