#include "services/catalog/editing/table_editor.h"

#include <algorithm>

#include "common/text/lower_case.h"
#include "services/catalog/evolution/change_words.h"
#include "services/catalog/evolution/schema_diff.h"
#include "services/catalog/overlay/apply_edits.h"
#include "services/catalog/tables/new_table_check.h"
#include "services/catalog/tables/version_details.h"
#include "services/catalog/tables/version_edits.h"
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

// A column that was declared before keeps its id.
void TakeIds(TableState& table, std::vector<DeclaredColumn>* declared) {
  for (DeclaredColumn& column : *declared) {
    const auto before = std::find_if(
        table.edits.declared.begin(), table.edits.declared.end(),
        [&](const auto& other) { return text::LowerCase(other.name) == text::LowerCase(column.name); });
    column.id = before == table.edits.declared.end() ? table.next_column_id++ : before->id;
  }
}

Status DeleteByName(sqlite::Database& database, const char* sql, const TableName& name) {
  TARN_ASSIGN(auto remove, database.Prepare(sql));
  return remove.Bind(1, name.database).Bind(2, name.table).Run();
}

}  // namespace

Status TableEditor::Edit(const TableName& name, const TablePatch& patch, const std::string& patch_text,
                         const Precondition& condition, const Author& author) {
  return writer_.Transact([&]() -> Status {
    TARN_ASSIGN(TableState table, LoadExisting(writer_, name));
    TARN_TRY(condition.Check(table.version));
    TARN_ASSIGN(const TableEdits after, patch.ApplyTo(table.edits, table.columns));
    return after == table.edits ? Ok() : Write(table, after, patch_text, author);
  });
}

Status TableEditor::Write(TableState& table, const TableEdits& edits, const std::string& patch_text,
                          const Author& author) {
  NewVersion version;
  version.columns = ApplyEdits(FoundColumns(table.columns), edits);
  version.changes = DiffSchemas(table.columns, version.columns);
  for (SchemaChange& change : version.changes) change.words = InWords(change);
  TARN_ASSIGN(version.conflicts, Conflicts(writer_, table));
  TARN_TRY(WriteVersion(writer_, table, std::move(version), {"", author.time}, keep_versions_));
  return WriteEdits(writer_, table, edits, VersionEdit{author.name, patch_text});
}

Result<TableState> TableEditor::OpenDeclared(const TableName& name, const std::string& crawler,
                                             const std::string& location, const Author& author) {
  TARN_ASSIGN(TableState table, LoadTable(writer_, name));
  if (table.id != 0 && table.crawler == crawler) return table;
  if (table.id != 0) {
    return Error(Code::kConflict, "there is a table of that name already, of the crawler " + table.crawler);
  }
  const CommitContext context{"", author.time, true};
  TARN_ASSIGN(const std::string taken, WhyNoNewTable(writer_, name, context));
  if (!taken.empty()) return Error(Code::kConflict, taken);
  TableChange change;
  change.name = name;
  change.crawler = crawler;
  change.location = location;
  TARN_TRY(CreateTable(writer_, change, context));
  return LoadTable(writer_, name);
}

Result<bool> TableEditor::Declare(const TableName& name, const std::string& crawler,
                                  const std::string& location, TableEdits edits, const std::string& body,
                                  const Precondition& condition, const Author& author) {
  bool created = false;
  TARN_TRY(writer_.Transact([&]() -> Status {
    TARN_ASSIGN(TableState table, OpenDeclared(name, crawler, location, author));
    created = table.version == 0;
    TARN_TRY(condition.Check(table.version));
    table.location = location;
    edits.columns = table.edits.columns;
    TakeIds(table, &edits.declared);
    return Write(table, edits, body, author);
  }));
  return created;
}

Status TableEditor::Forget(const TableName& name) {
  return writer_.Transact([&]() -> Status {
    TARN_ASSIGN(const TableState table, LoadTable(writer_, name));
    return table.id == 0 ? Ok() : DeleteTable(writer_, table);
  });
}

Status TableEditor::Drop(const TableName& name, const Precondition& condition, const Author& author,
                         const std::function<Status()>& also) {
  return writer_.Transact([&]() -> Status {
    TARN_ASSIGN(const TableState table, LoadExisting(writer_, name));
    TARN_TRY(condition.Check(table.version));
    TARN_TRY(DeleteTable(writer_, table));
    TARN_TRY(DeleteByName(writer_, "DELETE FROM failed_files WHERE database = ? AND table_name = ?", name));
    TARN_TRY(DeleteByName(writer_, "DELETE FROM tags WHERE database = ? AND item = ?", name));
    TARN_ASSIGN(auto insert, writer_.Prepare("INSERT OR REPLACE INTO dropped_tables "
                                             "(database, name, dropped_at, dropped_by) VALUES (?, ?, ?, ?)"));
    insert.Bind(1, name.database).Bind(2, name.table).Bind(3, ToUnixMillis(author.time));
    TARN_TRY(insert.Bind(4, author.name).Run());
    return also ? also() : Ok();
  });
}

}  // namespace tarn::catalog
