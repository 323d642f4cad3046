#include "services/catalog/editing/table_editor.h"

#include "services/catalog/evolution/change_words.h"
#include "services/catalog/evolution/schema_diff.h"
#include "services/catalog/overlay/apply_edits.h"
#include "services/catalog/overlay/edits_json.h"
#include "services/catalog/tables/version_details.h"
#include "services/catalog/tables/version_writer.h"

namespace tarn::catalog {
namespace {

Error NoSuchTable(const TableName& name) {
  return Error(Code::kNotFound, "there is no such table: " + name.database + "." + name.table);
}

Result<TableState> LoadExisting(sqlite::Database& database, const TableName& name) {
  TARN_ASSIGN(TableState table, LoadTable(database, name));
  if (table.id == 0) return NoSuchTable(name);
  return table;
}

// What files of the version say against each other: an edit changes nothing about that.
Result<std::vector<SchemaConflict>> Conflicts(sqlite::Database& database, const TableState& table) {
  TARN_ASSIGN(auto select,
              database.Prepare("SELECT changes FROM versions WHERE table_id = ? AND version = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, table.id).Bind(2, table.version).Step());
  if (!found) return std::vector<SchemaConflict>();
  TARN_ASSIGN(VersionDetails details, LoadDetails(select.OptionalText(0)));
  return std::move(details.conflicts);
}

Status DeleteByName(sqlite::Database& database, const char* sql, const TableName& name) {
  TARN_ASSIGN(auto remove, database.Prepare(sql));
  return remove.Bind(1, name.database).Bind(2, name.table).Run();
}

}  // namespace

Result<TableEdits> ReadEdits(sqlite::Database& database, const TableName& name) {
  TARN_ASSIGN(auto select, database.Prepare("SELECT edits FROM tables WHERE database = ? AND name = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, name.database).Bind(2, name.table).Step());
  if (!found) return NoSuchTable(name);
  return LoadEdits(select.Text(0));
}

Status TableEditor::Edit(const TableName& name, const TablePatch& patch, const std::string& patch_text,
                         const Precondition& condition, const Author& author) {
  return writer_.Transact([&]() -> Status {
    TARN_ASSIGN(TableState table, LoadExisting(writer_, name));
    TARN_TRY(condition.Check(table.version));
    TARN_ASSIGN(const TableEdits before, ReadEdits(writer_, name));
    TARN_ASSIGN(const TableEdits after, patch.ApplyTo(before, table.columns));
    return after == before ? Ok() : Write(table, after, patch_text, author);
  });
}

Status TableEditor::Write(TableState& table, const TableEdits& edits, const std::string& patch_text,
                          const Author& author) {
  const std::string stored = StoreEdits(edits);
  TARN_ASSIGN(auto keep, writer_.Prepare("UPDATE tables SET edits = ? WHERE id = ?"));
  TARN_TRY(keep.Bind(1, stored).Bind(2, table.id).Run());
  table.edits = edits;

  NewVersion version;
  version.columns = ApplyEdits(FoundColumns(table.columns), edits);
  version.changes = DiffSchemas(table.columns, version.columns);
  for (SchemaChange& change : version.changes) change.words = InWords(change);
  TARN_ASSIGN(version.conflicts, Conflicts(writer_, table));
  TARN_TRY(WriteVersion(writer_, table, std::move(version), {"", author.time}, keep_versions_));

  TARN_ASSIGN(auto sign, writer_.Prepare("UPDATE versions SET edits = ?, edited_by = ?, edit = ? "
                                         "WHERE table_id = ? AND version = ?"));
  sign.Bind(1, stored).Bind(2, author.name).Bind(3, patch_text).Bind(4, table.id);
  return sign.Bind(5, table.version).Run();
}

Status TableEditor::Drop(const TableName& name, const Precondition& condition, const Author& author) {
  return writer_.Transact([&]() -> Status {
    TARN_ASSIGN(const TableState table, LoadExisting(writer_, name));
    TARN_TRY(condition.Check(table.version));
    TARN_TRY(DeleteTable(writer_, table));
    TARN_TRY(DeleteByName(writer_, "DELETE FROM failed_files WHERE database = ? AND table_name = ?", name));
    TARN_TRY(DeleteByName(writer_, "DELETE FROM tags WHERE database = ? AND item = ?", name));
    TARN_ASSIGN(auto insert, writer_.Prepare("INSERT OR REPLACE INTO dropped_tables "
                                             "(database, name, dropped_at, dropped_by) VALUES (?, ?, ?, ?)"));
    insert.Bind(1, name.database).Bind(2, name.table).Bind(3, ToUnixMillis(author.time));
    return insert.Bind(4, author.name).Run();
  });
}

}  // namespace tarn::catalog
