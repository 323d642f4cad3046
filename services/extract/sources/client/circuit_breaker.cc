#include "services/extract/sources/client/circuit_breaker.h"

#include <algorithm>

namespace tarn::extract {

void CircuitBreaker::SetLimits(int64_t failures, Duration pause) {
  limit_ = std::max<int64_t>(0, failures);
  pause_ = pause;
  if (limit_ == 0) open_ = false;
}

CircuitBreaker::Gate CircuitBreaker::GateAt(TimePoint now) const {
  if (!open_) return Gate::kPass;
  if (now < open_until_) return Gate::kShut;
  return probing_ ? Gate::kProbeUnderWay : Gate::kPassAsProbe;
}

void CircuitBreaker::Enter(TimePoint now) {
  if (GateAt(now) == Gate::kPassAsProbe) probing_ = true;
}

void CircuitBreaker::Leave(bool was_probe, Outcome outcome, TimePoint now) {
  if (was_probe) probing_ = false;
  switch (outcome) {
    case Outcome::kUnknown:
      return;
    case Outcome::kAnswered:
      failures_ = 0;
      open_ = false;
      return;
    case Outcome::kFailed:
      break;
  }
  ++failures_;
  const bool opens = open_ ? was_probe : limit_ > 0 && failures_ >= limit_;
  if (!opens) return;
  open_ = true;
  open_until_ = now + pause_;
}

}  // namespace tarn::extract
