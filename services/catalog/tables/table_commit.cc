#include "services/catalog/tables/table_commit.h"

#include <cstdlib>

#include "services/catalog/tables/layout_json.h"
#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {

const char* OutcomeName(TableOutcome outcome) {
  switch (outcome) {
    case TableOutcome::kCreated:
      return "created";
    case TableOutcome::kChanged:
      return "changed";
    case TableOutcome::kDeprecated:
      return "deprecated";
    case TableOutcome::kDeleted:
      return "deleted";
    case TableOutcome::kUnchanged:
      return "unchanged";
    case TableOutcome::kRefused:
      return "refused";
  }
  return "unchanged";
}

Result<TableReport> TableCommit::Apply(const TableChange& change) {
  TARN_TRY(OpenOrCreate(change));
  TableReport report;
  report.name = change.name;
  report.version = version_;
  if (table_id_ != 0 && crawler_ != change.crawler) {
    report.outcome = TableOutcome::kRefused;
    report.reason = "the table belongs to the crawler " + crawler_;
    return report;
  }
  for (const TableChange::Object& object : change.removed) {
    TARN_TRY(ForgetFailure(change.crawler, object.bucket, object.key));
    TARN_TRY(RemoveLive(object.bucket, object.key));
  }
  for (const FailedFile& failure : change.failed) {
    TARN_TRY(RecordFailure(change, failure));
    // The content that the table had under this key is gone: the object is another one now.
    TARN_TRY(RemoveLive(failure.bucket, failure.key));
  }
  for (const DataFile& file : change.added) {
    TARN_TRY(ForgetFailure(change.crawler, file.bucket, file.key));
    TARN_TRY(RemoveLive(file.bucket, file.key));
    TARN_TRY(Add(file));
  }
  if (files_added_ == 0 && files_removed_ == 0) return report;
  TARN_TRY(WriteVersion());
  TARN_TRY(ForgetOldVersions());
  report.outcome = version_ == 1 ? TableOutcome::kCreated : TableOutcome::kChanged;
  report.version = version_;
  report.files_added = files_added_;
  report.files_removed = files_removed_;
  return report;
}

Status TableCommit::OpenOrCreate(const TableChange& change) {
  const TableName& name = change.name;
  const int64_t now = ToUnixMillis(context_.time);
  if (!change.added.empty()) {
    TARN_ASSIGN(
        auto add_database,
        database_.Prepare("INSERT INTO databases (name, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING"));
    TARN_TRY(add_database.Bind(1, name.database).Bind(2, now).Run());
    TARN_ASSIGN(
        auto add_table,
        database_.Prepare(
            "INSERT INTO tables (database, name, version, schema, files, size_bytes, rows, created_at, "
            "updated_at, crawler, location) VALUES (?, ?, 0, '', 0, 0, 0, ?3, ?3, ?, ?) ON CONFLICT DO "
            "NOTHING"));
    add_table.Bind(1, name.database).Bind(2, name.table).Bind(3, now).Bind(4, change.crawler);
    TARN_TRY(add_table.Bind(5, change.location).Run());
  }
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT id, version, schema, files, size_bytes, rows, crawler FROM tables "
                                "WHERE database = ? AND name = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, name.database).Bind(2, name.table).Step());
  if (!found) return Ok();
  table_id_ = select.Integer(0);
  version_ = select.Integer(1);
  schema_ = select.Text(2);
  files_ = select.Integer(3);
  size_bytes_ = select.Integer(4);
  rows_ = select.Integer(5);
  crawler_ = select.Text(6);
  return Ok();
}

Status TableCommit::RemoveLive(const std::string& bucket, const std::string& key) {
  if (table_id_ == 0) return Ok();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT id, layout_id, partition, size_bytes, rows, from_version FROM files "
                                "WHERE bucket = ? AND key = ? AND to_version IS NULL AND table_id = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, bucket).Bind(2, key).Bind(3, table_id_).Step());
  if (!found) return Ok();
  TARN_ASSIGN(auto end, database_.Prepare("UPDATE files SET to_version = ? WHERE id = ?"));
  TARN_TRY(end.Bind(1, version_ + 1).Bind(2, select.Integer(0)).Run());
  ++files_removed_;
  return CountFile(select.Integer(1), select.Text(2), -1, select.Integer(3), select.Integer(4));
}

Status TableCommit::Add(const DataFile& file) {
  TARN_ASSIGN(const int64_t layout_id, FindOrAddLayout(*file.layout));
  const std::string partition = StorePartition(file.partition);
  const auto size_bytes = static_cast<int64_t>(file.size_bytes);
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT INTO files (table_id, bucket, key, object_version, size_bytes, rows, "
                                "last_modified, layout_id, partition, from_version) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(1, table_id_).Bind(2, file.bucket).Bind(3, file.key).Bind(4, file.version).Bind(5, size_bytes);
  insert.Bind(6, file.rows).Bind(7, ToUnixMillis(file.last_modified)).Bind(8, layout_id).Bind(9, partition);
  TARN_TRY(insert.Bind(10, version_ + 1).Run());
  ++files_added_;
  return CountFile(layout_id, partition, 1, size_bytes, file.rows);
}

Status TableCommit::ForgetFailure(const std::string& crawler, const std::string& bucket,
                                  const std::string& key) {
  TARN_ASSIGN(auto remove,
              database_.Prepare("DELETE FROM failed_files WHERE crawler = ? AND bucket = ? AND key = ?"));
  return remove.Bind(1, crawler).Bind(2, bucket).Bind(3, key).Run();
}

Status TableCommit::RecordFailure(const TableChange& change, const FailedFile& failure) {
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT OR REPLACE INTO failed_files (crawler, bucket, key, database, "
                                "table_name, object_version, code, detail, location, crawl_id, failed_at) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(1, change.crawler).Bind(2, failure.bucket).Bind(3, failure.key);
  insert.Bind(4, change.name.database).Bind(5, change.name.table).Bind(6, failure.version);
  insert.Bind(7, failure.code).Bind(8, failure.detail).Bind(9, failure.where).Bind(10, failure.crawl_id);
  return insert.Bind(11, ToUnixMillis(failure.failed_at)).Run();
}

Result<int64_t> TableCommit::FindOrAddLayout(const FileLayout& layout) {
  const std::string body = StoreLayout(layout);
  TARN_ASSIGN(
      auto insert,
      database_.Prepare(
          "INSERT INTO layouts (table_id, body, live_files) VALUES (?, ?, 0) ON CONFLICT DO NOTHING"));
  TARN_TRY(insert.Bind(1, table_id_).Bind(2, body).Run());
  TARN_ASSIGN(auto select, database_.Prepare("SELECT id FROM layouts WHERE table_id = ? AND body = ?"));
  TARN_TRY(select.Bind(1, table_id_).Bind(2, body).Step());
  return select.Integer(0);
}

Status TableCommit::CountFile(int64_t layout_id, const std::string& partition, int sign, int64_t size_bytes,
                              int64_t rows) {
  files_ += sign;
  size_bytes_ += sign * size_bytes;
  rows_ += sign * rows;
  TARN_ASSIGN(auto layout, database_.Prepare("UPDATE layouts SET live_files = live_files + ? WHERE id = ?"));
  TARN_TRY(layout.Bind(1, sign).Bind(2, layout_id).Run());
  if (partition == "[]") return Ok();

  TARN_ASSIGN(auto add,
              database_.Prepare("INSERT INTO partitions (table_id, partition, files, size_bytes, rows) "
                                "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET files = files + ?3, "
                                "size_bytes = size_bytes + ?4, rows = rows + ?5"));
  TARN_TRY(add.Bind(1, table_id_)
               .Bind(2, partition)
               .Bind(3, sign)
               .Bind(4, sign * size_bytes)
               .Bind(5, sign * rows)
               .Run());
  TARN_ASSIGN(auto clear,
              database_.Prepare("DELETE FROM partitions WHERE table_id = ? AND partition = ? AND files = 0"));
  return clear.Bind(1, table_id_).Bind(2, partition).Run();
}

Result<std::string> TableCommit::MergedSchema() {
  TARN_ASSIGN(auto select, database_.Prepare(
                               "SELECT body FROM layouts WHERE table_id = ? AND live_files > 0 ORDER BY id"));
  select.Bind(1, table_id_);
  std::vector<std::shared_ptr<const FileLayout>> layouts;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) break;
    TARN_ASSIGN(FileLayout layout, LoadLayout(select.Text(0)));
    layouts.push_back(std::make_shared<const FileLayout>(std::move(layout)));
  }
  // A table whose files are all gone keeps its last schema: statements over it find columns and no rows.
  return layouts.empty() ? schema_ : StoreColumns(MergeSchemas(layouts));
}

Status TableCommit::WriteVersion() {
  TARN_ASSIGN(std::string schema, MergedSchema());
  const bool schema_changed = schema != schema_;
  schema_ = std::move(schema);
  ++version_;
  const int64_t now = ToUnixMillis(context_.time);
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT INTO versions (table_id, version, schema, files, size_bytes, rows, "
                                "files_added, files_removed, crawl_id, created_at) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(1, table_id_).Bind(2, version_).Bind(3, schema_changed ? std::optional(schema_) : std::nullopt);
  insert.Bind(4, files_).Bind(5, size_bytes_).Bind(6, rows_).Bind(7, files_added_).Bind(8, files_removed_);
  TARN_TRY(insert.Bind(9, context_.crawl_id).Bind(10, now).Run());
  TARN_ASSIGN(
      auto update,
      database_.Prepare("UPDATE tables SET version = ?, schema = ?, files = ?, size_bytes = ?, rows = ?, "
                        "updated_at = ? WHERE id = ?"));
  update.Bind(1, version_).Bind(2, schema_).Bind(3, files_).Bind(4, size_bytes_).Bind(5, rows_).Bind(6, now);
  return update.Bind(7, table_id_).Run();
}

Status TableCommit::ForgetOldVersions() {
  const int64_t oldest = version_ - keep_versions_ + 1;
  if (oldest > 1) {
    // The oldest version that stays may have taken its schema from one that goes.
    TARN_ASSIGN(auto schema,
                database_.Prepare(
                    "UPDATE versions SET schema = (SELECT v.schema FROM versions v WHERE v.table_id = ?1 "
                    "AND v.version <= ?2 AND v.schema IS NOT NULL ORDER BY v.version DESC LIMIT 1) "
                    "WHERE table_id = ?1 AND version = ?2"));
    TARN_TRY(schema.Bind(1, table_id_).Bind(2, oldest).Run());
    TARN_ASSIGN(auto versions, database_.Prepare("DELETE FROM versions WHERE table_id = ? AND version < ?"));
    TARN_TRY(versions.Bind(1, table_id_).Bind(2, oldest).Run());
    TARN_ASSIGN(auto files,
                database_.Prepare(
                    "DELETE FROM files WHERE table_id = ? AND to_version IS NOT NULL AND to_version <= ?"));
    TARN_TRY(files.Bind(1, table_id_).Bind(2, oldest).Run());
  }
  TARN_ASSIGN(auto layouts,
              database_.Prepare("DELETE FROM layouts WHERE table_id = ? AND live_files = 0 AND NOT EXISTS "
                                "(SELECT 1 FROM files WHERE files.layout_id = layouts.id)"));
  return layouts.Bind(1, table_id_).Run();
}

}  // namespace tarn::catalog
