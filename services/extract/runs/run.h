#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/time/time.h"
#include "services/extract/sources/connector.h"

namespace tarn::extract {

enum class RunState {
  kQueued,
  kRunning,
  kSucceeded,
  kPartiallySucceeded,
  kUnchanged,  ///< the source had nothing new; nothing was stored
  kFailed,
  kCancelled,
};

/// "partially_succeeded" and so on, as stored and shown.
const char* RunStateName(RunState state);
std::optional<RunState> ParseRunState(std::string_view name);
inline bool IsFinal(RunState state) { return state != RunState::kQueued && state != RunState::kRunning; }

inline constexpr size_t kMaxProblems = 100;

/// One extraction from one source.
struct Run {
  std::string id;
  std::string source;
  std::string trigger;    ///< "request", "schedule" or "backfill"
  std::string overrides;  ///< JSON object: options that differ in this run
  RunState state = RunState::kQueued;
  bool cancel_requested = false;
  double progress = 0;
  std::map<std::string, int64_t> counts;
  int64_t interruptions = 0;  ///< how often in a row the process died before this run stored anything more
  int64_t pauses = 0;         ///< how often the source asked to come back later
  Timestamp created_at;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> finished_at;
  std::optional<Timestamp> not_before;  ///< a queued run waits until then
  std::optional<Error> error;
  std::string traceparent;
  std::optional<Timestamp> scheduled_for;  ///< the firing of its schedule that it answers
  std::optional<RunWindow> window;         ///< of a part of a backfill
  std::string backfill_id;                 ///< shared by the parts of one backfill; empty: it is none
  bool side_by_side = false;               ///< may run beside others of its source
  std::vector<Error> problems;             ///< parts that failed while others went on, at most kMaxProblems

  /// What the source was defined as when the run began, and the cursor it began with: a run that goes on
  /// later must read the same source from the same place. Empty until then.
  std::string definition;
  std::string start_cursor;

  /// The part of every key that belongs to this run: "run=<time>_<id>".
  std::string KeyPart() const { return "run=" + FormatCompact(created_at) + "_" + id; }
};

/// An object that a run wrote.
struct RunObject {
  std::string bucket;
  std::string key;
  int64_t records = 0;
  int64_t bytes = 0;
  std::string etag;
  bool manifest = false;
  std::string request;  ///< what was asked of the source for it, without secrets
};

/// The run resource of the REST API.
nlohmann::json ToJson(const Run& run);
nlohmann::json ToJson(const RunObject& object);

}  // namespace tarn::extract
