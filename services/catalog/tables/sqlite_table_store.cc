#include "services/catalog/tables/sqlite_table_store.h"

#include "services/catalog/overlay/edits_json.h"
#include "services/catalog/tables/layout_json.h"
#include "services/catalog/tables/snapshot_reader.h"
#include "services/catalog/tables/sqlite_file_reader.h"
#include "services/catalog/tables/table_commit.h"
#include "services/catalog/tables/table_rollback.h"
#include "services/catalog/tables/table_statistics.h"
#include "services/catalog/tables/version_reader.h"

namespace tarn::catalog {
namespace {

constexpr const char* kTableColumns =
    "t.database, t.name, t.version, t.schema, t.files, t.size_bytes, t.rows, t.created_at, t.updated_at, "
    "(SELECT count(*) FROM partitions p WHERE p.table_id = t.id), "
    "(SELECT count(*) FROM failed_files f WHERE f.database = t.database AND f.table_name = t.name), t.id, "
    "t.crawler, t.location, t.deprecated_at, t.edits";

Result<Table> ReadTable(const sqlite::Statement& row) {
  Table table;
  table.name = {row.Text(0), row.Text(1)};
  table.version = row.Integer(2);
  TARN_ASSIGN(table.columns, LoadColumns(row.Text(3)));
  table.files = row.Integer(4);
  table.size_bytes = static_cast<uint64_t>(row.Integer(5));
  table.rows = row.Integer(6);
  table.created_at = FromUnixMillis(row.Integer(7));
  table.updated_at = FromUnixMillis(row.Integer(8));
  table.partitions = row.Integer(9);
  table.failed_files = row.Integer(10);
  table.crawler = row.Text(12);
  table.location = row.Text(13);
  if (!row.IsNull(14)) table.deprecated_at = FromUnixMillis(row.Integer(14));
  TARN_ASSIGN(table.edits, LoadEdits(row.Text(15)));
  return table;
}

Error NoSuchTable(const TableName& name) {
  return Error(Code::kNotFound, "there is no such table: " + name.database + "." + name.table);
}

// The id of a table; kNotFound.
Result<int64_t> TableId(sqlite::Database& database, const TableName& name) {
  TARN_ASSIGN(auto select, database.Prepare("SELECT id FROM tables WHERE database = ? AND name = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, name.database).Bind(2, name.table).Step());
  if (!found) return NoSuchTable(name);
  return select.Integer(0);
}

constexpr const char* kSelectDatabases =
    "SELECT d.name, d.created_at, (SELECT count(*) FROM tables t WHERE t.database = d.name), d.revision, "
    "d.description, d.location, d.parameters FROM databases d ";

Result<Database> ReadDatabase(const sqlite::Statement& row) {
  Database database{row.Text(0), row.Integer(2), FromUnixMillis(row.Integer(1)), row.Integer(3), row.Text(4), row.Text(5)};
  TARN_ASSIGN(database.parameters, LoadParameters(row.Text(6)));
  return database;
}

// Holds one snapshot of the database while it lives, so that several SELECTs see the same commits.
class ReadTransaction {
 public:
  static Result<ReadTransaction> Begin(sqlite::Database& database) {
    ReadTransaction transaction(database);
    TARN_TRY(database.Execute("BEGIN"));
    transaction.begun_ = true;
    return transaction;
  }
  ReadTransaction(ReadTransaction&& other) noexcept
      : database_(other.database_),
        lock_(std::move(other.lock_)),
        begun_(std::exchange(other.begun_, false)) {}
  ~ReadTransaction() {
    // Nothing was written, so rolling back is as good as committing and cannot fail on the disk.
    if (begun_) (void)database_.Execute("ROLLBACK");
  }

 private:
  explicit ReadTransaction(sqlite::Database& database) : database_(database), lock_(database.Lock()) {}

  sqlite::Database& database_;
  std::unique_lock<std::recursive_mutex> lock_;
  bool begun_ = false;
};

}  // namespace

Result<std::vector<Database>> SqliteTableStore::ListDatabases(const std::string& after, int64_t limit) {
  const auto lock = reader_.Lock();
  TARN_ASSIGN(auto select,
              reader_.Prepare(std::string(kSelectDatabases) + "WHERE d.name > ? ORDER BY d.name LIMIT ?"));
  select.Bind(1, after).Bind(2, limit);
  std::vector<Database> databases;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return databases;
    TARN_ASSIGN(Database database, ReadDatabase(select));
    databases.push_back(std::move(database));
  }
}

Result<Database> SqliteTableStore::GetDatabase(const std::string& name) {
  const auto lock = reader_.Lock();
  TARN_ASSIGN(auto select,
              reader_.Prepare(std::string(kSelectDatabases) + "WHERE d.name = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, name).Step());
  if (!found) return Error(Code::kNotFound, "there is no such database: " + name);
  return ReadDatabase(select);
}

Result<std::vector<Table>> SqliteTableStore::ListTables(const std::string& database, const std::string& after,
                                                        int64_t limit) {
  TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader_));
  TARN_TRY(GetDatabase(database));
  TARN_ASSIGN(auto select,
              reader_.Prepare(std::string("SELECT ") + kTableColumns +
                              " FROM tables t WHERE t.database = ? AND t.name > ? ORDER BY t.name LIMIT ?"));
  select.Bind(1, database).Bind(2, after).Bind(3, limit);
  std::vector<Table> tables;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return tables;
    TARN_ASSIGN(Table table, ReadTable(select));
    tables.push_back(std::move(table));
  }
}

Result<Table> SqliteTableStore::GetTable(const TableName& name) {
  const auto lock = reader_.Lock();
  TARN_ASSIGN(auto select, reader_.Prepare(std::string("SELECT ") + kTableColumns +
                                           " FROM tables t WHERE t.database = ? AND t.name = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, name.database).Bind(2, name.table).Step());
  if (!found) return NoSuchTable(name);
  return ReadTable(select);
}

Result<Table> SqliteTableStore::GetTableAt(const TableRef& wanted) {
  TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader_));
  TARN_ASSIGN(Table table, GetTable(wanted.name));
  if (!wanted.version && !wanted.as_of) return table;
  TARN_ASSIGN(const int64_t table_id, TableId(reader_, wanted.name));
  VersionReader versions(reader_, wanted.name, table_id);
  TARN_ASSIGN(const TableVersion version,
              wanted.version ? versions.Get(*wanted.version) : versions.GetAsOf(*wanted.as_of));
  if (version.version == table.version) return table;
  TARN_ASSIGN(table.columns, versions.Schema(version.version));
  table.version = version.version;
  table.files = version.files;
  table.size_bytes = version.size_bytes;
  table.rows = version.rows;
  table.updated_at = version.created_at;
  table.deprecated_at.reset();
  return table;
}

Result<VersionDiff> SqliteTableStore::DiffVersions(const TableName& name, int64_t from, int64_t to) {
  TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader_));
  TARN_ASSIGN(const int64_t table_id, TableId(reader_, name));
  return VersionReader(reader_, name, table_id).Diff(from, to);
}

Result<std::vector<DataFile>> SqliteTableStore::ListFormerFiles(const TableName& name, int64_t version,
                                                                int64_t limit) {
  TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader_));
  TARN_ASSIGN(const int64_t table_id, TableId(reader_, name));
  VersionReader versions(reader_, name, table_id);
  TARN_TRY(versions.Get(version));
  return versions.FormerFiles(version, limit);
}

Result<std::vector<TableVersion>> SqliteTableStore::ListVersions(const TableName& name, int64_t before,
                                                                 int64_t limit) {
  TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader_));
  TARN_ASSIGN(const int64_t table_id, TableId(reader_, name));
  return VersionReader(reader_, name, table_id).List(before > 0 ? before : INT64_MAX, limit);
}

Result<std::vector<DataFile>> SqliteTableStore::ListFiles(const TableName& name, const std::string& after_key,
                                                          int64_t limit) {
  TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader_));
  TARN_ASSIGN(const int64_t table_id, TableId(reader_, name));
  return ReadLiveFiles(reader_, table_id, after_key, limit);
}

Result<std::vector<Partition>> SqliteTableStore::ListPartitions(const TableName& name,
                                                                const std::string& after, int64_t limit) {
  TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader_));
  TARN_ASSIGN(const int64_t table_id, TableId(reader_, name));
  TARN_ASSIGN(auto select,
              reader_.Prepare("SELECT partition, files, size_bytes, rows FROM partitions "
                              "WHERE table_id = ? AND partition > ? ORDER BY partition LIMIT ?"));
  select.Bind(1, table_id).Bind(2, after).Bind(3, limit);
  std::vector<Partition> partitions;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return partitions;
    TARN_ASSIGN(auto values, LoadPartition(select.Text(0)));
    partitions.push_back({std::move(values), select.Text(0), select.Integer(1),
                          static_cast<uint64_t>(select.Integer(2)), select.Integer(3)});
  }
}

Result<std::vector<FailedFile>> SqliteTableStore::ListFailedFiles(const TableName& name,
                                                                  const std::string& after_key,
                                                                  int64_t limit) {
  const auto lock = reader_.Lock();
  TARN_ASSIGN(
      auto select,
      reader_.Prepare("SELECT bucket, key, object_version, code, detail, location, crawl_id, failed_at "
                      "FROM failed_files WHERE database = ? AND table_name = ? AND key > ? "
                      "ORDER BY key LIMIT ?"));
  select.Bind(1, name.database).Bind(2, name.table).Bind(3, after_key).Bind(4, limit);
  std::vector<FailedFile> files;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return files;
    files.push_back({select.Text(0), select.Text(1), select.Text(2), select.Text(3), select.Text(4),
                     select.Text(5), select.Text(6), FromUnixMillis(select.Integer(7))});
  }
}

std::optional<ReaderPool::Lease> SqliteTableStore::LongReader() {
  if (!pool_) return std::nullopt;
  return pool_->Take();
}

Result<std::vector<std::optional<TableSnapshot>>> SqliteTableStore::Resolve(
    const std::vector<TableRef>& tables) {
  const auto lease = LongReader();
  sqlite::Database& reader = lease ? **lease : reader_;
  TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader));
  std::vector<std::optional<TableSnapshot>> snapshots;
  for (const TableRef& table : tables) {
    TARN_ASSIGN(auto snapshot, ReadSnapshot(reader, table));
    if (snapshot && (table.version || table.as_of)) TARN_TRY(CheckReadable(reader, *snapshot));
    snapshots.push_back(std::move(snapshot));
  }
  return snapshots;
}

// The catalog remembers files longer than the object store keeps them.
Status SqliteTableStore::CheckReadable(sqlite::Database& reader, const TableSnapshot& snapshot) {
  if (!find_missing_) return Ok();
  TARN_ASSIGN(const int64_t table_id, TableId(reader, snapshot.name));
  TARN_ASSIGN(const auto former, VersionReader(reader, snapshot.name, table_id).FormerFiles(snapshot.version, -1));
  TARN_ASSIGN(const auto missing, find_missing_(former));
  if (missing.empty()) return Ok();
  return Error(Code::kNotFound, "version " + std::to_string(snapshot.version) + " of " + snapshot.name.database + "." +
                                    snapshot.name.table + " cannot be read any more: " +
                                    std::to_string(missing.size()) +
                                    " of its files are gone from the object store or replaced, the first is " +
                                    missing[0].bucket + "/" + missing[0].key);
}

Result<std::optional<KnownObject>> SqliteTableStore::FindObject(const std::string& crawler,
                                                                const std::string& bucket,
                                                                const std::string& key) {
  const auto lock = reader_.Lock();
  // What a rollback took out counts before what it put in its place: it is the newer of the two.
  TARN_ASSIGN(
      auto select,
      reader_.Prepare("SELECT h.object_version, 2, t.database, t.name FROM held_back h JOIN tables t ON t.id = h.table_id "
                      "WHERE h.bucket = ?2 AND h.key = ?3 AND t.crawler = ?1 "
                      "UNION ALL SELECT f.object_version, 0, t.database, t.name FROM files f JOIN tables t ON t.id = f.table_id "
                      "WHERE f.bucket = ?2 AND f.key = ?3 AND f.to_version IS NULL AND t.crawler = ?1 "
                      "UNION ALL SELECT object_version, 1, database, table_name FROM failed_files "
                      "WHERE crawler = ?1 AND bucket = ?2 AND key = ?3 LIMIT 1"));
  TARN_ASSIGN(const bool found, select.Bind(1, crawler).Bind(2, bucket).Bind(3, key).Step());
  if (!found) return std::optional<KnownObject>();
  return std::optional(KnownObject{select.Text(0), select.Integer(1) == 1, select.Integer(1) == 2,
                                   {select.Text(2), select.Text(3)}});
}

Result<std::map<std::string, std::string>> SqliteTableStore::KnownObjects(const std::string& crawler,
                                                                          const std::string& bucket,
                                                                          const std::string& prefix) {
  TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader_));
  TARN_ASSIGN(
      auto select,
      reader_.Prepare(
          "SELECT h.key, h.object_version FROM held_back h JOIN tables t ON t.id = h.table_id "
          "WHERE h.bucket = ?1 AND h.key >= ?2 AND substr(h.key, 1, length(?2)) = ?2 AND t.crawler = ?3 "
          "UNION ALL SELECT f.key, f.object_version FROM files f JOIN tables t ON t.id = f.table_id "
          "WHERE f.bucket = ?1 AND f.key >= ?2 AND substr(f.key, 1, length(?2)) = ?2 "
          "AND f.to_version IS NULL AND t.crawler = ?3 "
          "UNION ALL SELECT key, object_version FROM failed_files WHERE crawler = ?3 AND bucket = ?1 "
          "AND key >= ?2 AND substr(key, 1, length(?2)) = ?2"));
  select.Bind(1, bucket).Bind(2, prefix).Bind(3, crawler);
  std::map<std::string, std::string> objects;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return objects;
    objects.emplace(select.Text(0), select.Text(1));
  }
}

Result<std::vector<ColumnSummary>> SqliteTableStore::SumUpColumns(const TableName& name) {
  TableStatistics::Answer answer;
  {
    const auto lease = LongReader();
    sqlite::Database& reader = lease ? **lease : reader_;
    TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader));
    TARN_ASSIGN(answer, TableStatistics::Read(reader, name));
  }
  if (answer.to_keep)
    TARN_TRY(writer_.Transact([&] { return TableStatistics::Keep(writer_, *answer.to_keep); }));
  return std::move(answer.columns);
}

Result<std::set<std::string>> SqliteTableStore::FailedObjects(const std::string& crawler,
                                                              const std::string& bucket,
                                                              const std::string& prefix) {
  const auto lock = reader_.Lock();
  TARN_ASSIGN(auto select,
              reader_.Prepare("SELECT key FROM failed_files WHERE crawler = ?1 AND bucket = ?2 AND key >= ?3 "
                              "AND substr(key, 1, length(?3)) = ?3"));
  select.Bind(1, crawler).Bind(2, bucket).Bind(3, prefix);
  std::set<std::string> keys;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return keys;
    keys.insert(select.Text(0));
  }
}

Result<CatalogTotals> SqliteTableStore::Totals() {
  const auto lock = reader_.Lock();
  TARN_ASSIGN(
      auto select,
      reader_.Prepare(
          "SELECT count(*), coalesce(sum(files), 0), (SELECT count(*) FROM failed_files) FROM tables"));
  TARN_TRY(select.Step());
  return CatalogTotals{select.Integer(0), select.Integer(1), select.Integer(2)};
}

Result<std::vector<TableReport>> SqliteTableStore::ApplyAll(const std::vector<TableChange>& changes,
                                                            const CommitContext& context) {
  std::vector<TableReport> reports;
  for (const TableChange& change : changes) {
    TableCommit commit(writer_, context, keep_versions_);
    TARN_ASSIGN(TableReport report, commit.Apply(change));
    reports.push_back(std::move(report));
  }
  return reports;
}

Result<std::vector<TableReport>> SqliteTableStore::Commit(const std::vector<TableChange>& changes,
                                                          const CommitContext& context, const Also& also) {
  std::vector<TableReport> reports;
  TARN_TRY(writer_.Transact([&]() -> Status {
    TARN_ASSIGN(reports, ApplyAll(changes, context));
    return also(reports);
  }));
  return reports;
}

Result<std::vector<TableReport>> SqliteTableStore::Plan(const std::vector<TableChange>& changes,
                                                        const CommitContext& context) {
  std::optional<Result<std::vector<TableReport>>> planned;
  const Status undone = writer_.Transact([&]() -> Status {
    planned = ApplyAll(changes, context);
    return Error(Code::kCancelled, "planned only");
  });
  if (!planned) return undone.error();
  return std::move(*planned);
}

Result<TableReport> SqliteTableStore::Rollback(const TableName& name, int64_t version,
                                               const CommitContext& context, const FindMissing& find_missing) {
  TableReport report;
  TARN_TRY(writer_.Transact([&]() -> Status {
    TARN_ASSIGN(report, TableRollback(writer_, context, keep_versions_).Apply(name, version, find_missing));
    return Ok();
  }));
  return report;
}

}  // namespace tarn::catalog
