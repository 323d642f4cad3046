#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "services/query/statements/statement.h"

namespace tarn::query {

/// The statements of /v1/queries, in the service's SQLite file. Thread-safe.
/// Errors of all methods: kUnavailable, kResourceExhausted (disk full), kInternal.
class StatementStore {
 public:
  /// The migrations that make its table: the first, then those that came later.
  static const std::string kMigration, kDialectMigration, kWorkgroupMigration;

  explicit StatementStore(sqlite::Database& database) : database_(database) {}

  /// Adds a queued statement. Errors: kResourceExhausted if `max_queued` of its workgroup are queued already.
  Status Add(const Statement& statement, int64_t max_queued);
  /// Adds one that has ended.
  Status AddEnded(const Statement& statement);

  /// Errors: kNotFound.
  Result<Statement> Get(const std::string& id);

  struct Filter {
    std::string after{};  ///< an id: those older than it; empty: from the newest
    std::optional<StatementState> state{};
    std::string workgroup{};  ///< empty: any
    std::string search{};     ///< part of the SQL, whatever the case (ASCII); empty: any
    std::optional<Timestamp> since{}, until{};  ///< created in [since, until)
  };
  /// Newest first.
  Result<std::vector<Statement>> List(const Filter& filter, int64_t limit);

  /// Makes the oldest queued statement of the workgroup running and returns it; nothing if none is queued.
  Result<std::optional<Statement>> TakeNext(const std::string& workgroup);

  Result<int64_t> CountQueued(const std::string& workgroup);
  /// Workgroups that have queued statements.
  Result<std::vector<std::string>> QueuedWorkgroups();

  /// The newest succeeded statement that is the same as `request` to the letter, finished at `since` or later and has a
  /// result of its own that does not expire before `now`; nothing if there is none.
  Result<std::optional<Statement>> FindSame(const StatementRequest& request, Timestamp since, Timestamp now);

  /// Records how a running statement ended (state, counts, timings, columns, error).
  Status Finish(const Statement& statement);

  /// Puts a running statement back into the queue.
  Status Requeue(const std::string& id);

  /// Cancels a queued statement; false if it is not queued (any more).
  Result<bool> CancelQueued(const std::string& id);

  /// At the start: those that a killed process left.
  Result<std::vector<Statement>> Running();

  /// Finished statements from before `time`, the oldest first.
  Result<std::vector<Statement>> FinishedBefore(Timestamp time, int64_t limit);
  /// Statements whose results expired at `now` and are still marked as there, the oldest first.
  Result<std::vector<Statement>> Expired(Timestamp now, int64_t limit);
  /// Notes that the result of a statement is not kept any more.
  Status ForgetResult(const std::string& id);
  Status Remove(const std::string& id);

 private:
  Status Insert(const Statement& statement);

  sqlite::Database& database_;
};

}  // namespace tarn::query
