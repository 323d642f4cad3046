#include "services/transform/runs/run_store.h"

#include <nlohmann/json.hpp>

#include "common/ids/ulid.h"
#include "common/json/json.h"
#include "services/transform/lineage/lineage_store.h"
#include "services/transform/quality/quality_store.h"

namespace tarn::transform {
namespace {

constexpr const char* kColumns =
    "SELECT id, transform, trigger, state, attempt, input_count, created_ms, started_ms, finished_ms, "
    "traceparent, report, "
    "error FROM runs ";

std::optional<Timestamp> OptionalTime(const sqlite::Statement& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return FromUnixMillis(row.Integer(column));
}

Result<Run> FromRow(const sqlite::Statement& row) {
  Run run;
  run.id = row.Text(0);
  run.transform = row.Text(1);
  run.trigger = ParseTrigger(row.Text(2));
  run.state = ParseRunState(row.Text(3)).value_or(RunState::kFailed);
  run.attempt = row.Integer(4);
  run.input_count = row.Integer(5);
  run.created_at = FromUnixMillis(row.Integer(6));
  run.started_at = OptionalTime(row, 7);
  run.finished_at = OptionalTime(row, 8);
  run.traceparent = row.Text(9);
  TARN_ASSIGN(const auto report, json::Parse(row.Text(10)));
  TARN_ASSIGN(run.report, RunReport::FromJson(report));
  if (!row.IsNull(11)) {
    TARN_ASSIGN(const auto error, json::Parse(row.Text(11)));
    run.error = ErrorFromJson(error);
  }
  return run;
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

Result<bool> RunStore::IsPlanned(const std::string& transform, const RunInput& input) {
  TARN_ASSIGN(
      auto select,
      database_.Prepare("SELECT 1 FROM run_inputs WHERE from_event = 1 AND transform = ? AND bucket = ? "
                        "AND key = ? AND version = ?"));
  return select.Bind(1, transform).Bind(2, input.bucket).Bind(3, input.key).Bind(4, input.version).Step();
}

Status RunStore::PlanEvent(const Definition& definition, const RunInput& input,
                           const std::string& traceparent) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(const bool planned, IsPlanned(definition.name, input));
  if (planned) return Ok();
  std::string run_id;
  int64_t inputs = 0;
  {
    TARN_ASSIGN(
        auto open,
        database_.Prepare("SELECT id, input_count FROM runs WHERE transform = ? AND state = 'queued' AND "
                          "trigger = 'event' AND attempt = 0 ORDER BY id DESC LIMIT 1"));
    TARN_ASSIGN(const bool found, open.Bind(1, definition.name).Step());
    if (found && open.Integer(1) < definition.batch.max_objects) {
      run_id = open.Text(0);
      inputs = open.Integer(1);
    }
  }
  if (run_id.empty()) {
    run_id = NewUlid();
    TARN_TRY(
        InsertRun(run_id, definition.name, Trigger::kEvent, Now() + definition.batch.max_wait, traceparent));
  }
  TARN_TRY(AddInput(run_id, inputs, definition.name, input, true));
  if (inputs + 1 < definition.batch.max_objects) return Ok();
  TARN_ASSIGN(auto full, database_.Prepare("UPDATE runs SET not_before_ms = created_ms WHERE id = ?"));
  return full.Bind(1, run_id).Run();
}

Status RunStore::InsertRun(const std::string& id, const std::string& transform, Trigger trigger,
                           Timestamp not_before, const std::string& traceparent) {
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT INTO runs (id, transform, trigger, state, not_before_ms, created_ms, "
                                "traceparent) VALUES (?, ?, ?, 'queued', ?, ?, ?)"));
  insert.Bind(1, id).Bind(2, transform).Bind(3, TriggerName(trigger)).Bind(4, ToUnixMillis(not_before));
  return insert.Bind(5, ToUnixMillis(Now())).Bind(6, traceparent).Run();
}

Status RunStore::AddInput(const std::string& run_id, int64_t ordinal, const std::string& transform,
                          const RunInput& input, bool from_event) {
  TARN_ASSIGN(auto insert, database_.Prepare("INSERT INTO run_inputs (run_id, ordinal, transform, bucket, "
                                             "key, version, size_bytes, last_modified_ms, from_event) "
                                             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(1, run_id)
      .Bind(2, ordinal)
      .Bind(3, transform)
      .Bind(4, input.bucket)
      .Bind(5, input.key)
      .Bind(6, input.version);
  insert.Bind(7, static_cast<int64_t>(input.size_bytes))
      .Bind(8, ToUnixMillis(input.last_modified))
      .Bind(9, from_event ? 1 : 0);
  TARN_TRY(insert.Run());
  TARN_ASSIGN(auto count, database_.Prepare("UPDATE runs SET input_count = input_count + 1 WHERE id = ?"));
  return count.Bind(1, run_id).Run();
}

Result<std::string> RunStore::CreateRun(const std::string& transform, Trigger trigger,
                                        const std::vector<RunInput>& inputs, const std::string& traceparent) {
  const auto lock = database_.Lock();
  const std::string id = NewUlid();
  TARN_TRY(InsertRun(id, transform, trigger, Now(), traceparent));
  for (size_t i = 0; i < inputs.size(); ++i) {
    TARN_TRY(AddInput(id, static_cast<int64_t>(i), transform, inputs[i], false));
  }
  return id;
}

Result<bool> RunStore::IsPublished(const std::string& transform, const RunInput& input) {
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT 1 FROM run_inputs WHERE transform = ? AND bucket = ? AND key = ? AND "
                                "version = ? AND state = 'published'"));
  return select.Bind(1, transform).Bind(2, input.bucket).Bind(3, input.key).Bind(4, input.version).Step();
}

Result<std::optional<Run>> RunStore::TakeNext(const std::string& transform, Timestamp now) {
  std::string id;
  TARN_TRY(database_.Transact([&]() -> Status {
    {
      TARN_ASSIGN(auto next, database_.Prepare("SELECT id FROM runs WHERE transform = ?1 AND (state = "
                                               "'running' OR (state = 'queued' AND not_before_ms <= ?2)) "
                                               "ORDER BY state = 'running' DESC, id LIMIT 1"));
      TARN_ASSIGN(const bool found, next.Bind(1, transform).Bind(2, ToUnixMillis(now)).Step());
      if (!found) return Ok();
      id = next.Text(0);
    }
    TARN_ASSIGN(auto take,
                database_.Prepare(
                    "UPDATE runs SET state = 'running', started_ms = coalesce(started_ms, ?) WHERE id = ?"));
    return take.Bind(1, ToUnixMillis(now)).Bind(2, id).Run();
  }));
  if (id.empty()) return std::optional<Run>();
  TARN_ASSIGN(Run run, Get(id));
  return std::optional(std::move(run));
}

Result<std::vector<RunInput>> RunStore::InputsToTake(const std::string& run_id,
                                                     const Definition& definition) {
  TARN_TRY(texts_.Keep(definition));
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto inputs, Inputs(run_id));
  if (!definition.appends()) return inputs;
  for (RunInput& input : inputs) {
    TARN_ASSIGN(const bool published, IsPublished(definition.name, input));
    if (published) input.state = InputState::kSkipped;
  }
  return inputs;
}

Result<std::optional<Timestamp>> RunStore::NextDue(const std::vector<std::string>& transforms) {
  const auto lock = database_.Lock();
  std::optional<Timestamp> due;
  for (const std::string& transform : transforms) {
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

Status RunStore::Postpone(const std::string& id, const Error& error, Timestamp not_before) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update,
              database_.Prepare(
                  "UPDATE runs SET state = 'queued', attempt = attempt + 1, not_before_ms = ?, error = ? "
                  "WHERE id = ?"));
  return update.Bind(1, ToUnixMillis(not_before)).Bind(2, json::Dump(ErrorToJson(error))).Bind(3, id).Run();
}

Status RunStore::PutBack(const std::string& id, const Error& reason, Timestamp not_before) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update, database_.Prepare("UPDATE runs SET state = 'queued', not_before_ms = ?, error = ? WHERE id = ?"));
  return update.Bind(1, ToUnixMillis(not_before)).Bind(2, json::Dump(ErrorToJson(reason))).Bind(3, id).Run();
}

Status RunStore::Finish(const std::string& id, const RunReport& report) {
  return database_.Transact([&]() -> Status {
    TARN_ASSIGN(
        auto update,
        database_.Prepare("UPDATE runs SET state = ?, finished_ms = ?, report = ?, error = ? WHERE id = ?"));
    update.Bind(1, RunStateName(report.state))
        .Bind(2, ToUnixMillis(Now()))
        .Bind(3, json::Dump(report.ToJson()));
    if (report.error)
      update.Bind(4, json::Dump(ErrorToJson(report.error)));
    else
      update.BindNull(4);
    TARN_TRY(update.Bind(5, id).Run());
    TARN_TRY(RecordQuality(id, report));
    TARN_TRY(LineageStore(database_).Record(id, report.lineage, Now()));
    for (size_t i = 0; i < report.inputs.size(); ++i) {
      TARN_ASSIGN(auto input,
                  database_.Prepare("UPDATE run_inputs SET state = ? WHERE run_id = ? AND ordinal = ?"));
      TARN_TRY(
          input.Bind(1, InputStateName(report.inputs[i])).Bind(2, id).Bind(3, static_cast<int64_t>(i)).Run());
    }
    return Ok();
  });
}

Status RunStore::RecordQuality(const std::string& id, const RunReport& report) {
  if (report.quality.empty()) return Ok();
  TARN_ASSIGN(const Run run, Get(id));
  return QualityStore(database_).Record(id, run.transform, report.quality);
}

Result<Run> RunStore::Get(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(std::string(kColumns) + "WHERE id = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, id).Step());
  if (!found) return Error(Code::kNotFound, "there is no run " + id);
  return FromRow(select);
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

Result<std::vector<Run>> RunStore::List(const RunQuery& query) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(std::string(kColumns) +
                                             "WHERE (?1 = '' OR transform = ?1) AND (?2 = '' OR state = ?2) "
                                             "AND (?3 = '' OR id < ?3) ORDER BY id DESC LIMIT ?4"));
  select.Bind(1, query.transform).Bind(2, query.state).Bind(3, query.before_id).Bind(4, query.limit);
  std::vector<Run> runs;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return runs;
    TARN_ASSIGN(Run run, FromRow(select));
    runs.push_back(std::move(run));
  }
}

}  // namespace tarn::transform
