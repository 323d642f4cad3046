#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "common/time/time.h"
#include "services/query/statements/statement_request.h"
#include "services/query/statements/statement_runner.h"

namespace tarn::query {

enum class StatementState { kQueued, kRunning, kSucceeded, kFailed, kCancelled };
const char* StateName(StatementState state);
std::optional<StatementState> ParseState(std::string_view name);
inline bool IsFinal(StatementState state) { return state != StatementState::kQueued && state != StatementState::kRunning; }

/// A statement that is kept with its result: what /v1/queries is about.
struct Statement {
  std::string id;  ///< a ULID: sorts by creation
  StatementRequest request;
  StatementState state = StatementState::kQueued;
  Timestamp created_at;
  std::optional<Timestamp> started_at, finished_at;
  double progress = 0;  ///< 0..1
  int64_t rows = 0;
  bool truncated = false;  ///< StatementRequest::max_rows left rows out
  uint64_t bytes_scanned = 0;
  int64_t files = 0;
  int64_t plan_ms = 0;
  std::vector<TableVersion> snapshot;
  std::vector<duckdb::Column> columns;
  uint64_t result_bytes = 0;
  std::optional<Error> error;
};

nlohmann::json StatementJson(const Statement& statement);

}  // namespace tarn::query
