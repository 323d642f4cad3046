#include "services/extract/runs/run.h"

#include <nlohmann/json.hpp>

namespace tarn::extract {
namespace {

constexpr RunState kStates[] = {
    RunState::kQueued,    RunState::kRunning, RunState::kSucceeded, RunState::kPartiallySucceeded,
    RunState::kUnchanged, RunState::kFailed,  RunState::kCancelled};

nlohmann::json TimeOrNull(const std::optional<Timestamp>& time) {
  return time ? nlohmann::json(FormatRfc3339(*time)) : nlohmann::json();
}

nlohmann::json WindowOrNull(const std::optional<RunWindow>& window) {
  if (!window) return nullptr;
  return {{"from", FormatRfc3339(window->from)}, {"to", FormatRfc3339(window->to)}};
}

nlohmann::json ErrorOrNull(const std::optional<Error>& error) {
  if (!error) return nullptr;
  return {{"code", CodeName(error->code())},
          {"detail", error->message()},
          {"where", error->where().empty() ? nlohmann::json() : nlohmann::json(error->where())}};
}

nlohmann::json ProblemsOf(const Run& run) {
  auto problems = nlohmann::json::array();
  for (const Error& problem : run.problems) problems.push_back(ErrorOrNull(problem));
  return problems;
}

}  // namespace

const char* RunStateName(RunState state) {
  switch (state) {
    case RunState::kQueued:
      return "queued";
    case RunState::kRunning:
      return "running";
    case RunState::kSucceeded:
      return "succeeded";
    case RunState::kPartiallySucceeded:
      return "partially_succeeded";
    case RunState::kUnchanged:
      return "unchanged";
    case RunState::kFailed:
      return "failed";
    case RunState::kCancelled:
      return "cancelled";
  }
  return "failed";
}

std::optional<RunState> ParseRunState(std::string_view name) {
  for (const RunState state : kStates) {
    if (name == RunStateName(state)) return state;
  }
  return std::nullopt;
}

nlohmann::json ToJson(const Run& run) {
  nlohmann::json duration_ms;
  if (run.started_at) duration_ms = (run.finished_at.value_or(Now()) - *run.started_at).count();
  return {{"id", run.id},
          {"source", run.source},
          {"trigger", run.trigger},
          {"state", RunStateName(run.state)},
          {"progress", run.progress},
          {"counts", run.counts},
          {"created_at", FormatRfc3339(run.created_at)},
          {"started_at", TimeOrNull(run.started_at)},
          {"finished_at", TimeOrNull(run.finished_at)},
          {"not_before", TimeOrNull(run.not_before)},
          {"duration_ms", duration_ms},
          {"scheduled_for", TimeOrNull(run.scheduled_for)},
          {"window", WindowOrNull(run.window)},
          {"backfill_id", run.backfill_id.empty() ? nlohmann::json() : nlohmann::json(run.backfill_id)},
          {"cancel_requested", run.cancel_requested},
          {"error", ErrorOrNull(run.error)},
          {"problems", ProblemsOf(run)}};
}

nlohmann::json ToJson(const RunObject& object) {
  return {{"bucket", object.bucket},
          {"key", object.key},
          {"records", object.records},
          {"size_bytes", object.bytes},
          {"etag", object.etag},
          {"manifest", object.manifest},
          {"request", object.request.empty() ? nlohmann::json() : nlohmann::json(object.request)}};
}

}  // namespace tarn::extract
