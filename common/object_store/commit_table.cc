#include "common/object_store/commit_table.h"

#include "common/object_store/event_table.h"

namespace tarn::object_store {
namespace {

constexpr const char* kSelectPending =
    "SELECT id, bucket, key, version, workspace, staged_name, size_bytes, file_inode, file_modified_ns FROM pending ";

PendingChange ReadPending(const sqlite::Statement& row) {
  PendingChange change{row.Integer(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), {}};
  change.file = {static_cast<uint64_t>(row.Integer(7)), static_cast<uint64_t>(row.Integer(6)), row.Integer(8)};
  return change;
}

}  // namespace

Result<int64_t> AddPending(sqlite::Database& index, const PendingChange& change) {
  TARN_ASSIGN(auto insert, index.Prepare("INSERT INTO pending (bucket, key, version, workspace, staged_name, size_bytes, "
                                         "file_inode, file_modified_ns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"));
  insert.Bind(1, change.bucket).Bind(2, change.key).Bind(3, change.version).Bind(4, change.workspace);
  insert.Bind(5, change.staged_name).Bind(6, static_cast<int64_t>(change.file.size_bytes));
  TARN_TRY(insert.Bind(7, static_cast<int64_t>(change.file.inode)).Bind(8, change.file.modified_ns).Run());
  return index.LastInsertId();
}

Status RemovePending(sqlite::Database& index, int64_t id) {
  TARN_ASSIGN(auto remove, index.Prepare("DELETE FROM pending WHERE id = ?1"));
  return remove.Bind(1, id).Run();
}

Result<std::vector<PendingChange>> ListPending(sqlite::Database& index) {
  static const std::string kSelect = std::string(kSelectPending) + "ORDER BY id";
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  std::vector<PendingChange> pending;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return pending;
    pending.push_back(ReadPending(select));
  }
}

Result<std::optional<PendingChange>> FindPendingPut(sqlite::Database& index, const ObjectInfo& object) {
  // No index on these columns: the table is empty but for the instants between a commit and its file moves.
  static const std::string kSelect =
      std::string(kSelectPending) + "WHERE bucket = ?1 AND key = ?2 AND version = ?3 AND workspace <> ''";
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  TARN_ASSIGN(const bool found, select.Bind(1, object.bucket).Bind(2, object.key).Bind(3, object.version).Step());
  if (!found) return std::optional<PendingChange>();
  return std::optional(ReadPending(select));
}

Result<std::optional<CommitResult>> FindToken(sqlite::Database& index, const std::string& token) {
  CommitResult result;
  int64_t first_sequence = 0;
  {
    TARN_ASSIGN(auto select,
                index.Prepare("SELECT commit_id, first_sequence, last_sequence FROM tokens WHERE token = ?1"));
    TARN_ASSIGN(const bool found, select.Bind(1, token).Step());
    if (!found) return std::optional<CommitResult>();
    result.commit_id = select.Text(0);
    first_sequence = select.Integer(1);
    result.last_sequence = select.Integer(2);
  }
  TARN_ASSIGN(result.objects, CreatedObjects(index, first_sequence, result.last_sequence));
  result.repeated = true;
  return std::optional(std::move(result));
}

Status StoreToken(sqlite::Database& index, const std::string& token, const CommitResult& result,
                  int64_t first_sequence, Timestamp time) {
  TARN_ASSIGN(auto insert, index.Prepare("INSERT INTO tokens (token, commit_id, first_sequence, last_sequence, time_ms) "
                                         "VALUES (?1, ?2, ?3, ?4, ?5)"));
  insert.Bind(1, token).Bind(2, result.commit_id).Bind(3, first_sequence).Bind(4, result.last_sequence);
  return insert.Bind(5, ToUnixMillis(time)).Run();
}

Status ForgetTokens(sqlite::Database& index, Timestamp before) {
  TARN_ASSIGN(auto forget, index.Prepare("DELETE FROM tokens WHERE time_ms < ?1"));
  return forget.Bind(1, ToUnixMillis(before)).Run();
}

}  // namespace tarn::object_store
