#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "common/time/time.h"
#include "services/query/statements/result_files.h"
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
  FileCounts counts;
  int64_t plan_ms = 0;
  std::vector<TableVersion> snapshot;
  std::vector<duckdb::Column> columns;
  uint64_t result_bytes = 0;
  std::string result_id;      ///< of the statement whose rows these are: its own, or an earlier one's
  std::string result_bucket = ResultPlace::kDefaultBucket;
  std::optional<Timestamp> result_expires_at;
  std::optional<Error> error;

  ResultPlace place() const { return {result_bucket, result_id}; }
  bool reused() const { return !result_id.empty() && result_id != id; }
};

nlohmann::json StatementJson(const Statement& statement);

}  // namespace tarn::query
