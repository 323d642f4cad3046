#include "services/query/statements/statement.h"

#include <array>
#include <nlohmann/json.hpp>

#include "services/query/statements/row_format.h"

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

json ErrorJson(const std::optional<Error>& error) {
  if (!error) return nullptr;
  return {{"code", CodeName(error->code())}, {"detail", error->message()}, {"where", error->where()}};
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
          {"parameters", request.parameters},
          {"dialect", DialectName(request.dialect)},
          {"max_rows", request.max_rows ? json(*request.max_rows) : json()},
          {"state", StateName(statement.state)},
          {"progress", statement.progress},
          {"rows", statement.rows},
          {"truncated", statement.truncated},
          {"bytes_scanned", statement.bytes_scanned},
          {"files", statement.files},
          {"result_bytes", statement.result_bytes},
          {"columns", ColumnsJson(statement.columns)},
          {"snapshot", std::move(snapshot)},
          {"created_at", FormatRfc3339(statement.created_at)},
          {"started_at", Time(statement.started_at)},
          {"finished_at", Time(statement.finished_at)},
          {"queue_ms", Duration(statement.created_at, statement.started_at ? statement.started_at : statement.finished_at)},
          {"plan_ms", statement.plan_ms},
          {"duration_ms", Duration(statement.started_at, statement.finished_at)},
          {"error", ErrorJson(statement.error)}};
}

}  // namespace tarn::query
