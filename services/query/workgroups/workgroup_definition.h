#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/result/result.h"
#include "services/query/dialect/dialect.h"

namespace tarn::query {

/// The limits that a group of clients has in common, and where its results go.
struct WorkgroupDefinition {
  std::string name;  ///< [a-z0-9_-], at most 64
  std::string description;
  std::string pipeline;  ///< the folder whose workgroups.yaml defines it; empty: built in, or by REST

  int64_t max_running = 4;     ///< statements at a time
  int64_t max_waiting = 8;     ///< POST /v1/sql requests that wait for their turn; more are answered 429
  int64_t max_queued = 1'000;  ///< statements of POST /v1/queries that wait; more are answered 429

  uint64_t memory_bytes = 4ull << 30;  ///< of the SQL engine, for all its statements together
  uint64_t temp_bytes = 16ull << 30;   ///< that it may spill to disk
  int64_t threads = 0;                 ///< of the SQL engine; 0: one per processor

  uint64_t max_scan_bytes = 0;  ///< a statement that would read more is refused; 0: any number
  std::chrono::milliseconds timeout{300'000};
  int64_t max_result_rows = 100'000'000;
  uint64_t max_result_bytes = 4ull << 30;

  std::string result_bucket = "results";
  std::chrono::milliseconds result_expiry{7 * 24 * 3'600'000};
  Dialect dialect = Dialect::kDuckDb;  ///< of statements that do not say
};

inline constexpr const char* kPrimaryWorkgroup = "primary";

/// Members that are absent are as in `defaults`. Errors: kInvalidArgument with where() = a JSON pointer.
Result<WorkgroupDefinition> ReadWorkgroup(const nlohmann::json& body, const WorkgroupDefinition& defaults,
                                          const std::string& pointer = "");

nlohmann::json WorkgroupJson(const WorkgroupDefinition& workgroup);

}  // namespace tarn::query
