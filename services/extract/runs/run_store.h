#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "services/extract/runs/run.h"
#include "services/extract/runs/run_objects.h"
#include "services/extract/runs/source_states.h"

namespace tarn::extract {

/// Keeps runs, the objects they wrote, and what connectors remember of their sources. Thread-safe.
/// Errors of all methods: kUnavailable, kResourceExhausted (disk full), kInternal.
class RunStore {
 public:
  /// The migrations that make its tables, in their order.
  static const std::string kMigration;
  static const std::string kSecondMigration;

  explicit RunStore(sqlite::Database& database)
      : database_(database), objects_(database), states_(database) {}

  struct NewRun {
    std::string source;
    std::string trigger;
    std::string overrides = "{}";
    std::string traceparent = "";
    std::optional<Timestamp> scheduled_for{};
    std::optional<RunWindow> window{};
    std::string backfill_id = "";
    bool side_by_side = false;
  };

  /// Plans runs, all or none (parts of backfills and other runs have a queue each). One for a firing of a
  /// schedule that has a run already is that run. Errors: kResourceExhausted if more than `max_queued` runs
  /// would wait then.
  Result<std::vector<Run>> Create(const std::vector<NewRun>& runs, int64_t max_queued);

  /// Errors: kNotFound.
  Result<Run> Get(const std::string& id);

  struct ListRequest {
    std::string source = "";          ///< empty: of all sources
    std::optional<RunState> state{};  ///< nothing: in any state
    std::string backfill_id = "";     ///< empty: of any or none
    std::string after = "";           ///< a run's id; empty: from the newest on
    int64_t limit = 100;
  };
  /// Newest first.
  Result<std::vector<Run>> List(const ListRequest& request);

  /// The run that answers this firing of the source's schedule, if it has one.
  Result<std::optional<Run>> OfFiring(const std::string& source, Timestamp scheduled_for);
  /// The runs of a source that wait or are at work, without parts of backfills, the oldest first; 1,000 at
  /// most.
  Result<std::vector<Run>> Unfinished(const std::string& source);

  /// Marks a run running that may start by `now`: of the sources with the fewest runs at work, the one that
  /// has waited longest. Unless it may run beside others, no other run of its source may be at work or put
  /// off in its middle.
  Result<std::optional<Run>> Claim(Timestamp now);
  /// The first time after `now` at which a queued run may start; nothing if none waits for one.
  Result<std::optional<Timestamp>> NextStart(Timestamp now);

  /// Keeps what the source is now with the run, the first time it begins.
  Status Pin(const Run& run);

  /// Stores progress and counts.
  Status SaveProgress(const Run& run);
  /// Stores how the run ended, or that it is queued again (cancelled, if that was asked for meanwhile). With
  /// `cursor`, how far its source has been read goes with it.
  Status SaveState(const Run& run, const std::optional<std::string>& cursor = std::nullopt);

  /// Records objects, each once, and the run's progress and counts with them.
  Status AddObjects(const Run& run, const std::vector<RunObject>& objects);
  /// See RunObjects.
  Result<RunObjects::Sums> SumObjects(const std::string& run_id, const std::string& prefix) {
    return objects_.Sum(run_id, prefix);
  }
  /// In the order of their keys, those after `after`.
  Result<std::vector<RunObject>> ListObjects(const std::string& run_id, const std::string& prefix,
                                             const std::string& after, int64_t limit) {
    return objects_.List(run_id, prefix, after, limit);
  }

  /// Notes the wish to cancel; a queued run is cancelled at once. Returns the run as it then is.
  /// Errors: kNotFound; kConflict if it has ended.
  Result<Run> RequestCancel(const std::string& id);

  /// Puts runs that a dead process left running back into the queue, and ends those that were to be cancelled
  /// or died too often. Returns how many go on.
  Result<int64_t> RecoverInterrupted();

  /// Removes up to `limit` runs that ended before `before`, with what they say of their objects (which stay).
  /// Returns how many.
  Result<int64_t> Prune(Timestamp before, int64_t limit);

  /// What connectors remember of a source: see SavedState. Empty if there is nothing.
  Result<std::string> LoadCursor(const std::string& source) { return states_.LoadCursor(source); }
  Result<std::string> LoadNotes(const std::string& source) { return states_.LoadNotes(source); }
  Status SaveNotes(const std::string& source, const std::string& notes) {
    return states_.SaveNotes(source, notes);
  }
  /// Forgets how far the source has been read. Errors: kConflict while a run of it could write its cursor.
  Status ResetCursor(const std::string& source);

 private:
  // Inside a transaction or under the lock:
  Result<Run> Insert(const NewRun& run);

  sqlite::Database& database_;
  RunObjects objects_;
  SourceStates states_;
};

}  // namespace tarn::extract
