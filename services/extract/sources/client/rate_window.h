#pragma once

#include <chrono>
#include <cstdint>
#include <deque>

namespace tarn::extract {

/// A sliding window: never more than `requests` in any stretch of `per`. Not thread-safe.
class RateWindow {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = TimePoint::duration;

  /// `requests` = 0: no limit. What was taken before counts on.
  void SetLimit(int64_t requests, Duration per);

  /// How long until one more may be taken; zero: now.
  Duration WaitAt(TimePoint now) const;
  void Take(TimePoint now);

 private:
  size_t requests_ = 0;
  Duration per_{};
  std::deque<TimePoint> taken_;  // the newest, as many as the limit at most
};

}  // namespace tarn::extract
