#include "services/catalog/tables/table_rows.h"

#include "services/catalog/overlay/edits_json.h"
#include "services/catalog/tables/layout_json.h"

namespace tarn::catalog {

const char* const kSelectTables =
    "SELECT t.database, t.name, t.version, t.schema, t.files, t.size_bytes, t.rows, t.created_at, "
    "t.updated_at, "
    "coalesce((SELECT partitions FROM partition_counts p WHERE p.table_id = t.id), 0), "
    "(SELECT count(*) FROM failed_files f WHERE f.database = t.database AND f.table_name = t.name), t.id, "
    "t.crawler, t.location, t.deprecated_at, t.edits FROM tables t ";

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

const char* const kSelectDatabases =
    "SELECT d.name, d.created_at, (SELECT count(*) FROM tables t WHERE t.database = d.name), d.revision, "
    "d.description, d.location, d.parameters FROM databases d ";

Result<Database> ReadDatabase(const sqlite::Statement& row) {
  Database database{row.Text(0),    row.Integer(2), FromUnixMillis(row.Integer(1)),
                    row.Integer(3), row.Text(4),    row.Text(5)};
  TARN_ASSIGN(database.parameters, LoadParameters(row.Text(6)));
  return database;
}

}  // namespace tarn::catalog
