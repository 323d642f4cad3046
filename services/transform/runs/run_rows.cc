#include "services/transform/runs/run_rows.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::transform {
namespace {

std::optional<Timestamp> OptionalTime(const sqlite::Statement& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return FromUnixMillis(row.Integer(column));
}

std::optional<CancelMode> CancelModeOf(const std::string& name) {
  if (name.empty()) return std::nullopt;
  return name == "skip" ? CancelMode::kSkip : CancelMode::kWait;
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
  run.input_bytes = static_cast<uint64_t>(row.Integer(12));
  run.cause = row.Text(13);
  run.cancel = CancelModeOf(row.Text(14));
  run.not_before = FromUnixMillis(row.Integer(15));
  return run;
}

}  // namespace

const char* const kRunColumns =
    "SELECT id, transform, trigger, state, attempt, input_count, created_ms, started_ms, finished_ms, "
    "traceparent, report, error, input_bytes, cause, cancel, not_before_ms FROM runs ";

Result<std::vector<Run>> ReadRuns(sqlite::Statement& select) {
  std::vector<Run> runs;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return runs;
    TARN_ASSIGN(Run run, FromRow(select));
    runs.push_back(std::move(run));
  }
}

}  // namespace tarn::transform
