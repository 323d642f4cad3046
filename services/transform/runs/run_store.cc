#include "services/transform/runs/run_store.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/transform/lineage/lineage_store.h"
#include "services/transform/quality/dead_letter_store.h"
#include "services/transform/quality/quality_store.h"
#include "services/transform/runs/batcher.h"
#include "services/transform/runs/run_rows.h"

namespace tarn::transform {
namespace {

constexpr const char* kTakenByReset = "a reset of the transform takes its place";

bool Published(const RunReport& report) {
  const bool ended_well =
      report.state == RunState::kSucceeded || report.state == RunState::kPartiallySucceeded;
  return ended_well && !report.outputs.empty();
}

}  // namespace

Result<int64_t> RunStore::Cursor(const std::string& transform) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT sequence FROM cursors WHERE transform = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, transform).Step());
  return found ? select.Integer(0) : 0;
}

Status RunStore::SetCursor(const std::string& transform, int64_t sequence) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto upsert,
              database_.Prepare("INSERT INTO cursors (transform, sequence) VALUES (?, ?) "
                                "ON CONFLICT (transform) DO UPDATE SET sequence = excluded.sequence"));
  return upsert.Bind(1, transform).Bind(2, sequence).Run();
}

Result<std::string> RunStore::CreateRun(const std::string& transform, Trigger trigger,
                                        const std::vector<RunInput>& inputs, const std::string& traceparent) {
  const auto lock = database_.Lock();
  BatchOptions options;
  options.trigger = trigger;
  options.max_objects = std::max<int64_t>(1, static_cast<int64_t>(inputs.size()));
  options.max_bytes = INT64_MAX;
  options.not_before = Now();
  TARN_ASSIGN(auto batcher, Batcher::Open(database_, transform, options));
  TARN_TRY(batcher.AddRun(traceparent));
  for (const RunInput& input : inputs) TARN_TRY(batcher.Add(input, traceparent));
  TARN_ASSIGN(const auto runs, batcher.Close());
  return runs.front();
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
    const Error error(Code::kCancelled, kTakenByReset);
    const RunReport report = CancelledReport(inputs, CancelMode::kWait, error);
    TARN_ASSIGN(const bool ended, MarkEnded(run, report));
    if (ended) TARN_TRY(SettleInputs(run, report));
  }
  return Ok();
}

Status RunStore::Release(const std::string& transform) {
  TARN_ASSIGN(auto update,
              database_.Prepare("UPDATE runs SET not_before_ms = created_ms WHERE transform = ? AND "
                                "state = 'queued' AND trigger = 'reset'"));
  return update.Bind(1, transform).Run();
}

Result<std::optional<std::string>> RunStore::NextId(const std::string& transform, Timestamp now) {
  {
    TARN_ASSIGN(auto running,
                database_.Prepare("SELECT id FROM runs WHERE transform = ? AND state = 'running' "
                                  "ORDER BY id LIMIT 1"));
    TARN_ASSIGN(const bool found, running.Bind(1, transform).Step());
    if (found) return std::optional(running.Text(0));
  }
  TARN_ASSIGN(const auto state, TransformStateStore(database_).Get(transform));
  if (state.scanning) return std::optional<std::string>();
  // Until the rows of before the reset are gone, others than its runs would show next to nothing in their
  // place.
  TARN_ASSIGN(
      auto queued,
      database_.Prepare(
          state.replaces ? "SELECT id FROM runs WHERE transform = ? AND state = 'queued' AND not_before_ms "
                           "<= ? ORDER BY trigger = 'reset' DESC, id LIMIT 1"
                         : "SELECT id FROM runs WHERE transform = ? AND state = 'queued' AND not_before_ms "
                           "<= ? ORDER BY id LIMIT 1"));
  TARN_ASSIGN(const bool found, queued.Bind(1, transform).Bind(2, ToUnixMillis(now)).Step());
  return found ? std::optional(queued.Text(0)) : std::nullopt;
}

Result<std::optional<Run>> RunStore::TakeNext(const std::string& transform, Timestamp now) {
  std::optional<Run> taken;
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(const auto id, NextId(transform, now));
    if (!id) return Ok();
    TARN_ASSIGN(auto take,
                database_.Prepare(
                    "UPDATE runs SET state = 'running', started_ms = coalesce(started_ms, ?) WHERE id = ?"));
    TARN_TRY(take.Bind(1, ToUnixMillis(now)).Bind(2, *id).Run());
    TARN_ASSIGN(taken, Get(*id));
    TARN_ASSIGN(const auto state, TransformStateStore(database_).Get(transform));
    taken->replaces = state.replaces && *id > state.reset_id;
    return Ok();
  }));
  return taken;
}

Result<std::vector<RunInput>> RunStore::InputsToTake(const std::string& run_id,
                                                     const Definition& definition) {
  TARN_TRY(texts_.Keep(definition));
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto inputs, Inputs(run_id));
  if (!definition.appends()) return inputs;
  TARN_ASSIGN(const auto state, TransformStateStore(database_).Get(definition.name));
  BookmarkStore bookmarks(database_);
  for (RunInput& input : inputs) {
    TARN_ASSIGN(const bool published, bookmarks.IsPublished(definition.name, state.epoch, input));
    if (published) input.state = InputState::kSkipped;
  }
  return inputs;
}

Result<std::optional<Timestamp>> RunStore::NextDue(const std::vector<std::string>& transforms) {
  const auto lock = database_.Lock();
  std::optional<Timestamp> due;
  for (const std::string& transform : transforms) {
    TARN_ASSIGN(const auto state, TransformStateStore(database_).Get(transform));
    if (state.scanning) continue;
    TARN_ASSIGN(
        auto select,
        database_.Prepare("SELECT min(not_before_ms) FROM runs WHERE transform = ? AND state = 'queued'"));
    TARN_ASSIGN(const bool found, select.Bind(1, transform).Step());
    if (!found || select.IsNull(0)) continue;
    const Timestamp time = FromUnixMillis(select.Integer(0));
    if (!due || time < *due) due = time;
  }
  return due;
}

Result<bool> RunStore::Postpone(const std::string& id, const Error& error, Timestamp not_before) {
  return Requeue(id, error, not_before, 1);
}

Result<bool> RunStore::PutBack(const std::string& id, const Error& reason, Timestamp not_before) {
  return Requeue(id, reason, not_before, 0);
}

Result<bool> RunStore::Requeue(const std::string& id, const Error& error, Timestamp not_before,
                               int attempts) {
  bool postponed = false;
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(const Run run, Get(id));
    TARN_ASSIGN(const auto state, TransformStateStore(database_).Get(run.transform));
    // The reset has planned its objects: taken here as well, an append would have their rows twice.
    postponed = id > state.reset_id || run.input_count == 0;
    if (!postponed) {
      TARN_ASSIGN(const auto inputs, Inputs(id));
      const Error reason(Code::kCancelled, kTakenByReset);
      TARN_ASSIGN(const bool ended, MarkEnded(run, CancelledReport(inputs, CancelMode::kWait, reason)));
      (void)ended;
      return Ok();
    }
    TARN_ASSIGN(auto update,
                database_.Prepare(
                    "UPDATE runs SET state = 'queued', attempt = attempt + ?, not_before_ms = ?, error = ? "
                    "WHERE id = ? AND state = 'running'"));
    update.Bind(1, attempts).Bind(2, ToUnixMillis(not_before));
    return update.Bind(3, json::Dump(ErrorToJson(error))).Bind(4, id).Run();
  }));
  return postponed;
}

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

Result<std::vector<std::string>> RunStore::WithUnfinishedRuns() {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT DISTINCT transform FROM runs WHERE state IN ('queued', 'running')"));
  std::vector<std::string> transforms;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return transforms;
    transforms.push_back(select.Text(0));
  }
}

Result<std::vector<Run>> RunStore::Unfinished(const std::string& transform, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare(std::string(kRunColumns) +
                                "WHERE transform = ? AND state IN ('queued', 'running') ORDER BY id "
                                "LIMIT ?"));
  select.Bind(1, transform).Bind(2, limit);
  return ReadRuns(select);
}

Result<Run> RunStore::Get(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(std::string(kRunColumns) + "WHERE id = ?"));
  TARN_ASSIGN(auto runs, ReadRuns(select.Bind(1, id)));
  if (runs.empty()) return Error(Code::kNotFound, "there is no run " + id);
  return std::move(runs.front());
}

Result<std::vector<RunInput>> RunStore::Inputs(const std::string& run_id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(
      auto select,
      database_.Prepare("SELECT bucket, key, version, size_bytes, last_modified_ms, state FROM run_inputs "
                        "WHERE run_id = ? ORDER BY ordinal"));
  select.Bind(1, run_id);
  std::vector<RunInput> inputs;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return inputs;
    inputs.push_back({select.Text(0), select.Text(1), select.Text(2),
                      static_cast<uint64_t>(select.Integer(3)), FromUnixMillis(select.Integer(4)),
                      ParseInputState(select.Text(5))});
  }
}

// Each filter has the statement that its index serves.
Result<std::vector<Run>> RunStore::List(const RunQuery& query) {
  const auto lock = database_.Lock();
  std::string conditions = "WHERE (?3 = '' OR id < ?3) ";
  if (!query.transform.empty()) conditions += "AND transform = ?1 ";
  if (!query.state.empty()) conditions += "AND state = ?2 ";
  TARN_ASSIGN(auto select,
              database_.Prepare(std::string(kRunColumns) + conditions + "ORDER BY id DESC LIMIT ?4"));
  select.Bind(1, query.transform).Bind(2, query.state).Bind(3, query.before_id).Bind(4, query.limit);
  return ReadRuns(select);
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

}  // namespace tarn::transform
