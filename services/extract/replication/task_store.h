#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "services/extract/replication/task.h"

namespace tarn::extract {

/// Keeps what has to be replicated, and how far the event log has been planned. Thread-safe.
/// Errors of all methods: kUnavailable, kResourceExhausted (disk full), kInternal.
class ReplicationTaskStore {
 public:
  /// The migration that makes its tables.
  static const std::string kMigration;

  explicit ReplicationTaskStore(sqlite::Database& database) : database_(database) {}

  /// The last sequence planned; `first` becomes it where nothing was planned yet.
  Result<int64_t> Cursor(int64_t first);
  /// Adds the tasks that are new (by sequence and target) and moves the cursor, in one transaction.
  Status Plan(const std::vector<ReplicationTask>& tasks, int64_t cursor);

  /// Pending tasks that may be tried by `now`, oldest first: none of a target in `paused`, and none behind an
  /// older pending task of the same key and target, so that a key's changes arrive in order.
  Result<std::vector<ReplicationTask>> Due(Timestamp now, const std::set<std::string>& paused, int64_t limit);

  Status Complete(int64_t id);
  /// Keeps the reason; the task is tried again at `next_attempt`, or given up without one.
  Status Fail(int64_t id, const std::string& reason, std::optional<Timestamp> next_attempt);

  /// Whether other tasks of this version of an object are pending, or have failed.
  struct Others {
    bool pending = false;
    bool failed = false;
  };
  Result<Others> OthersOf(const std::string& bucket, const std::string& key, const std::string& version);

  /// Tries a failed task again. Errors: kNotFound; kConflict unless it has failed.
  Result<ReplicationTask> Retry(int64_t id);
  /// Tries all failed tasks (of a target, if given) again. Returns how many.
  Result<int64_t> RetryAll(const std::string& target);

  Result<ReplicationTask> Get(int64_t id);
  /// In the order of events. `failed`: only those, or only pending ones.
  Result<std::vector<ReplicationTask>> List(std::optional<bool> failed, int64_t after_id, int64_t limit);

  struct Totals {
    int64_t pending = 0;
    int64_t failed = 0;
    std::optional<Timestamp> oldest_pending;  ///< the time of its event
  };
  /// By (bucket, rule, target).
  struct Scope {
    std::string bucket, rule, target;
    auto operator<=>(const Scope&) const = default;
  };
  Result<std::map<Scope, Totals>> Count();

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::extract
