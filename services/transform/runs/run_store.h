#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "services/transform/lineage/text_store.h"
#include "services/transform/runs/run.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Which runs to list. Empty texts mean any.
struct RunQuery {
  std::string transform;
  std::string state;
  std::string before_id;  ///< newest first: go on below this
  int64_t limit = 100;
};

/// Runs, their inputs and the cursors, in state/transform.db. Thread-safe. Methods under "planning" belong
/// into a transaction of the caller (Transact), so that a cursor moves together with what it planned. Errors
/// of all methods: as sqlite::Statement::Step.
class RunStore {
 public:
  explicit RunStore(sqlite::Database& database) : database_(database), texts_(database) {}

  sqlite::Database& database() { return database_; }
  Status Transact(const std::function<Status()>& work) { return database_.Transact(work); }

  // Planning: run_store.cc; see also Batcher.

  /// The cursor of a transform, or of the consumer (""); 0 if there is none.
  Result<int64_t> Cursor(const std::string& transform);
  Status SetCursor(const std::string& transform, int64_t sequence);
  /// Makes a run with these inputs, ready at once. Returns its id.
  Result<std::string> CreateRun(const std::string& transform, Trigger trigger,
                                const std::vector<RunInput>& inputs, const std::string& traceparent);
  /// Lets the runs that a reset planned start.
  Status Release(const std::string& transform);

  // Running: run_queue.cc.

  /// Takes the transform's next run and marks it running: first one that was running when the process died,
  /// then the oldest that is due; after a reset, first those that it planned, and none before they are all
  /// planned.
  Result<std::optional<Run>> TakeNext(const std::string& transform, Timestamp now);
  /// The run's inputs, those skipped that an append must not take a second time: an earlier run published
  /// them. Keeps the texts of the definition, for lineage.
  Result<std::vector<RunInput>> InputsToTake(const std::string& run_id, const Definition& definition);
  /// When the first waiting run of these transforms is due.
  Result<std::optional<Timestamp>> NextDue(const std::vector<std::string>& transforms);
  /// Puts a running run back into the queue after a failure that may pass; false if a reset took its place,
  /// which ends it.
  Result<bool> Postpone(const std::string& id, const Error& error, Timestamp not_before);
  /// The same for a run that waits for something: no attempt is counted.
  Result<bool> PutBack(const std::string& id, const Error& reason, Timestamp not_before);

  // Ending: run_endings.cc.

  /// Ends a run and notes what became of its inputs, of the dead letters that they had, and what its rules
  /// found out. `after` is called in the same transaction.
  Status Finish(const std::string& id, const RunReport& report, const std::function<Status()>& after = {});
  /// Asks for the end of a run. One that never started has ended then; any other has it noted, and it is up
  /// to the caller to stop it. Errors: kNotFound; kConflict if it ended before.
  Result<Run> Cancel(const std::string& id, CancelMode mode);
  /// Ends the runs that wait and have objects, for a reset that plans them anew. Belongs into a transaction
  /// of the caller.
  Status DropWaiting(const std::string& transform);

  // Reading: run_store.cc.

  /// The transforms that have runs which wait or are at work.
  Result<std::vector<std::string>> WithUnfinishedRuns();
  /// The oldest runs of a transform that wait or are at work, up to `limit`.
  Result<std::vector<Run>> Unfinished(const std::string& transform, int64_t limit);
  /// Errors: kNotFound.
  Result<Run> Get(const std::string& id);
  Result<std::vector<RunInput>> Inputs(const std::string& run_id);
  Result<std::vector<Run>> List(const RunQuery& query);

 private:
  Result<bool> Requeue(const std::string& id, const Error& error, Timestamp not_before, int attempts);
  Result<std::optional<std::string>> NextId(const std::string& transform, Timestamp now);
  Result<bool> MarkEnded(const Run& run, const RunReport& report);
  Status SettleInputs(const Run& run, const RunReport& report);

  sqlite::Database& database_;
  TextStore texts_;
};

/// The report of a run that somebody, or a reset, cancelled.
RunReport CancelledReport(const std::vector<RunInput>& inputs, CancelMode mode, const Error& error);
/// That of one whose objects a reset has planned anew.
RunReport ReplacedByReset(const std::vector<RunInput>& inputs);

}  // namespace tarn::transform
