#pragma once

#include <chrono>
#include <cstdint>

namespace tarn::extract {

/// Keeps requests away from a source that is down: after so many failures in a row it is open for a pause,
/// then one probe decides whether it closes (M. Nygard, Release It!, "Circuit Breaker"). Not thread-safe.
class CircuitBreaker {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = TimePoint::duration;

  /// `failures` = 0: it never opens.
  void SetLimits(int64_t failures, Duration pause);

  enum class Gate {
    kPass,
    kPassAsProbe,
    kProbeUnderWay,  ///< wait for what the probe finds
    kShut,           ///< for ShutFor
  };
  Gate GateAt(TimePoint now) const;
  Duration ShutFor(TimePoint now) const { return open_until_ - now; }

  /// A request passes, as GateAt said.
  void Enter(TimePoint now);

  enum class Outcome { kAnswered, kFailed, kUnknown };
  /// A request that passed has ended.
  void Leave(bool was_probe, Outcome outcome, TimePoint now);

 private:
  int64_t limit_ = 0;
  Duration pause_{};
  int64_t failures_ = 0;  // in a row
  bool open_ = false;
  bool probing_ = false;
  TimePoint open_until_{};
};

}  // namespace tarn::extract
