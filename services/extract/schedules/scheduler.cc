#include "services/extract/schedules/scheduler.h"

#include <nlohmann/json.hpp>

#include "common/logging/log.h"
#include "common/tracing/trace_context.h"

namespace tarn::extract {

void Scheduler::StartDue(Timestamp now) {
  for (const Source& source : sources_.List()) {
    if (!source.definition || !source.definition->every) continue;
    if (const auto status = StartIfDue(source, now); !status.ok()) {
      log::Failure("cannot start a scheduled run", {{"source", source.name}, {"error", status.error()}});
    }
  }
}

Status Scheduler::StartIfDue(const Source& source, Timestamp now) {
  TARN_ASSIGN(const auto last, runs_.LastScheduled(source.name));
  if (last && now - *last < *source.definition->every) return Ok();
  for (const RunState state : {RunState::kQueued, RunState::kRunning}) {
    TARN_ASSIGN(const auto unfinished,
                runs_.List({.source = source.name, .state = state, .after = "", .limit = 1}));
    if (!unfinished.empty()) return Ok();
  }
  const ScopedTrace trace(TraceContext::New());
  TARN_TRY(runner_.Start(source.name, "schedule", nlohmann::json::object()));
  return Ok();
}

}  // namespace tarn::extract
