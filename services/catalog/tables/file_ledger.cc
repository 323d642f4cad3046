#include "services/catalog/tables/file_ledger.h"

#include "services/catalog/tables/file_statistics.h"
#include "services/catalog/tables/layout_json.h"
#include "services/catalog/tables/partition_index.h"

namespace tarn::catalog {

Result<FileLedger::Live> FileLedger::LiveAs(const DataFile& file) {
  if (table_.id == 0) return Live::kNothing;
  TARN_ASSIGN(auto select,
              database_.Prepare(
                  "SELECT f.object_version, f.rows, f.partition, l.body, coalesce(s.body, x'') FROM files f "
                  "JOIN layouts l ON l.id = f.layout_id LEFT JOIN file_statistics s ON s.file_id = f.id "
                  "WHERE f.bucket = ? AND f.key = ? AND f.to_version IS NULL AND f.table_id = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, file.bucket).Bind(2, file.key).Bind(3, table_.id).Step());
  if (!found) return Live::kNothing;
  const bool same = select.Text(0) == file.version && select.Integer(1) == file.rows &&
                    select.Text(2) == StorePartition(file.partition) &&
                    select.Text(3) == StoreLayout(*file.layout) &&
                    select.Text(4) == StoreStatistics(file.statistics, *file.layout);
  return same ? Live::kSame : Live::kOther;
}

Status FileLedger::Remove(const std::string& bucket, const std::string& key) {
  if (table_.id == 0) return Ok();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT id, layout_id, partition, size_bytes, rows, from_version FROM files "
                                "WHERE bucket = ? AND key = ? AND to_version IS NULL AND table_id = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, bucket).Bind(2, key).Bind(3, table_.id).Step());
  if (!found) return Ok();
  TARN_ASSIGN(auto end, database_.Prepare("UPDATE files SET to_version = ? WHERE id = ?"));
  TARN_TRY(end.Bind(1, table_.version + 1).Bind(2, select.Integer(0)).Run());
  ++table_.files_removed;
  return Count(select.Integer(1), select.Text(2), -1, select.Integer(3), select.Integer(4));
}

Status FileLedger::Add(const DataFile& file) {
  TARN_ASSIGN(const int64_t layout_id, FindOrAddLayout(file.layout));
  const std::string partition = StorePartition(file.partition);
  const auto size_bytes = static_cast<int64_t>(file.size_bytes);
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT INTO files (table_id, bucket, key, object_version, size_bytes, rows, "
                                "last_modified, layout_id, partition, from_version) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(1, table_.id).Bind(2, file.bucket).Bind(3, file.key).Bind(4, file.version).Bind(5, size_bytes);
  insert.Bind(6, file.rows).Bind(7, ToUnixMillis(file.last_modified)).Bind(8, layout_id).Bind(9, partition);
  TARN_TRY(insert.Bind(10, table_.version + 1).Run());
  TARN_TRY(AddStatistics(database_.LastInsertId(), file));
  ++table_.files_added;
  return Count(layout_id, partition, 1, size_bytes, file.rows);
}

Status FileLedger::AddStatistics(int64_t file_id, const DataFile& file) {
  const std::string stored = StoreStatistics(file.statistics, *file.layout);
  if (stored.empty()) return Ok();
  TARN_ASSIGN(auto insert, database_.Prepare("INSERT INTO file_statistics (file_id, body) VALUES (?, ?)"));
  return insert.Bind(1, file_id).BindBlob(2, stored).Run();
}

Result<int64_t> FileLedger::FindOrAddLayout(const std::shared_ptr<const FileLayout>& layout) {
  if (last_layout_ && (layout == last_layout_ || *layout == *last_layout_)) return last_layout_id_;
  const std::string body = StoreLayout(*layout);
  TARN_ASSIGN(
      auto insert,
      database_.Prepare(
          "INSERT INTO layouts (table_id, body, live_files) VALUES (?, ?, 0) ON CONFLICT DO NOTHING"));
  TARN_TRY(insert.Bind(1, table_.id).Bind(2, body).Run());
  TARN_ASSIGN(auto select, database_.Prepare("SELECT id FROM layouts WHERE table_id = ? AND body = ?"));
  TARN_TRY(select.Bind(1, table_.id).Bind(2, body).Step());
  last_layout_ = layout;
  last_layout_id_ = select.Integer(0);
  return last_layout_id_;
}

Status FileLedger::Count(int64_t layout_id, const std::string& partition, int sign, int64_t size_bytes,
                         int64_t rows) {
  table_.files += sign;
  table_.size_bytes += sign * size_bytes;
  table_.rows += sign * rows;
  TARN_ASSIGN(auto layout, database_.Prepare("UPDATE layouts SET live_files = live_files + ? WHERE id = ?"));
  TARN_TRY(layout.Bind(1, sign).Bind(2, layout_id).Run());
  if (partition == "[]") return Ok();

  TARN_ASSIGN(auto add,
              database_.Prepare("INSERT INTO partitions (table_id, partition, files, size_bytes, rows) "
                                "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET files = files + ?3, "
                                "size_bytes = size_bytes + ?4, rows = rows + ?5 RETURNING files"));
  add.Bind(1, table_.id).Bind(2, partition).Bind(3, sign).Bind(4, sign * size_bytes).Bind(5, sign * rows);
  TARN_TRY(add.Step());
  const int64_t files = add.Integer(0);
  if (sign > 0 && files == 1) return AddPartition(partition);
  return files == 0 ? RemovePartition(partition) : Ok();
}

Status FileLedger::AddPartition(const std::string& partition) {
  ++table_.partitions[partition];
  TARN_ASSIGN(const auto values, LoadPartition(partition));
  return PartitionIndex(database_).Add(table_.id, partition, values);
}

Status FileLedger::RemovePartition(const std::string& partition) {
  --table_.partitions[partition];
  TARN_ASSIGN(auto clear, database_.Prepare("DELETE FROM partitions WHERE table_id = ? AND partition = ?"));
  TARN_TRY(clear.Bind(1, table_.id).Bind(2, partition).Run());
  TARN_ASSIGN(const auto values, LoadPartition(partition));
  return PartitionIndex(database_).Remove(table_.id, partition, values);
}

Status FileLedger::AddAgain(int64_t file_id) {
  TARN_ASSIGN(
      auto insert,
      database_.Prepare("INSERT INTO files (table_id, bucket, key, object_version, size_bytes, rows, "
                        "last_modified, layout_id, partition, from_version) SELECT table_id, bucket, key, "
                        "object_version, size_bytes, rows, last_modified, layout_id, partition, ?2 "
                        "FROM files WHERE id = ?1"));
  TARN_TRY(insert.Bind(1, file_id).Bind(2, table_.version + 1).Run());
  const int64_t added = database_.LastInsertId();
  TARN_ASSIGN(auto statistics, database_.Prepare("INSERT INTO file_statistics (file_id, body) "
                                                 "SELECT ?2, body FROM file_statistics WHERE file_id = ?1"));
  TARN_TRY(statistics.Bind(1, file_id).Bind(2, added).Run());
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT layout_id, partition, size_bytes, rows FROM files WHERE id = ?"));
  TARN_TRY(select.Bind(1, added).Step());
  ++table_.files_added;
  return Count(select.Integer(0), select.Text(1), 1, select.Integer(2), select.Integer(3));
}

}  // namespace tarn::catalog
