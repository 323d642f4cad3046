#include "services/query/writes/write_journal.h"

#include "common/time/time.h"

namespace tarn::query {
namespace {

constexpr int64_t kKeepMs = 30ll * 24 * 3'600'000;  // as object_store::CommitOptions::token

}  // namespace

const std::string WriteJournal::kMigration = R"sql(
  CREATE TABLE pending_tables (
    id TEXT PRIMARY KEY,
    database TEXT NOT NULL,
    name TEXT NOT NULL,
    declaration TEXT NOT NULL,
    bucket TEXT NOT NULL,
    prefix TEXT NOT NULL,
    first_key TEXT NOT NULL,
    undo INTEGER NOT NULL
  ) WITHOUT ROWID;
)sql";

const std::string WriteJournal::kRecordMigration = R"sql(
  CREATE TABLE writes (
    id TEXT PRIMARY KEY,
    rows INTEGER NOT NULL,
    database TEXT NOT NULL,
    name TEXT NOT NULL,
    bucket TEXT NOT NULL,
    first_key TEXT NOT NULL,
    done INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX writes_created_at ON writes (created_at);
)sql";

Status WriteJournal::Record(const WriteRecord& record) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(
      auto insert,
      database_.Prepare("INSERT OR REPLACE INTO writes (id, rows, database, name, bucket, first_key, done, "
                        "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(1, record.id).Bind(2, record.rows).Bind(3, record.database).Bind(4, record.name);
  insert.Bind(5, record.bucket).Bind(6, record.first_key).Bind(7, int64_t{record.done});
  return insert.Bind(8, ToUnixMillis(Now())).Run();
}

Status WriteJournal::Insert(const PendingTable& table) {
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT OR REPLACE INTO pending_tables (id, database, name, declaration, "
                                "bucket, prefix, first_key, undo) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(1, table.id).Bind(2, table.database).Bind(3, table.name).Bind(4, table.declaration);
  insert.Bind(5, table.bucket).Bind(6, table.prefix).Bind(7, table.first_key);
  return insert.Bind(8, int64_t{table.undo}).Run();
}

Status WriteJournal::Put(const PendingTable& table, const WriteRecord& record) {
  return database_.Transact([&]() -> Status {
    TARN_TRY(Insert(table));
    return Record(record);
  });
}

Status WriteJournal::PutUndo(const PendingTable& table) {
  PendingTable undone = table;
  undone.undo = true;
  return database_.Transact([&]() -> Status {
    TARN_TRY(Insert(undone));
    return RemoveRecord(table.id);
  });
}

// All of them without an id.
Result<std::vector<PendingTable>> WriteJournal::Select(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query,
              database_.Prepare("SELECT id, database, name, declaration, bucket, prefix, first_key, undo "
                                "FROM pending_tables WHERE ?1 = '' OR id = ?1 ORDER BY id"));
  query.Bind(1, id);
  std::vector<PendingTable> tables;
  while (true) {
    TARN_ASSIGN(const bool more, query.Step());
    if (!more) return tables;
    tables.push_back({query.Text(0), query.Text(1), query.Text(2), query.Text(3), query.Text(4),
                      query.Text(5), query.Text(6), query.Integer(7) != 0});
  }
}

Result<std::vector<PendingTable>> WriteJournal::List() { return Select(""); }

Result<std::optional<PendingTable>> WriteJournal::FindTable(const std::string& id) {
  TARN_ASSIGN(auto tables, Select(id));
  if (tables.empty()) return std::optional<PendingTable>();
  return std::optional(std::move(tables[0]));
}

Result<std::optional<WriteRecord>> WriteJournal::FindRecord(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query,
              database_.Prepare("SELECT id, rows, database, name, bucket, first_key, done FROM writes "
                                "WHERE id = ?"));
  TARN_ASSIGN(const bool found, query.Bind(1, id).Step());
  if (!found) return std::optional<WriteRecord>();
  return std::optional(WriteRecord{query.Text(0), query.Integer(1), query.Text(2), query.Text(3),
                                   query.Text(4), query.Text(5), query.Integer(6) != 0});
}

Status WriteJournal::SetDone(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update, database_.Prepare("UPDATE writes SET done = 1 WHERE id = ?"));
  return update.Bind(1, id).Run();
}

Status WriteJournal::RemoveTable(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM pending_tables WHERE id = ?"));
  return remove.Bind(1, id).Run();
}

Status WriteJournal::RemoveRecord(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM writes WHERE id = ?"));
  return remove.Bind(1, id).Run();
}

Status WriteJournal::RemoveOldRecords() {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM writes WHERE created_at <= ?"));
  return remove.Bind(1, ToUnixMillis(Now()) - kKeepMs).Run();
}

}  // namespace tarn::query
