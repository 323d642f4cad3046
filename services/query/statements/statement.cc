#include "services/query/statements/statement.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "services/query/formats/result_format.h"
#include "services/query/statements/error_hint.h"

namespace tarn::query {
namespace {

using nlohmann::json;

constexpr auto kStates = std::to_array<StatementState>({StatementState::kQueued, StatementState::kRunning,
                                                        StatementState::kSucceeded, StatementState::kFailed,
                                                        StatementState::kCancelled});

json Time(const std::optional<Timestamp>& time) { return time ? json(FormatRfc3339(*time)) : json(); }

// From one time to another, or to now if that has not come.
json Duration(const std::optional<Timestamp>& from, const std::optional<Timestamp>& to) {
  return from ? json((to.value_or(Now()) - *from).count()) : json();
}

json RunTime(const Statement& statement) {
  const auto duration = Duration(statement.started_at, statement.finished_at);
  return duration.is_null() ? duration : json(std::max<int64_t>(0, duration.get<int64_t>() - statement.plan_ms));
}

}  // namespace

const char* StateName(StatementState state) {
  switch (state) {
    case StatementState::kQueued: return "queued";
    case StatementState::kRunning: return "running";
    case StatementState::kSucceeded: return "succeeded";
    case StatementState::kFailed: return "failed";
    case StatementState::kCancelled: return "cancelled";
  }
  return "failed";
}

std::optional<StatementState> ParseState(std::string_view name) {
  for (const StatementState state : kStates) {
    if (name == StateName(state)) return state;
  }
  return std::nullopt;
}

json StatementJson(const Statement& statement) {
  auto snapshot = json::array();
  for (const auto& [table, version] : statement.snapshot) snapshot.push_back({{"table", table}, {"version", version}});
  const auto& request = statement.request;
  return {{"id", statement.id},
          {"sql", request.sql},
          {"database", request.database},
          {"workgroup", request.workgroup},
          {"parameters", ParametersJson(request.parameters)},
          {"timeout_ms", request.timeout ? json(request.timeout->count()) : json()},
          {"dialect", DialectName(request.dialect)},
          {"max_rows", request.max_rows ? json(*request.max_rows) : json()},
          {"state", StateName(statement.state)},
          {"progress", statement.progress},
          {"rows", statement.rows},
          {"truncated", statement.truncated},
          {"bytes_scanned", statement.bytes_scanned},
          {"files", statement.counts.files},
          {"files_total", statement.counts.files_total},
          {"partitions", statement.counts.partitions},
          {"partitions_total", statement.counts.partitions_total},
          {"result_bytes", statement.result_bytes},
          {"result_expires_at", Time(statement.result_expires_at)},
          {"reused_result_of", statement.reused() ? json(statement.result_id) : json()},
          {"columns", ColumnsJson(statement.columns)},
          {"snapshot", std::move(snapshot)},
          {"created_at", FormatRfc3339(statement.created_at)},
          {"started_at", Time(statement.started_at)},
          {"finished_at", Time(statement.finished_at)},
          {"queue_ms", Duration(statement.created_at, statement.started_at ? statement.started_at : statement.finished_at)},
          {"plan_ms", statement.plan_ms},
          {"run_ms", RunTime(statement)},
          {"duration_ms", Duration(statement.started_at, statement.finished_at)},
          {"error", statement.error ? StatementErrorJson(*statement.error) : json()}};
}

}  // namespace tarn::query
