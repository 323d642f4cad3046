#pragma once

#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/tables/reader_pool.h"
#include "services/catalog/tables/table_store.h"

namespace tarn::catalog {

/// The table store in SQLite. Reads and commits go through two connections to one file, so that a read does
/// not wait for a commit's fsync; for ":memory:" both are the same connection.
class SqliteTableStore : public TableStore {
 public:
  /// Both databases must be migrated (Migrations()) and outlive this. Of each table `keep_versions` versions
  /// are kept.
  /// With `find_missing`, snapshots of former versions are refused if files of theirs are gone.
  /// Snapshots and statistics, which may take long, are read through `pool` if there is one, which must
  /// outlive this.
  SqliteTableStore(sqlite::Database& writer, sqlite::Database& reader, int64_t keep_versions,
                   ReaderPool* pool = nullptr, FindMissing find_missing = {})
      : writer_(writer),
        reader_(reader),
        keep_versions_(keep_versions),
        pool_(pool),
        find_missing_(std::move(find_missing)) {}

  Result<std::vector<Database>> ListDatabases(const std::string& after, int64_t limit) override;
  Result<Database> GetDatabase(const std::string& name) override;
  Result<std::vector<Table>> ListTables(const std::string& database, const std::string& after,
                                        int64_t limit) override;
  Result<Table> GetTable(const TableName& name) override;
  Result<Table> GetTableAt(const TableRef& table) override;
  Result<VersionDiff> DiffVersions(const TableName& name, int64_t from, int64_t to) override;
  Result<std::vector<DataFile>> ListFormerFiles(const TableName& name, int64_t version,
                                                int64_t limit) override;
  Result<std::vector<TableVersion>> ListVersions(const TableName& name, int64_t before,
                                                 int64_t limit) override;
  Result<std::vector<DataFile>> ListFiles(const TableName& name, const std::string& after_key,
                                          int64_t limit) override;
  Result<std::vector<Partition>> ListPartitions(const TableName& name, const std::string& after,
                                                int64_t limit) override;
  Result<std::vector<FailedFile>> ListFailedFiles(const TableName& name, const std::string& after_key,
                                                  int64_t limit) override;
  Result<std::vector<std::optional<TableSnapshot>>> Resolve(const std::vector<TableRef>& tables) override;
  Result<std::vector<std::optional<KnownObject>>> FindObjects(const std::string& crawler,
                                                              const std::vector<Place>& objects) override;
  Result<std::optional<KnownObject>> FindObject(const std::string& crawler, const std::string& bucket,
                                                const std::string& key) override;
  Result<std::map<std::string, std::string>> KnownObjects(const std::string& crawler,
                                                          const std::string& bucket,
                                                          const std::string& prefix) override;
  Result<std::vector<ColumnSummary>> SumUpColumns(const TableName& name) override;
  Result<std::set<std::string>> FailedObjects(const std::string& crawler, const std::string& bucket,
                                              const std::string& prefix) override;
  Result<CatalogTotals> Totals() override;
  Result<std::vector<TableReport>> Commit(const std::vector<TableChange>& changes,
                                          const CommitContext& context, const Also& also) override;
  Result<std::vector<TableReport>> Plan(const std::vector<TableChange>& changes,
                                        const CommitContext& context) override;
  Result<TableReport> Rollback(const TableName& name, int64_t version, const CommitContext& context,
                               const FindMissing& find_missing) override;

 private:
  std::optional<ReaderPool::Lease> LongReader();
  Status CheckReadable(sqlite::Database& reader, const TableSnapshot& snapshot);

  Result<std::vector<TableReport>> ApplyAll(const std::vector<TableChange>& changes,
                                            const CommitContext& context);

  sqlite::Database& writer_;
  sqlite::Database& reader_;
  const int64_t keep_versions_;
  ReaderPool* const pool_;
  const FindMissing find_missing_;
};

}  // namespace tarn::catalog
