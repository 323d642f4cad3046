#pragma once

#include <memory>
#include <optional>

#include "common/result/result.h"
#include "common/time/time.h"

namespace tarn::schedule {

/// Waits for a time of the wall clock, and notices when somebody sets that clock: timerfd_create(2) with
/// TFD_TIMER_CANCEL_ON_SET. Thread-safe.
class AlarmClock {
 public:
  /// Errors: kResourceExhausted if the process has no file descriptors left.
  static Result<std::unique_ptr<AlarmClock>> Make();
  ~AlarmClock();
  AlarmClock(const AlarmClock&) = delete;
  AlarmClock& operator=(const AlarmClock&) = delete;

  /// Returns at `time`, when Wake() is or was called since the last return, when the clock is set, or after a
  /// minute.
  void WaitUntil(std::optional<Timestamp> time);
  void Wake();

 private:
  AlarmClock(int timer, int wake) : timer_(timer), wake_(wake) {}

  const int timer_;
  const int wake_;
};

}  // namespace tarn::schedule
