#pragma once

#include "services/extract/schedules/run_starter.h"
#include "services/extract/schedules/schedule_store.h"

namespace tarn::extract {

/// Where firings queue behind a run, no more than this many of their runs wait.
inline constexpr int64_t kMaxWaitingRuns = 10;

struct Firing {
  std::string source;
  Timestamp time;
  schedule::Overlap overlap = schedule::Overlap::kForbid;
  bool one_of_several =
      false;  ///< made up for together with others: these wait for one another whatever `overlap` says
};

/// Starts the run of a firing, unless it has one already or the policy for overlaps forbids it. Errors: those
/// after which asking again may help.
Result<LastFiring> Fire(RunStarter& runs, const Firing& firing, Timestamp now);

}  // namespace tarn::extract
