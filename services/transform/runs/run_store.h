#pragma once

#include <optional>
#include <set>
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

  Status Transact(const std::function<Status()>& work) { return database_.Transact(work); }

  // Planning.

  /// The cursor of a transform, or of the consumer (""); 0 if there is none.
  Result<int64_t> Cursor(const std::string& transform);
  Status SetCursor(const std::string& transform, int64_t sequence);
  /// Adds an object to the transform's waiting run, or makes one. Does nothing for a version that was planned
  /// before.
  Status PlanEvent(const Definition& definition, const RunInput& input, const std::string& traceparent);
  /// Makes a run with these inputs, ready at once. Returns its id.
  Result<std::string> CreateRun(const std::string& transform, Trigger trigger,
                                const std::vector<RunInput>& inputs, const std::string& traceparent);

  // Running.

  /// Takes the transform's next run and marks it running: first one that was running when the process died,
  /// then the oldest that is due. Nothing if none is.
  Result<std::optional<Run>> TakeNext(const std::string& transform, Timestamp now);
  /// The run's inputs, those skipped that an append must not take a second time: an earlier run published
  /// them. Keeps the texts of the definition, for lineage.
  Result<std::vector<RunInput>> InputsToTake(const std::string& run_id, const Definition& definition);
  /// When the first waiting run of these transforms is due.
  Result<std::optional<Timestamp>> NextDue(const std::vector<std::string>& transforms);
  /// Puts a running run back into the queue after a failure that may pass.
  Status Postpone(const std::string& id, const Error& error, Timestamp not_before);
  /// The same for a run that waits for something: no attempt is counted.
  Status PutBack(const std::string& id, const Error& reason, Timestamp not_before);
  /// Ends a run and notes what became of its inputs and what its rules found out.
  Status Finish(const std::string& id, const RunReport& report);

  // Reading.

  /// Errors: kNotFound.
  Result<Run> Get(const std::string& id);
  Result<std::vector<RunInput>> Inputs(const std::string& run_id);
  Result<std::vector<Run>> List(const RunQuery& query);

 private:
  Status RecordQuality(const std::string& id, const RunReport& report);
  Status AddInput(const std::string& run_id, int64_t ordinal, const std::string& transform,
                  const RunInput& input, bool from_event);
  Status InsertRun(const std::string& id, const std::string& transform, Trigger trigger, Timestamp not_before,
                   const std::string& traceparent);
  Result<bool> IsPublished(const std::string& transform, const RunInput& input);
  Result<bool> IsPlanned(const std::string& transform, const RunInput& input);

  sqlite::Database& database_;
  TextStore texts_;
};

}  // namespace tarn::transform
