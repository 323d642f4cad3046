#include "services/query/writes/write_journal.h"

namespace tarn::query {

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

Status WriteJournal::Put(const PendingTable& table) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT OR REPLACE INTO pending_tables (id, database, name, declaration, "
                                "bucket, prefix, first_key, undo) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(1, table.id).Bind(2, table.database).Bind(3, table.name).Bind(4, table.declaration);
  return insert.Bind(5, table.bucket)
      .Bind(6, table.prefix)
      .Bind(7, table.first_key)
      .Bind(8, int64_t{table.undo})
      .Run();
}

Result<std::vector<PendingTable>> WriteJournal::List() {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query,
              database_.Prepare("SELECT id, database, name, declaration, bucket, prefix, first_key, undo "
                                "FROM pending_tables ORDER BY id"));
  std::vector<PendingTable> tables;
  while (true) {
    TARN_ASSIGN(const bool more, query.Step());
    if (!more) return tables;
    tables.push_back({query.Text(0), query.Text(1), query.Text(2), query.Text(3), query.Text(4),
                      query.Text(5), query.Text(6), query.Integer(7) != 0});
  }
}

Status WriteJournal::Remove(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM pending_tables WHERE id = ?"));
  return remove.Bind(1, id).Run();
}

}  // namespace tarn::query
