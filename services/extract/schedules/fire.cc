#include "services/extract/schedules/fire.h"

namespace tarn::extract {
namespace {

using schedule::Overlap;

/// Does what the policy says about unfinished runs. Returns why the firing has to be skipped, or nothing.
Result<std::string> MakeRoom(RunStarter& runs, const std::string& source, Overlap overlap) {
  switch (overlap) {
    case Overlap::kAllow:
      return std::string();
    case Overlap::kReplace:
      TARN_TRY(runs.CancelUnfinished(source));
      return std::string();
    case Overlap::kForbid: {
      TARN_ASSIGN(const int64_t unfinished, runs.CountUnfinished(source));
      return std::string(unfinished > 0 ? "a run before it had not ended" : "");
    }
    case Overlap::kQueue: {
      TARN_ASSIGN(const int64_t unfinished, runs.CountUnfinished(source));
      const bool full = unfinished > kMaxWaitingRuns;
      return full ? std::to_string(unfinished - 1) + " runs before it were waiting" : std::string();
    }
  }
  return std::string();
}

Result<LastFiring> TryToFire(RunStarter& runs, const Firing& firing, Timestamp now) {
  LastFiring result{firing.time, now, FiringOutcome::kStarted, "", ""};
  // A process that died before it noted the firing has left its run: that run must not count as one before
  // it.
  TARN_ASSIGN(const auto run, runs.Find(firing.source, firing.time));
  if (run) {
    result.run_id = *run;
    return result;
  }
  const bool behind_one_another = firing.one_of_several && firing.overlap != Overlap::kAllow;
  const Overlap overlap = behind_one_another ? Overlap::kQueue : firing.overlap;
  if (!behind_one_another) {
    TARN_ASSIGN(result.reason, MakeRoom(runs, firing.source, overlap));
  }
  if (!result.reason.empty()) {
    result.outcome = FiringOutcome::kSkipped;
    return result;
  }
  TARN_ASSIGN(result.run_id, runs.Start(firing.source, firing.time, overlap));
  return result;
}

}  // namespace

Result<LastFiring> Fire(RunStarter& runs, const Firing& firing, Timestamp now) {
  auto fired = TryToFire(runs, firing, now);
  if (fired.ok() || fired.error().retryable() || fired.error().code() == Code::kInternal) return fired;
  return LastFiring{firing.time, now, FiringOutcome::kFailed, "", fired.error().message()};
}

}  // namespace tarn::extract
