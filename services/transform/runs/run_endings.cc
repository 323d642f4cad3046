#include "services/transform/runs/run_store.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/transform/lineage/lineage_store.h"
#include "services/transform/quality/dead_letter_store.h"
#include "services/transform/quality/quality_store.h"
#include "services/transform/runs/bookmark_store.h"
#include "services/transform/runs/run_rows.h"
#include "services/transform/runs/transform_state.h"

namespace tarn::transform {
namespace {

bool Published(const RunReport& report) {
  const bool ended_well =
      report.state == RunState::kSucceeded || report.state == RunState::kPartiallySucceeded;
  return ended_well && !report.outputs.empty();
}

}  // namespace

Status RunStore::Finish(const std::string& id, const RunReport& report,
                        const std::function<Status()>& after) {
  return database_.Transact([&]() -> Status {
    TARN_ASSIGN(const Run run, Get(id));
    TARN_ASSIGN(const bool ended, MarkEnded(run, report));
    if (!ended) return Ok();
    if (!report.quality.empty()) TARN_TRY(QualityStore(database_).Record(id, run.transform, report.quality));
    TARN_TRY(LineageStore(database_).Record(id, report.lineage, Now()));
    TARN_TRY(SettleInputs(run, report));
    if (Published(report)) TARN_TRY(TransformStateStore(database_).Published(run.transform, id));
    return after ? after() : Ok();
  });
}

// False if it had ended before.
Result<bool> RunStore::MarkEnded(const Run& run, const RunReport& report) {
  TARN_ASSIGN(
      auto update,
      database_.Prepare("UPDATE runs SET state = ?, finished_ms = ?, report = ?, error = ? WHERE id = ? AND "
                        "state IN ('queued', 'running')"));
  update.Bind(1, RunStateName(report.state))
      .Bind(2, ToUnixMillis(Now()))
      .Bind(3, json::Dump(report.ToJson()));
  if (report.error)
    update.Bind(4, json::Dump(ErrorToJson(report.error)));
  else
    update.BindNull(4);
  TARN_TRY(update.Bind(5, run.id).Run());
  return database_.Changes() > 0;
}

Status RunStore::SettleInputs(const Run& run, const RunReport& report) {
  TARN_ASSIGN(const auto inputs, Inputs(run.id));
  TARN_ASSIGN(const auto state, TransformStateStore(database_).Get(run.transform));
  // What a run of before a reset did with them does not count: they are planned again.
  const bool counts = run.id > state.reset_id;
  BookmarkStore bookmarks(database_);
  for (size_t i = 0; i < report.inputs.size() && i < inputs.size(); ++i) {
    TARN_ASSIGN(auto update,
                database_.Prepare("UPDATE run_inputs SET state = ? WHERE run_id = ? AND ordinal = ?"));
    update.Bind(1, InputStateName(report.inputs[i])).Bind(2, run.id).Bind(3, static_cast<int64_t>(i));
    TARN_TRY(update.Run());
    if (counts) TARN_TRY(bookmarks.Settle(run.transform, state.epoch, inputs[i], report.inputs[i], run.id));
  }
  return DeadLetterStore(database_).Settle(run, inputs, report);
}

Result<Run> RunStore::Cancel(const std::string& id, CancelMode mode) {
  Run run;
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(run, Get(id));
    if (run.state != RunState::kQueued && run.state != RunState::kRunning) {
      return Error(Code::kConflict, std::string("the run has ended: it is ") + RunStateName(run.state));
    }
    if (run.state == RunState::kQueued && run.attempt == 0) {
      TARN_ASSIGN(const auto inputs, Inputs(id));
      const Error reason(Code::kCancelled, "somebody cancelled the run before it started");
      const RunReport report = CancelledReport(inputs, mode, reason);
      TARN_ASSIGN(const bool ended, MarkEnded(run, report));
      (void)ended;
      TARN_TRY(SettleInputs(run, report));
    } else {
      // An earlier try may have published after all: whoever takes the run finds out.
      TARN_ASSIGN(auto update,
                  database_.Prepare("UPDATE runs SET cancel = ?, not_before_ms = created_ms WHERE id = ?"));
      TARN_TRY(update.Bind(1, mode == CancelMode::kSkip ? "skip" : "wait").Bind(2, id).Run());
    }
    TARN_ASSIGN(run, Get(id));
    return Ok();
  }));
  return run;
}

Status RunStore::DropWaiting(const std::string& transform) {
  std::vector<Run> waiting;
  {
    TARN_ASSIGN(auto select, database_.Prepare(
                                 std::string(kRunColumns) +
                                 "WHERE transform = ? AND state = 'queued' AND input_count > 0 ORDER BY id"));
    select.Bind(1, transform);
    TARN_ASSIGN(waiting, ReadRuns(select));
  }
  for (const Run& run : waiting) {
    TARN_ASSIGN(const auto inputs, Inputs(run.id));
    const RunReport report = ReplacedByReset(inputs);
    TARN_ASSIGN(const bool ended, MarkEnded(run, report));
    if (ended) TARN_TRY(SettleInputs(run, report));
  }
  return Ok();
}

RunReport CancelledReport(const std::vector<RunInput>& inputs, CancelMode mode, const Error& error) {
  RunReport report;
  report.state = RunState::kCancelled;
  report.error = error;
  const InputState left = mode == CancelMode::kSkip ? InputState::kSkipped : InputState::kWaiting;
  for (const RunInput& input : inputs) {
    report.inputs.push_back(input.state == InputState::kSkipped ? InputState::kSkipped : left);
  }
  return report;
}

RunReport ReplacedByReset(const std::vector<RunInput>& inputs) {
  return CancelledReport(inputs, CancelMode::kWait,
                         Error(Code::kCancelled, "a reset of the transform takes its place"));
}

}  // namespace tarn::transform
