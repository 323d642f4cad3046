#include "services/extract/replication/task_store.h"

namespace tarn::extract {
namespace {

constexpr size_t kMaxReasonBytes = 1000;

const std::string kColumns =
    "id, sequence, bucket, object_key, version, operation, rule, target, event_ms, failed, attempts, next_attempt_ms, "
    "reason";

ReplicationTask ReadTask(const sqlite::Statement& row) {
  ReplicationTask task;
  task.id = row.Integer(0);
  task.sequence = row.Integer(1);
  task.bucket = row.Text(2);
  task.key = row.Text(3);
  task.version = row.Text(4);
  task.operation = static_cast<ReplicationTask::Operation>(row.Integer(5));
  task.rule = row.Text(6);
  task.target = row.Text(7);
  task.event_time = FromUnixMillis(row.Integer(8));
  task.failed = row.Integer(9) != 0;
  task.attempts = static_cast<int>(row.Integer(10));
  task.next_attempt = FromUnixMillis(row.Integer(11));
  task.reason = row.Text(12);
  return task;
}

Result<std::vector<ReplicationTask>> ReadAll(sqlite::Statement& select) {
  std::vector<ReplicationTask> tasks;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return tasks;
    tasks.push_back(ReadTask(select));
  }
}

}  // namespace

const std::string ReplicationTaskStore::kMigration = R"sql(
  CREATE TABLE replication_tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sequence INTEGER NOT NULL,
    bucket TEXT NOT NULL,
    object_key TEXT NOT NULL,
    version TEXT NOT NULL,
    operation INTEGER NOT NULL,
    rule TEXT NOT NULL,
    target TEXT NOT NULL,
    event_ms INTEGER NOT NULL,
    failed INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_ms INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    UNIQUE (sequence, target)
  ) STRICT;
  CREATE INDEX replication_tasks_of_key ON replication_tasks (bucket, object_key, target, id);
  CREATE INDEX replication_tasks_pending ON replication_tasks (id) WHERE failed = 0;

  CREATE TABLE replication_cursor (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL
  ) STRICT;
)sql";

Result<int64_t> ReplicationTaskStore::Cursor(int64_t first) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto insert, database_.Prepare("INSERT OR IGNORE INTO replication_cursor VALUES (1, ?1)"));
  TARN_TRY(insert.Bind(1, first).Run());
  TARN_ASSIGN(auto select, database_.Prepare("SELECT sequence FROM replication_cursor"));
  TARN_TRY(select.Step());
  return select.Integer(0);
}

Status ReplicationTaskStore::Plan(const std::vector<ReplicationTask>& tasks, int64_t cursor) {
  return database_.Transact([&]() -> Status {
    for (const ReplicationTask& task : tasks) {
      TARN_ASSIGN(auto insert,
                  database_.Prepare("INSERT OR IGNORE INTO replication_tasks (sequence, bucket, object_key, version, "
                                    "operation, rule, target, event_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"));
      insert.Bind(1, task.sequence).Bind(2, task.bucket).Bind(3, task.key).Bind(4, task.version);
      insert.Bind(5, static_cast<int>(task.operation)).Bind(6, task.rule).Bind(7, task.target);
      TARN_TRY(insert.Bind(8, ToUnixMillis(task.event_time)).Run());
    }
    TARN_ASSIGN(auto update, database_.Prepare("INSERT OR REPLACE INTO replication_cursor VALUES (1, ?1)"));
    return update.Bind(1, cursor).Run();
  });
}

Result<std::vector<ReplicationTask>> ReplicationTaskStore::Due(Timestamp now, const std::set<std::string>& paused,
                                                               int64_t limit) {
  std::string sql = "SELECT " + kColumns +
                    " FROM replication_tasks AS task WHERE failed = 0 AND next_attempt_ms <= ?1 AND NOT EXISTS ("
                    "SELECT 1 FROM replication_tasks AS older WHERE older.target = task.target AND "
                    "older.bucket = task.bucket AND older.object_key = task.object_key AND older.id < task.id AND "
                    "older.failed = 0)";
  int parameter = 3;
  for (size_t i = 0; i < paused.size(); ++i) sql += " AND target <> ?" + std::to_string(parameter++);
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(sql + " ORDER BY id LIMIT ?2"));
  select.Bind(1, ToUnixMillis(now)).Bind(2, limit);
  parameter = 3;
  for (const std::string& target : paused) select.Bind(parameter++, target);
  return ReadAll(select);
}

Status ReplicationTaskStore::Complete(int64_t id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM replication_tasks WHERE id = ?1"));
  return remove.Bind(1, id).Run();
}

Status ReplicationTaskStore::Fail(int64_t id, const std::string& reason, std::optional<Timestamp> next_attempt) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update, database_.Prepare("UPDATE replication_tasks SET attempts = attempts + 1, reason = ?2, "
                                             "next_attempt_ms = ?3, failed = ?4 WHERE id = ?1"));
  update.Bind(1, id).Bind(2, std::string_view(reason).substr(0, kMaxReasonBytes));
  update.Bind(3, next_attempt ? ToUnixMillis(*next_attempt) : int64_t{0}).Bind(4, next_attempt ? 0 : 1);
  return update.Run();
}

Result<ReplicationTaskStore::Others> ReplicationTaskStore::OthersOf(const std::string& bucket, const std::string& key,
                                                                    const std::string& version) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT failed FROM replication_tasks WHERE bucket = ?1 AND "
                                             "object_key = ?2 AND version = ?3"));
  select.Bind(1, bucket).Bind(2, key).Bind(3, version);
  Others others;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return others;
    (select.Integer(0) != 0 ? others.failed : others.pending) = true;
  }
}

Result<ReplicationTask> ReplicationTaskStore::Retry(int64_t id) {
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(const ReplicationTask task, Get(id));
    if (!task.failed) return Error(Code::kConflict, "this replication is pending: " + std::to_string(id));
    TARN_ASSIGN(auto update, database_.Prepare("UPDATE replication_tasks SET failed = 0, attempts = 0, "
                                               "next_attempt_ms = 0 WHERE id = ?1"));
    return update.Bind(1, id).Run();
  }));
  return Get(id);
}

Result<int64_t> ReplicationTaskStore::RetryAll(const std::string& target) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update, database_.Prepare("UPDATE replication_tasks SET failed = 0, attempts = 0, "
                                             "next_attempt_ms = 0 WHERE failed = 1 AND (?1 = '' OR target = ?1)"));
  TARN_TRY(update.Bind(1, target).Run());
  return database_.Changes();
}

Result<ReplicationTask> ReplicationTaskStore::Get(int64_t id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT " + kColumns + " FROM replication_tasks WHERE id = ?1"));
  TARN_ASSIGN(const bool found, select.Bind(1, id).Step());
  if (!found) return Error(Code::kNotFound, "there is no such replication, or it is done: " + std::to_string(id));
  return ReadTask(select);
}

Result<std::vector<ReplicationTask>> ReplicationTaskStore::List(std::optional<bool> failed, int64_t after_id,
                                                                int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT " + kColumns + " FROM replication_tasks WHERE id > ?1 AND "
                                             "(?2 < 0 OR failed = ?2) ORDER BY id LIMIT ?3"));
  select.Bind(1, after_id).Bind(2, failed ? int64_t{*failed} : int64_t{-1}).Bind(3, limit);
  return ReadAll(select);
}

Result<std::map<ReplicationTaskStore::Scope, ReplicationTaskStore::Totals>> ReplicationTaskStore::Count() {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT bucket, rule, target, failed, COUNT(*), MIN(event_ms) "
                                             "FROM replication_tasks GROUP BY bucket, rule, target, failed"));
  std::map<Scope, Totals> counts;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return counts;
    Totals& totals = counts[{select.Text(0), select.Text(1), select.Text(2)}];
    if (select.Integer(3) != 0) {
      totals.failed = select.Integer(4);
    } else {
      totals.pending = select.Integer(4);
      totals.oldest_pending = FromUnixMillis(select.Integer(5));
    }
  }
}

}  // namespace tarn::extract
