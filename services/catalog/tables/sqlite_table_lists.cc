// The lists and single items of SqliteTableStore.

#include "services/catalog/tables/layout_json.h"
#include "services/catalog/tables/read_transaction.h"
#include "services/catalog/tables/sqlite_table_store.h"
#include "services/catalog/tables/table_rows.h"

namespace tarn::catalog {

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
  TARN_ASSIGN(auto select, reader_.Prepare(std::string(kSelectDatabases) + "WHERE d.name = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, name).Step());
  if (!found) return Error(Code::kNotFound, "there is no such database: " + name);
  return ReadDatabase(select);
}

Result<std::vector<Table>> SqliteTableStore::ListTables(const std::string& database, const std::string& after,
                                                        int64_t limit) {
  TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader_));
  TARN_TRY(GetDatabase(database));
  TARN_ASSIGN(auto select, reader_.Prepare(std::string(kSelectTables) +
                                           "WHERE t.database = ? AND t.name > ? ORDER BY t.name LIMIT ?"));
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
  TARN_ASSIGN(auto select,
              reader_.Prepare(std::string(kSelectTables) + "WHERE t.database = ? AND t.name = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, name.database).Bind(2, name.table).Step());
  if (!found) return NoSuchTable(name);
  return ReadTable(select);
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

}  // namespace tarn::catalog
