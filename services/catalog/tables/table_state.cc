#include "services/catalog/tables/table_state.h"

#include "services/catalog/overlay/edits_json.h"
#include "services/catalog/tables/layout_json.h"

namespace tarn::catalog {

Result<TableState> LoadTable(sqlite::Database& database, const TableName& name) {
  TableState table;
  table.name = name;
  TARN_ASSIGN(auto select,
              database.Prepare("SELECT id, version, schema, next_column_id, files, size_bytes, rows, crawler, "
                               "location, deprecated_at, edits FROM tables WHERE database = ? AND name = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, name.database).Bind(2, name.table).Step());
  if (!found) return table;
  table.id = select.Integer(0);
  table.version = select.Integer(1);
  if (const std::string schema = select.Text(2); !schema.empty()) {
    TARN_ASSIGN(table.columns, LoadColumns(schema));
  }
  table.next_column_id = select.Integer(3);
  table.files = select.Integer(4);
  table.size_bytes = select.Integer(5);
  table.rows = select.Integer(6);
  table.crawler = select.Text(7);
  table.location = select.Text(8);
  table.deprecated_at_ms = select.OptionalInteger(9);
  TARN_ASSIGN(table.edits, LoadEdits(select.Text(10)));
  return table;
}

Status CreateTable(sqlite::Database& database, const TableChange& change, const CommitContext& context) {
  const int64_t now = ToUnixMillis(context.time);
  TARN_ASSIGN(
      auto add_database,
      database.Prepare("INSERT INTO databases (name, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING"));
  TARN_TRY(add_database.Bind(1, change.name.database).Bind(2, now).Run());
  TARN_ASSIGN(
      auto add_table,
      database.Prepare("INSERT INTO tables (database, name, version, schema, files, size_bytes, rows, "
                       "created_at, updated_at, crawler, location) "
                       "VALUES (?1, ?2, 0, '', 0, 0, 0, ?3, ?3, ?4, ?5) ON CONFLICT DO NOTHING"));
  add_table.Bind(1, change.name.database).Bind(2, change.name.table).Bind(3, now).Bind(4, change.crawler);
  return add_table.Bind(5, change.location).Run();
}

Status DeleteTable(sqlite::Database& database, const TableState& table) {
  for (const char* const of :
       {"held_back", "partition_values", "partition_counts", "partitions", "files", "layouts", "versions"}) {
    TARN_ASSIGN(auto remove, database.Prepare(std::string("DELETE FROM ") + of + " WHERE table_id = ?"));
    TARN_TRY(remove.Bind(1, table.id).Run());
  }
  TARN_ASSIGN(auto remove, database.Prepare("DELETE FROM tables WHERE id = ?"));
  return remove.Bind(1, table.id).Run();
}

}  // namespace tarn::catalog
