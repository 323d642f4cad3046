#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/extract/runs/run_store.h"

namespace tarn::extract {

/// A stretch of time to be read again, in parts that know nothing of each other.
struct Backfill {
  RunWindow window;
  std::chrono::milliseconds split{0};  ///< length of a part; 0: one part
};

/// Reads `{"from": time, "to": time, "split": duration}` (RFC 3339; `split` may be absent). Errors:
/// kInvalidArgument with the JSON pointer, also for an empty window and for more than 1,000 parts.
Result<Backfill> ParseBackfill(const nlohmann::json& json, const std::string& pointer);

/// The windows of the parts, without gap or overlap, the last one as long as is left.
std::vector<RunWindow> Parts(const Backfill& backfill);

/// The runs of the parts: they may run side by side.
std::vector<RunStore::NewRun> RunsOf(const Backfill& backfill, const std::string& source,
                                     const std::string& overrides);

}  // namespace tarn::extract
