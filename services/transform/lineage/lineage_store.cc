#include "services/transform/lineage/lineage_store.h"

#include "services/transform/runs/manifest.h"

namespace tarn::transform {

using object_store::ObjectVersion;

Status LineageStore::Record(const std::string& run_id, const LineageReport& report, Timestamp now) {
  const auto lock = database_.Lock();
  if (!report.definition.empty()) {
    TARN_ASSIGN(auto insert,
                database_.Prepare("INSERT INTO lineage_runs (run_id, definition) VALUES (?1, ?2) "
                                  "ON CONFLICT (run_id) DO UPDATE SET definition = ?2"));
    TARN_TRY(insert.Bind(1, run_id).Bind(2, report.definition).Run());
  }
  for (const TableRead& read : report.tables) TARN_TRY(RecordTable(run_id, read));
  for (const MadeObject& object : report.objects) TARN_TRY(Insert(run_id, object, now));
  return Ok();
}

Status LineageStore::Insert(const std::optional<std::string>& run_id, const MadeObject& object,
                            Timestamp now) {
  TARN_ASSIGN(
      auto insert,
      database_.Prepare("INSERT OR IGNORE INTO lineage_objects (bucket, key, version, run_id, table_name, "
                        "model, rows, size_bytes, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(1, kPublishBucket)
      .Bind(2, object.key)
      .Bind(3, object.version)
      .Bind(4, run_id)
      .Bind(5, object.table);
  insert.Bind(6, object.model).Bind(7, object.rows).Bind(8, static_cast<int64_t>(object.size_bytes));
  TARN_TRY(insert.Bind(9, ToUnixMillis(now)).Run());
  for (const ObjectVersion& earlier : object.earlier) {
    TARN_ASSIGN(auto link, database_.Prepare(
                               "INSERT OR IGNORE INTO lineage_earlier (bucket, key, version, earlier_bucket, "
                               "earlier_key, earlier_version, descent) VALUES (?, ?, ?, ?, ?, ?, ?)"));
    link.Bind(1, kPublishBucket).Bind(2, object.key).Bind(3, object.version);
    link.Bind(4, earlier.bucket).Bind(5, earlier.key).Bind(6, earlier.version);
    TARN_TRY(link.Bind(7, DescentName(object.descent)).Run());
  }
  return Ok();
}

Status LineageStore::RecordTable(const std::string& run_id, const TableRead& read) {
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT OR IGNORE INTO lineage_tables (run_id, table_name, snapshot) "
                                "VALUES (?, ?, ?)"));
  TARN_TRY(insert.Bind(1, run_id).Bind(2, read.table).Bind(3, read.snapshot).Run());
  {
    TARN_ASSIGN(auto known,
                database_.Prepare("SELECT 1 FROM lineage_snapshots WHERE table_name = ? AND snapshot = ?"));
    TARN_ASSIGN(const bool found, known.Bind(1, read.table).Bind(2, read.snapshot).Step());
    if (found) return Ok();
  }
  for (const ObjectVersion& file : read.files) {
    TARN_ASSIGN(auto add,
                database_.Prepare("INSERT OR IGNORE INTO lineage_snapshots (table_name, snapshot, bucket, "
                                  "key, version) VALUES (?, ?, ?, ?, ?)"));
    add.Bind(1, read.table).Bind(2, read.snapshot).Bind(3, file.bucket).Bind(4, file.key);
    TARN_TRY(add.Bind(5, file.version).Run());
  }
  return Ok();
}

namespace {

constexpr const char* kObject =
    "SELECT bucket, key, version, run_id, table_name, model, rows, size_bytes, created_ms FROM "
    "lineage_objects ";

StoredObject ObjectFromRow(const sqlite::Statement& row) {
  return {{row.Text(0), row.Text(1), row.Text(2)},
          row.Text(3),
          row.Text(4),
          row.Text(5),
          row.OptionalInteger(6),
          row.Integer(7),
          FromUnixMillis(row.Integer(8))};
}

}  // namespace

Result<std::optional<StoredObject>> LineageStore::Made(const ObjectVersion& object) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare(std::string(kObject) + "WHERE bucket = ? AND key = ? AND version = ?"));
  TARN_ASSIGN(const bool found,
              select.Bind(1, object.bucket).Bind(2, object.key).Bind(3, object.version).Step());
  if (!found) return std::optional<StoredObject>();
  return std::optional(ObjectFromRow(select));
}

Result<std::vector<StoredObject>> LineageStore::MadeBy(const std::string& run_id, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(std::string(kObject) + "WHERE run_id = ? ORDER BY key LIMIT ?"));
  select.Bind(1, run_id).Bind(2, limit);
  std::vector<StoredObject> objects;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return objects;
    objects.push_back(ObjectFromRow(select));
  }
}

Result<std::vector<Descendant>> LineageStore::Related(const char* sql, const ObjectVersion& object,
                                                      int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(sql));
  select.Bind(1, object.bucket).Bind(2, object.key).Bind(3, object.version).Bind(4, limit);
  std::vector<Descendant> related;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return related;
    related.push_back({{select.Text(0), select.Text(1), select.Text(2)}, select.Text(3)});
  }
}

Result<std::vector<Descendant>> LineageStore::Earlier(const ObjectVersion& object, int64_t limit) {
  return Related(
      "SELECT earlier_bucket, earlier_key, earlier_version, descent FROM lineage_earlier "
      "WHERE bucket = ? AND key = ? AND version = ? LIMIT ?",
      object, limit);
}

Result<std::vector<Descendant>> LineageStore::Later(const ObjectVersion& object, int64_t limit) {
  return Related(
      "SELECT bucket, key, version, descent FROM lineage_earlier "
      "WHERE earlier_bucket = ? AND earlier_key = ? AND earlier_version = ? LIMIT ?",
      object, limit);
}

Result<std::vector<ObjectVersion>> LineageStore::Objects(const char* sql, const std::string& first,
                                                         const std::string& second, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(sql));
  select.Bind(1, first).Bind(2, second).Bind(3, limit);
  std::vector<ObjectVersion> objects;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return objects;
    objects.push_back({select.Text(0), select.Text(1), select.Text(2)});
  }
}

Result<std::vector<ObjectVersion>> LineageStore::Inputs(const std::string& run_id, int64_t limit) {
  return Objects(
      "SELECT bucket, key, version FROM run_inputs WHERE run_id = ? AND state = ? ORDER BY ordinal LIMIT ?",
      run_id, "published", limit);
}

Result<std::vector<ObjectVersion>> LineageStore::SnapshotFiles(const TableSnapshot& table, int64_t limit) {
  return Objects(
      "SELECT bucket, key, version FROM lineage_snapshots WHERE table_name = ? AND snapshot = ? LIMIT ?",
      table.table, table.snapshot, limit);
}

Result<std::vector<std::string>> LineageStore::Texts(const char* sql, const std::vector<std::string>& values,
                                                     int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(sql));
  int index = 0;
  for (const std::string& value : values) select.Bind(++index, value);
  select.Bind(++index, limit);
  std::vector<std::string> texts;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return texts;
    texts.push_back(select.Text(0));
  }
}

Result<std::vector<std::string>> LineageStore::Readers(const ObjectVersion& object, int64_t limit) {
  return Texts(
      "SELECT run_id FROM run_inputs WHERE bucket = ? AND key = ? AND version = ? AND state = 'published' "
      "ORDER BY run_id LIMIT ?",
      {object.bucket, object.key, object.version}, limit);
}

Result<std::vector<std::string>> LineageStore::TableReaders(const TableSnapshot& table, int64_t limit) {
  return Texts(
      "SELECT run_id FROM lineage_tables WHERE table_name = ? AND snapshot = ? ORDER BY run_id LIMIT ?",
      {table.table, table.snapshot}, limit);
}

Result<std::vector<TableSnapshot>> LineageStore::TablesRead(const std::string& run_id, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT table_name, snapshot FROM lineage_tables WHERE run_id = ? LIMIT ?"));
  select.Bind(1, run_id).Bind(2, limit);
  std::vector<TableSnapshot> tables;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return tables;
    tables.push_back({select.Text(0), select.Text(1)});
  }
}

Result<std::vector<TableSnapshot>> LineageStore::SnapshotsWith(const ObjectVersion& object, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT table_name, snapshot FROM lineage_snapshots "
                                             "WHERE bucket = ? AND key = ? AND version = ? LIMIT ?"));
  select.Bind(1, object.bucket).Bind(2, object.key).Bind(3, object.version).Bind(4, limit);
  std::vector<TableSnapshot> tables;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return tables;
    tables.push_back({select.Text(0), select.Text(1)});
  }
}

Result<std::optional<LineageRun>> LineageStore::FindRun(const std::string& run_id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT r.id, r.transform, r.state, r.trigger, r.finished_ms, "
                                "l.definition FROM runs r LEFT JOIN lineage_runs l ON l.run_id = r.id "
                                "WHERE r.id = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, run_id).Step());
  if (!found) return std::optional<LineageRun>();
  LineageRun run{select.Text(0), select.Text(1), select.Text(2),
                 select.Text(3), std::nullopt,   select.Text(5)};
  if (!select.IsNull(4)) run.finished_at = FromUnixMillis(select.Integer(4));
  return std::optional(std::move(run));
}

Result<bool> LineageStore::Knows(const ObjectVersion& object) {
  const auto lock = database_.Lock();
  const char* const sql =
      "SELECT 1 FROM lineage_objects WHERE bucket = ?1 AND key = ?2 AND version = ?3 UNION ALL "
      "SELECT 1 FROM run_inputs WHERE bucket = ?1 AND key = ?2 AND version = ?3 UNION ALL "
      "SELECT 1 FROM lineage_snapshots WHERE bucket = ?1 AND key = ?2 AND version = ?3 LIMIT 1";
  TARN_ASSIGN(auto select, database_.Prepare(sql));
  return select.Bind(1, object.bucket).Bind(2, object.key).Bind(3, object.version).Step();
}

Result<std::optional<std::string>> LineageStore::NewestVersion(const std::string& bucket,
                                                               const std::string& key) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(
      auto select,
      database_.Prepare("SELECT max(version) FROM (SELECT max(version) AS version FROM lineage_objects "
                        "WHERE bucket = ?1 AND key = ?2 UNION ALL SELECT max(version) FROM run_inputs "
                        "WHERE bucket = ?1 AND key = ?2 UNION ALL SELECT max(version) FROM "
                        "lineage_snapshots WHERE bucket = ?1 AND key = ?2)"));
  TARN_ASSIGN(const bool found, select.Bind(1, bucket).Bind(2, key).Step());
  if (!found || select.IsNull(0)) return std::optional<std::string>();
  return std::optional(select.Text(0));
}

}  // namespace tarn::transform
