#include "common/object_store/commit_table.h"

#include "common/object_store/event_table.h"

namespace tarn::object_store {
namespace {

constexpr const char* kSelectPending =
    "SELECT id, owner, bucket, key, version, workspace, staged_name, size_bytes, file_inode, file_modified_ns, content "
    "FROM pending ";

PendingChange ReadPending(const sqlite::Statement& row) {
  PendingChange change{row.Integer(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Text(6), {}, {}};
  change.file = {static_cast<uint64_t>(row.Integer(8)), static_cast<uint64_t>(row.Integer(7)), row.Integer(9)};
  change.content = row.OptionalText(10);
  return change;
}

Result<std::vector<PendingChange>> ReadChanges(sqlite::Statement select) {
  std::vector<PendingChange> changes;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return changes;
    changes.push_back(ReadPending(select));
  }
}

Result<std::vector<std::string>> ReadTexts(sqlite::Statement select) {
  std::vector<std::string> texts;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return texts;
    texts.push_back(select.Text(0));
  }
}

}  // namespace

Result<int64_t> AddPending(sqlite::Database& index, const PendingChange& change) {
  TARN_ASSIGN(auto insert, index.Prepare("INSERT INTO pending (bucket, key, version, workspace, staged_name, size_bytes, "
                                         "file_inode, file_modified_ns, owner, content) "
                                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"));
  insert.Bind(1, change.bucket).Bind(2, change.key).Bind(3, change.version).Bind(4, change.workspace);
  insert.Bind(5, change.staged_name).Bind(6, static_cast<int64_t>(change.file.size_bytes));
  insert.Bind(7, static_cast<int64_t>(change.file.inode)).Bind(8, change.file.modified_ns).Bind(9, change.owner);
  if (change.content) insert.BindBlob(10, *change.content);
  else insert.BindNull(10);
  TARN_TRY(insert.Run());
  return index.LastInsertId();
}

Status RemovePending(sqlite::Database& index, int64_t id, const std::string& version) {
  TARN_ASSIGN(auto remove, index.Prepare("DELETE FROM pending WHERE id = ?1 AND version = ?2"));
  return remove.Bind(1, id).Bind(2, version).Run();
}

Result<std::vector<PendingChange>> ListPending(sqlite::Database& index, int64_t first_id, int64_t limit) {
  static const std::string kSelect = std::string(kSelectPending) + "WHERE id >= ?1 ORDER BY id LIMIT ?2";
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  select.Bind(1, first_id).Bind(2, limit);
  return ReadChanges(std::move(select));
}

Result<std::vector<PendingChange>> PendingOfKey(sqlite::Database& index, const std::string& bucket,
                                                const std::string& key) {
  static const std::string kSelect = std::string(kSelectPending) + "WHERE bucket = ?1 AND key = ?2 ORDER BY id";
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  select.Bind(1, bucket).Bind(2, key);
  return ReadChanges(std::move(select));
}

Result<std::vector<std::string>> PendingOwners(sqlite::Database& index) {
  TARN_ASSIGN(auto select, index.Prepare("SELECT DISTINCT owner FROM pending"));
  return ReadTexts(std::move(select));
}

Result<std::optional<PendingChange>> FindPendingPut(sqlite::Database& index, const ObjectInfo& object) {
  // No index on these columns: only a few thousand rows are pending, and only a reader that met a commit asks.
  static const std::string kSelect =
      std::string(kSelectPending) + "WHERE bucket = ?1 AND key = ?2 AND version = ?3 AND workspace <> ''";
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  TARN_ASSIGN(const bool found, select.Bind(1, object.bucket).Bind(2, object.key).Bind(3, object.version).Step());
  if (!found) return std::optional<PendingChange>();
  return std::optional(ReadPending(select));
}

Result<std::set<std::string>> PendingWorkspaces(sqlite::Database& index) {
  TARN_ASSIGN(auto select, index.Prepare("SELECT DISTINCT workspace FROM pending"));
  TARN_ASSIGN(const auto workspaces, ReadTexts(std::move(select)));
  return std::set<std::string>(workspaces.begin(), workspaces.end());
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
