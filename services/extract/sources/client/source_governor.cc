#include "services/extract/sources/client/source_governor.h"

#include <algorithm>
#include <utility>

namespace tarn::extract {
namespace {

using std::chrono::milliseconds;

// Nobody waits for this long: everything that ends a wait before wakes the one who waits.
constexpr std::chrono::hours kUntilChanged{1};

milliseconds Millis(std::chrono::steady_clock::duration duration) {
  return std::chrono::ceil<milliseconds>(duration);
}

}  // namespace

SourceGovernor::SourceGovernor(const SourceLimits& limits, Clock clock) : clock_(std::move(clock)) {
  Apply(limits);
}

void SourceGovernor::Apply(const SourceLimits& limits) {
  const std::lock_guard lock(mutex_);
  concurrency_ = std::max<int64_t>(1, limits.concurrency);
  rate_.SetLimit(limits.requests, limits.per);
  breaker_.SetLimits(limits.breaker_failures, limits.breaker_pause);
  Changed();
}

SourceGovernor::Permit& SourceGovernor::Permit::operator=(Permit&& other) noexcept {
  End(Outcome::kUnknown);
  governor_ = std::exchange(other.governor_, nullptr);
  probe_ = other.probe_;
  return *this;
}

void SourceGovernor::Permit::End(Outcome outcome) {
  if (SourceGovernor* governor = std::exchange(governor_, nullptr)) governor->Leave(probe_, outcome);
}

SourceGovernor::Admission SourceGovernor::Enter(const std::stop_token& cancelled, milliseconds longest_wait) {
  std::unique_lock lock(mutex_);
  const auto place = queue_.insert(queue_.end(), 0);
  const auto end_wait = [&](Entry entry, Duration delay) {
    queue_.erase(place);
    Changed();
    return Admission{entry, Millis(delay)};
  };
  for (;;) {
    if (cancelled.stop_requested()) return end_wait(Entry::kCancelled, {});
    const TimePoint now = clock_();
    const auto gate = breaker_.GateAt(now);
    if (gate == CircuitBreaker::Gate::kShut) return end_wait(Entry::kCircuitOpen, breaker_.ShutFor(now));
    const bool next = place == queue_.begin();
    const Duration wait = next ? BudgetWait(now) : held_until_ - now;
    if (wait > longest_wait) return end_wait(Entry::kTooLong, wait);
    if (!next || under_way_ >= concurrency_ || gate == CircuitBreaker::Gate::kProbeUnderWay) {
      Wait(lock, cancelled, kUntilChanged);
    } else if (wait > Duration::zero()) {
      Wait(lock, cancelled, wait);
    } else {
      ++under_way_;
      rate_.Take(now);
      breaker_.Enter(now);
      Admission admission = end_wait(Entry::kAdmitted, {});
      admission.permit = Permit(*this, gate == CircuitBreaker::Gate::kPassAsProbe);
      return admission;
    }
  }
}

void SourceGovernor::Hold(milliseconds duration) {
  const std::lock_guard lock(mutex_);
  held_until_ = std::max(held_until_, clock_() + duration);
  Changed();
}

std::shared_ptr<void> SourceGovernor::TakeCredentialsTurn(const std::stop_token& cancelled) {
  std::unique_lock lock(mutex_);
  while (credentials_turn_taken_ && !cancelled.stop_requested()) Wait(lock, cancelled, kUntilChanged);
  if (cancelled.stop_requested()) return nullptr;
  credentials_turn_taken_ = true;
  return {this, [this](void*) {
            const std::lock_guard lock_again(mutex_);
            credentials_turn_taken_ = false;
            Changed();
          }};
}

size_t SourceGovernor::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

SourceGovernor::Duration SourceGovernor::BudgetWait(TimePoint now) const {
  return std::max(held_until_ - now, rate_.WaitAt(now));
}

void SourceGovernor::Leave(bool probe, Outcome outcome) {
  const std::lock_guard lock(mutex_);
  --under_way_;
  breaker_.Leave(probe, outcome, clock_());
  Changed();
}

void SourceGovernor::Changed() {
  ++changes_;
  moved_.notify_all();
}

void SourceGovernor::Wait(std::unique_lock<std::mutex>& lock, const std::stop_token& cancelled,
                          Duration longest) {
  moved_.wait_for(lock, cancelled, longest, [this, seen = changes_] { return changes_ != seen; });
}

std::shared_ptr<SourceGovernor> SourceGovernors::Get(const std::string& source, const SourceLimits& limits) {
  const std::lock_guard lock(mutex_);
  auto& governor = governors_[source];
  if (governor) {
    governor->Apply(limits);
  } else {
    governor = std::make_shared<SourceGovernor>(limits);
  }
  return governor;
}

}  // namespace tarn::extract
