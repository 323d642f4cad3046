#include "services/catalog/tables/version_writer.h"

#include "services/catalog/tables/layout_json.h"
#include "services/catalog/tables/version_details.h"

namespace tarn::catalog {
namespace {

Status InsertVersion(sqlite::Database& database, const TableState& table, const NewVersion& version,
                     const CommitContext& context) {
  TARN_ASSIGN(auto insert,
              database.Prepare("INSERT INTO versions (table_id, version, schema, files, size_bytes, rows, "
                               "files_added, files_removed, crawl_id, created_at, changes) "
                               "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  const bool changed = table.version == 1 || !version.changes.empty() || version.columns != table.columns;
  insert.Bind(1, table.id).Bind(2, table.version);
  insert.Bind(3, changed ? std::optional(StoreColumns(version.columns)) : std::nullopt);
  insert.Bind(4, table.files).Bind(5, table.size_bytes).Bind(6, table.rows);
  insert.Bind(7, table.files_added).Bind(8, table.files_removed).Bind(9, context.crawl_id);
  insert.Bind(10, ToUnixMillis(context.time));
  insert.Bind(11, StoreDetails({version.changes, version.conflicts, version.rollback_to}));
  return insert.Run();
}

Status UpdateTable(sqlite::Database& database, const TableState& table, const CommitContext& context) {
  TARN_ASSIGN(
      auto update,
      database.Prepare("UPDATE tables SET version = ?, schema = ?, files = ?, size_bytes = ?, rows = ?, "
                       "updated_at = ?, next_column_id = ?, location = ?, deprecated_at = ? WHERE id = ?"));
  update.Bind(1, table.version).Bind(2, StoreColumns(table.columns)).Bind(3, table.files);
  update.Bind(4, table.size_bytes).Bind(5, table.rows).Bind(6, ToUnixMillis(context.time));
  update.Bind(7, table.next_column_id).Bind(8, table.location).Bind(9, table.deprecated_at_ms);
  return update.Bind(10, table.id).Run();
}

Status ForgetOldVersions(sqlite::Database& database, const TableState& table, int64_t keep_versions) {
  const int64_t oldest = table.version - keep_versions + 1;
  if (oldest > 1) {
    // The oldest version that stays may have taken its schema and edits from one that goes.
    TARN_ASSIGN(auto schema,
                database.Prepare(
                    "UPDATE versions SET schema = (SELECT v.schema FROM versions v WHERE v.table_id = ?1 "
                    "AND v.version <= ?2 AND v.schema IS NOT NULL ORDER BY v.version DESC LIMIT 1), "
                    "edits = (SELECT v.edits FROM versions v WHERE v.table_id = ?1 "
                    "AND v.version <= ?2 AND v.edits IS NOT NULL ORDER BY v.version DESC LIMIT 1) "
                    "WHERE table_id = ?1 AND version = ?2"));
    TARN_TRY(schema.Bind(1, table.id).Bind(2, oldest).Run());
    TARN_ASSIGN(auto versions, database.Prepare("DELETE FROM versions WHERE table_id = ? AND version < ?"));
    TARN_TRY(versions.Bind(1, table.id).Bind(2, oldest).Run());
    TARN_ASSIGN(auto files,
                database.Prepare(
                    "DELETE FROM files WHERE table_id = ? AND to_version IS NOT NULL AND to_version <= ?"));
    TARN_TRY(files.Bind(1, table.id).Bind(2, oldest).Run());
  }
  TARN_ASSIGN(auto layouts,
              database.Prepare("DELETE FROM layouts WHERE table_id = ? AND live_files = 0 AND NOT EXISTS "
                               "(SELECT 1 FROM files WHERE files.layout_id = layouts.id)"));
  return layouts.Bind(1, table.id).Run();
}

}  // namespace

Status WriteVersion(sqlite::Database& database, TableState& table, NewVersion version,
                    const CommitContext& context, int64_t keep_versions) {
  ++table.version;
  TARN_TRY(InsertVersion(database, table, version, context));
  table.columns = std::move(version.columns);
  if (table.files > 0) table.deprecated_at_ms.reset();
  TARN_TRY(UpdateTable(database, table, context));
  return ForgetOldVersions(database, table, keep_versions);
}

}  // namespace tarn::catalog
