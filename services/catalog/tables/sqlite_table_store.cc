#include "services/catalog/tables/sqlite_table_store.h"

#include "services/catalog/tables/read_transaction.h"
#include "services/catalog/tables/search_rows.h"
#include "services/catalog/tables/snapshot_reader.h"
#include "services/catalog/tables/sqlite_file_reader.h"
#include "services/catalog/tables/table_commit.h"
#include "services/catalog/tables/table_rollback.h"
#include "services/catalog/tables/table_rows.h"
#include "services/catalog/tables/table_statistics.h"
#include "services/catalog/tables/version_reader.h"

namespace tarn::catalog {
namespace {

// A table may bring its database with it. Of what else has changed (edits, tags, views) and waits for the
// search index, a commit takes this many.
constexpr int64_t kMoreSearchRows = 20;

}  // namespace
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
  TARN_ASSIGN(const auto former,
              VersionReader(reader, snapshot.name, table_id).FormerFiles(snapshot.version, -1));
  TARN_ASSIGN(const auto missing, find_missing_(former));
  if (missing.empty()) return Ok();
  return Error(Code::kNotFound,
               "version " + std::to_string(snapshot.version) + " of " + snapshot.name.database + "." +
                   snapshot.name.table + " cannot be read any more: " + std::to_string(missing.size()) +
                   " of its files are gone from the object store or replaced, the first is " +
                   missing[0].bucket + "/" + missing[0].key);
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
    TARN_TRY(WriteSearchRows(writer_, 2 * static_cast<int64_t>(reports.size()) + kMoreSearchRows));
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
                                               const CommitContext& context,
                                               const FindMissing& find_missing) {
  TableReport report;
  TARN_TRY(writer_.Transact([&]() -> Status {
    TARN_ASSIGN(report, TableRollback(writer_, context, keep_versions_).Apply(name, version, find_missing));
    return Ok();
  }));
  return report;
}

}  // namespace tarn::catalog
