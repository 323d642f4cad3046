#include "services/transform/runs/run_store.h"

#include <algorithm>

#include "services/transform/runs/batcher.h"
#include "services/transform/runs/run_rows.h"

namespace tarn::transform {

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

Status RunStore::Release(const std::string& transform) {
  TARN_ASSIGN(auto update,
              database_.Prepare("UPDATE runs SET not_before_ms = created_ms WHERE transform = ? AND "
                                "state = 'queued' AND trigger = 'reset'"));
  return update.Bind(1, transform).Run();
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

}  // namespace tarn::transform
