#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// What a crawl found out about one table. Nothing in it: no new version.
struct TableChange {
  struct Object {
    std::string bucket;
    std::string key;
  };

  TableName name;
  std::vector<DataFile> added;     ///< each replaces the file with its bucket and key, if there is one
  std::vector<Object> removed;     ///< removing what is not there is no error
  std::vector<FailedFile> failed;  ///< taken out of the table and kept on record until the object changes
};

/// The version that a commit gave to a table that it changed.
struct CommittedTable {
  TableName name;
  int64_t version = 0;
  int64_t files_added = 0;
  int64_t files_removed = 0;
};

/// What a commit records with every version it makes.
struct CommitContext {
  std::string crawl_id;
  Timestamp time;
};

/// An object version that the catalog has looked at.
struct KnownObject {
  std::string version;
  bool failed = false;  ///< it could not be read, so that no table holds it
};

struct CatalogTotals {
  int64_t tables = 0;
  int64_t files = 0;
  int64_t failed_files = 0;
};

/// Databases, tables and their versions. Every read sees whole commits only. Thread-safe.
/// Errors of all methods: kUnavailable and kResourceExhausted from the disk, kInternal; of those that name a
/// database or table: kNotFound.
class TableStore {
 public:
  virtual ~TableStore() = default;

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

  /// The current snapshots of all these tables at one moment, in order; nothing for a name that is not
  /// cataloged.
  virtual Result<std::vector<std::optional<TableSnapshot>>> Resolve(const std::vector<TableName>& names) = 0;

  /// What the catalog knows of an object, if anything.
  virtual Result<std::optional<KnownObject>> FindObject(const std::string& bucket,
                                                        const std::string& key) = 0;
  /// Key and version of all files of a bucket whose keys start with `prefix`, those that failed included.
  virtual Result<std::map<std::string, std::string>> KnownObjects(const std::string& bucket,
                                                                  const std::string& prefix) = 0;
  virtual Result<CatalogTotals> Totals() = 0;

  /// Makes all changes in one transaction: one new version per table that they change, none for the others.
  /// `also` writes what belongs to the same transaction; its error undoes everything. Returns the changed
  /// tables.
  using Also = std::function<Status(const std::vector<CommittedTable>& committed)>;
  virtual Result<std::vector<CommittedTable>> Commit(const std::vector<TableChange>& changes,
                                                     const CommitContext& context, const Also& also) = 0;
};

}  // namespace tarn::catalog
