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
  /// The migrations that make its table: the first, then one that came later.
  static const std::string kMigration, kDialectMigration;

  explicit StatementStore(sqlite::Database& database) : database_(database) {}

  /// Adds a queued statement. Errors: kResourceExhausted if `max_queued` are queued already.
  Status Add(const Statement& statement, int64_t max_queued);

  /// Errors: kNotFound.
  Result<Statement> Get(const std::string& id);

  /// Newest first, those older than `after` (an id; empty: from the newest), all states or one.
  Result<std::vector<Statement>> List(const std::string& after, std::optional<StatementState> state, int64_t limit);

  /// Makes the oldest queued statement running and returns it; nothing if none is queued.
  Result<std::optional<Statement>> TakeNext();

  /// Records how a running statement ended (state, counts, timings, columns, error).
  Status Finish(const Statement& statement);

  /// Puts a running statement back into the queue.
  Status Requeue(const std::string& id);

  /// Cancels a queued statement; false if it is not queued (any more).
  Result<bool> CancelQueued(const std::string& id);

  /// Ends what a killed process left running as failed with `reason`; returns those.
  Result<std::vector<std::string>> FailRunning(const Error& reason);

  /// Finished statements from before `time`, the oldest first.
  Result<std::vector<std::string>> FinishedBefore(Timestamp time, int64_t limit);
  Status Remove(const std::string& id);

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::query
