#include "services/extract/runs/scheduled_runs.h"

namespace tarn::extract {

Result<std::optional<std::string>> ScheduledRuns::Find(const std::string& source, Timestamp scheduled_for) {
  TARN_ASSIGN(const auto run, runs_.OfFiring(source, scheduled_for));
  return run ? std::optional(run->id) : std::nullopt;
}

Result<std::string> ScheduledRuns::Start(const std::string& source, Timestamp scheduled_for,
                                         schedule::Overlap overlap) {
  TARN_TRY(sources_.Get(source));
  RunStore::NewRun run;
  run.source = source;
  run.trigger = "schedule";
  run.scheduled_for = scheduled_for;
  run.side_by_side = overlap == schedule::Overlap::kAllow;
  TARN_ASSIGN(const auto started, runner_.Start({run}));
  return started.front().id;
}

Result<int64_t> ScheduledRuns::CountUnfinished(const std::string& source) {
  TARN_ASSIGN(const auto unfinished, runs_.Unfinished(source));
  return static_cast<int64_t>(unfinished.size());
}

Status ScheduledRuns::CancelUnfinished(const std::string& source) {
  TARN_ASSIGN(const auto unfinished, runs_.Unfinished(source));
  for (const Run& run : unfinished) {
    if (run.trigger != "schedule") continue;
    const auto cancelled = runner_.Cancel(run.id);
    if (!cancelled.ok() && cancelled.error().code() != Code::kConflict)
      return cancelled.error();  // conflict: it has ended
  }
  return Ok();
}

}  // namespace tarn::extract
