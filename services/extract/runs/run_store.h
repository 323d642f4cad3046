#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "services/extract/runs/run.h"

namespace tarn::extract {

/// Keeps runs, the objects they wrote, and what connectors remember of their sources. Thread-safe.
/// Errors of all methods: kUnavailable, kResourceExhausted (disk full), kInternal.
class RunStore {
 public:
  /// The migration that makes its tables.
  static const std::string kMigration;

  explicit RunStore(sqlite::Database& database) : database_(database) {}

  struct NewRun {
    std::string source;
    std::string trigger;
    std::string overrides = "{}";
    std::string traceparent = "";
  };

  /// Plans a run. Errors: kResourceExhausted if `max_queued` runs are waiting already.
  Result<Run> Create(const NewRun& run, int64_t max_queued);

  /// Errors: kNotFound.
  Result<Run> Get(const std::string& id);

  struct ListRequest {
    std::string source = "";          ///< empty: of all sources
    std::optional<RunState> state{};  ///< nothing: in any state
    std::string after = "";           ///< a run's id; empty: from the newest on
    int64_t limit = 100;
  };
  /// Newest first.
  Result<std::vector<Run>> List(const ListRequest& request);

  /// Marks the run running that has waited longest, may start by `now`, and whose source has no other at
  /// work.
  Result<std::optional<Run>> Claim(Timestamp now);
  /// The first time after `now` at which a queued run may start; nothing if none waits for one.
  Result<std::optional<Timestamp>> NextStart(Timestamp now);

  /// Stores progress and counts.
  Status SaveProgress(const Run& run);
  /// Stores how the run ended, or that it is queued again (cancelled, if that was asked for meanwhile).
  Status SaveState(const Run& run);

  /// Records an object, once, and the run's progress and counts with it.
  Status AddObject(const Run& run, const RunObject& object);
  /// In the order of their keys, those after `after`.
  Result<std::vector<RunObject>> ListObjects(const std::string& run_id, const std::string& prefix,
                                             const std::string& after, int64_t limit);

  /// Notes the wish to cancel; a queued run is cancelled at once. Returns the run as it then is.
  /// Errors: kNotFound; kConflict if it has ended.
  Result<Run> RequestCancel(const std::string& id);

  /// Puts runs that a dead process left running back into the queue, and ends those that were to be cancelled
  /// or died too often. Returns how many go on.
  Result<int64_t> RecoverInterrupted();

  /// When the source was last run by its schedule.
  Result<std::optional<Timestamp>> LastScheduled(const std::string& source);

  Result<std::string> LoadSourceState(const std::string& source);
  Status SaveSourceState(const std::string& source, const std::string& state);

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::extract
