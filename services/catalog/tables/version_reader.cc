#include "services/catalog/tables/version_reader.h"

#include "services/catalog/evolution/schema_diff.h"
#include "services/catalog/tables/file_rows.h"
#include "services/catalog/tables/layout_json.h"
#include "services/catalog/tables/layout_reader.h"
#include "services/catalog/tables/version_details.h"

namespace tarn::catalog {
namespace {

constexpr const char* kSelect =
    "SELECT version, schema IS NOT NULL, files, size_bytes, rows, files_added, files_removed, crawl_id, "
    "created_at, changes, edited_by, edit FROM versions WHERE table_id = ? ";

// How many files of each side a diff names.
constexpr int64_t kShownFiles = 100;

Result<TableVersion> ReadVersion(const sqlite::Statement& row) {
  TableVersion version{row.Integer(0),
                       row.Integer(1) != 0,
                       row.Integer(2),
                       static_cast<uint64_t>(row.Integer(3)),
                       row.Integer(4),
                       row.Integer(5),
                       row.Integer(6),
                       row.Text(7),
                       FromUnixMillis(row.Integer(8))};
  TARN_ASSIGN(VersionDetails details, LoadDetails(row.OptionalText(9)));
  version.changes = std::move(details.changes);
  version.conflicts = std::move(details.conflicts);
  version.rollback_to = details.rollback_to;
  version.edited_by = row.OptionalText(10);
  version.edit = row.OptionalText(11);
  return version;
}

}  // namespace

Error VersionReader::NoSuch(const std::string& wanted) {
  std::string kept;
  if (auto range = database_.Prepare("SELECT min(version), max(version) FROM versions WHERE table_id = ?");
      range.ok()) {
    const auto found = range->Bind(1, table_id_).Step();
    if (found.ok() && *found)
      kept = "; it keeps the versions " + std::to_string(range->Integer(0)) + " to " +
             std::to_string(range->Integer(1));
  }
  return Error(Code::kNotFound, "the table " + name_.database + "." + name_.table + " has no " + wanted +
                                    ", or keeps it no longer" + kept);
}

Result<std::vector<TableVersion>> VersionReader::List(int64_t before, int64_t limit) {
  TARN_ASSIGN(auto select,
              database_.Prepare(std::string(kSelect) + "AND version < ? ORDER BY version DESC LIMIT ?"));
  select.Bind(1, table_id_).Bind(2, before).Bind(3, limit);
  std::vector<TableVersion> versions;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return versions;
    TARN_ASSIGN(TableVersion version, ReadVersion(select));
    versions.push_back(std::move(version));
  }
}

Result<TableVersion> VersionReader::Get(int64_t version) {
  TARN_ASSIGN(auto select, database_.Prepare(std::string(kSelect) + "AND version = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, table_id_).Bind(2, version).Step());
  if (!found) return NoSuch("version " + std::to_string(version));
  return ReadVersion(select);
}

Result<TableVersion> VersionReader::GetAsOf(Timestamp time) {
  TARN_ASSIGN(auto select,
              database_.Prepare(std::string(kSelect) + "AND created_at <= ? ORDER BY version DESC LIMIT 1"));
  TARN_ASSIGN(const bool found, select.Bind(1, table_id_).Bind(2, ToUnixMillis(time)).Step());
  if (!found) return NoSuch("version as of " + FormatRfc3339(time));
  return ReadVersion(select);
}

Result<std::vector<Column>> VersionReader::Schema(int64_t version) {
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT schema FROM versions WHERE table_id = ? AND version <= ? AND "
                                "schema IS NOT NULL ORDER BY version DESC LIMIT 1"));
  TARN_ASSIGN(const bool found, select.Bind(1, table_id_).Bind(2, version).Step());
  if (!found) return NoSuch("version " + std::to_string(version));
  return LoadColumns(select.Text(0));
}

Result<std::vector<DataFile>> VersionReader::FormerFiles(int64_t version, int64_t limit) {
  FileRows rows(database_);
  TARN_ASSIGN(auto select, database_.Prepare(std::string(FileRows::kSelect) +
                                             "FROM files f WHERE f.table_id = ?1 AND f.to_version > ?2 AND "
                                             "f.from_version <= ?2 ORDER BY f.key LIMIT ?3"));
  select.Bind(1, table_id_).Bind(2, version).Bind(3, limit);
  std::vector<DataFile> files;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return files;
    TARN_ASSIGN(DataFile file, rows.Read(select));
    files.push_back(std::move(file));
  }
}

Status VersionReader::ListDifference(int64_t version, int64_t without, int64_t* count,
                                     std::vector<std::string>* keys) {
  TARN_ASSIGN(auto select,
              database_.Prepare(
                  "SELECT bucket || '/' || key FROM files WHERE table_id = ?1 AND from_version <= ?2 AND "
                  "(to_version IS NULL OR to_version > ?2) AND NOT (from_version <= ?3 AND "
                  "(to_version IS NULL OR to_version > ?3)) ORDER BY bucket, key"));
  select.Bind(1, table_id_).Bind(2, version).Bind(3, without);
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return Ok();
    if (++*count <= kShownFiles) keys->push_back(select.Text(0));
  }
}

Result<VersionDiff> VersionReader::Diff(int64_t from, int64_t to) {
  VersionDiff diff;
  TARN_ASSIGN(diff.from, Get(from));
  TARN_ASSIGN(diff.to, Get(to));
  TARN_ASSIGN(const auto old_columns, Schema(from));
  TARN_ASSIGN(const auto columns, Schema(to));
  diff.changes = DiffSchemas(old_columns, columns);
  if (!diff.changes.empty()) {
    TARN_ASSIGN(const auto layouts, ReadLayouts(database_, table_id_, to));
    TARN_TRY(Explain(database_, columns, layouts, to, &diff.changes));
  }
  TARN_TRY(ListDifference(to, from, &diff.files_added, &diff.added));
  TARN_TRY(ListDifference(from, to, &diff.files_removed, &diff.removed));
  return diff;
}

}  // namespace tarn::catalog
