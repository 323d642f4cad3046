#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/result/result.h"
#include "common/schedule/schedule.h"
#include "common/time/time.h"

namespace tarn::extract {

/// Starts the runs that schedules ask for. The time of a firing is part of its run's identity: whoever asks
/// again for the same source and time, even after the process died, gets the same run. Errors that are
/// retryable, and kInternal, make the scheduler ask again; any other ends the firing.
class RunStarter {
 public:
  virtual ~RunStarter() = default;

  /// The id of the run that a firing has already.
  virtual Result<std::optional<std::string>> Find(const std::string& source, Timestamp scheduled_for) = 0;

  /// Plans the run of a firing, durably, and returns its id. With kAllow it runs beside other runs of its
  /// source, else when these have ended. Errors: kNotFound if there is no such source; kResourceExhausted if
  /// too many runs wait.
  virtual Result<std::string> Start(const std::string& source, Timestamp scheduled_for,
                                    schedule::Overlap overlap) = 0;

  /// How many runs of a source wait or are at work, whoever started them.
  virtual Result<int64_t> CountUnfinished(const std::string& source) = 0;

  /// Cancels those that its schedule started.
  virtual Status CancelUnfinished(const std::string& source) = 0;
};

}  // namespace tarn::extract
