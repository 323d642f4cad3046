#include "services/catalog/tables/table_rollback.h"

#include "services/catalog/evolution/schema_diff.h"
#include "services/catalog/tables/layout_reader.h"
#include "services/catalog/tables/version_edits.h"
#include "services/catalog/tables/version_reader.h"
#include "services/catalog/tables/version_writer.h"

namespace tarn::catalog {

Result<TableReport> TableRollback::Apply(const TableName& name, int64_t version,
                                         const TableWriter::FindMissing& find_missing) {
  TARN_ASSIGN(table_, LoadTable(database_, name));
  if (table_.id == 0)
    return Error(Code::kNotFound, "there is no such table: " + name.database + "." + name.table);
  VersionReader versions(database_, name, table_.id);
  TARN_ASSIGN(const TableVersion wanted, versions.Get(version));
  TableReport report;
  report.name = name;
  report.version = table_.version;
  if (version == table_.version) return report;
  TARN_TRY(CheckPresent(version, find_missing));
  NewVersion next;
  TARN_ASSIGN(next.columns, versions.Schema(version));
  next.changes = DiffSchemas(table_.columns, next.columns);
  next.conflicts = wanted.conflicts;
  next.rollback_to = version;
  TARN_TRY(MoveFiles(version));
  TARN_ASSIGN(const auto layouts, ReadLiveLayouts(database_, table_.id));
  TARN_TRY(Explain(database_, next.columns, layouts, table_.version + 1, &next.changes));
  report.outcome = TableOutcome::kChanged;
  report.schema_changes = next.changes;
  report.conflicts = next.conflicts;
  report.files_added = table_.files_added;
  report.files_removed = table_.files_removed;
  TARN_TRY(WriteVersion(database_, table_, std::move(next), context_, keep_versions_));
  // What people said of the table goes back as well: the next crawl would lay it over the old columns again.
  TARN_ASSIGN(const TableEdits edits, ReadEditsAt(database_, table_.id, version));
  if (edits != table_.edits) TARN_TRY(WriteEdits(database_, table_, edits, std::nullopt));
  report.version = table_.version;
  return report;
}

Status TableRollback::CheckPresent(int64_t version, const TableWriter::FindMissing& find_missing) {
  TARN_ASSIGN(const auto former, VersionReader(database_, table_.name, table_.id).FormerFiles(version, -1));
  TARN_ASSIGN(const auto missing, find_missing(former));
  if (missing.empty()) return Ok();
  return Error(Code::kConflict,
               "version " + std::to_string(version) +
                   " cannot be brought back: " + std::to_string(missing.size()) +
                   " of its files are gone from the object store or replaced, the first is " +
                   missing[0].bucket + "/" + missing[0].key);
}

Result<std::vector<TableRollback::Row>> TableRollback::ListRows(const char* condition, int64_t version) {
  TARN_ASSIGN(auto select,
              database_.Prepare(std::string("SELECT id, bucket, key, object_version FROM files WHERE "
                                            "table_id = ?1 AND ") +
                                condition));
  select.Bind(1, table_.id).Bind(2, version);
  std::vector<Row> rows;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return rows;
    rows.push_back({select.Integer(0), select.Text(1), select.Text(2), select.Text(3)});
  }
}

Status TableRollback::MoveFiles(int64_t version) {
  TARN_ASSIGN(const auto out, ListRows("to_version IS NULL AND from_version > ?2", version));
  TARN_ASSIGN(const auto in, ListRows("to_version > ?2 AND from_version <= ?2", version));
  for (const Row& row : out) TARN_TRY(files_.Remove(row.bucket, row.key));
  for (const Row& row : out) TARN_TRY(objects_.HoldBack(table_.id, row.bucket, row.key, row.version));
  for (const Row& row : in) {
    TARN_TRY(files_.AddAgain(row.id));
    TARN_TRY(objects_.Release(table_.id, row.bucket, row.key, row.version));
    TARN_TRY(objects_.ForgetFailure(table_.crawler, row.bucket, row.key));
  }
  return Ok();
}

}  // namespace tarn::catalog
