#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "common/result/result.h"
#include "services/extract/sources/client/circuit_breaker.h"
#include "services/extract/sources/client/rate_window.h"

namespace tarn::extract {

/// How a source wants to be treated: `limits:` of a source.yaml.
struct SourceLimits {
  int64_t requests = 0;  ///< per `per`; 0: no budget of our own
  std::chrono::milliseconds per{1'000};
  int64_t concurrency = 16;       ///< requests under way at a time, of all runs
  int64_t breaker_failures = 20;  ///< failures in a row that open the circuit; 0: never
  std::chrono::milliseconds breaker_pause{60'000};
};

/// What all runs of one source share: its rate budget, its concurrency and its circuit breaker. Thread-safe.
/// Whatever waits here ends at once when its stop_token says so. Must outlive what it hands out.
class SourceGovernor {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  using Outcome = CircuitBreaker::Outcome;

  explicit SourceGovernor(const SourceLimits& limits, Clock clock = std::chrono::steady_clock::now);

  /// Puts other limits in force, for those who wait as well.
  void Apply(const SourceLimits& limits);

  /// The right to send one request, given back when it goes.
  class Permit {
   public:
    Permit() = default;
    Permit(SourceGovernor& governor, bool probe) : governor_(&governor), probe_(probe) {}
    Permit(Permit&& other) noexcept { *this = std::move(other); }
    Permit& operator=(Permit&& other) noexcept;
    ~Permit() { End(Outcome::kUnknown); }

    /// Says whether the source answered; kUnknown if that did not show.
    void End(Outcome outcome);

   private:
    SourceGovernor* governor_ = nullptr;
    bool probe_ = false;
  };

  enum class Entry {
    kAdmitted,
    kCancelled,
    kCircuitOpen,  ///< the source is down
    kTooLong,      ///< the budget allows the next request too late
  };
  struct Admission {
    Entry entry = Entry::kCancelled;
    std::chrono::milliseconds delay{};  ///< kCircuitOpen, kTooLong: when to come back
    Permit permit{};
  };
  /// Waits for the turn of one request: first come, first served. Refuses waits over `longest_wait` for the
  /// budget.
  Admission Enter(const std::stop_token& cancelled, std::chrono::milliseconds longest_wait);

  /// Lets nothing pass for so long, as the source asked for it. Shortens nothing.
  void Hold(std::chrono::milliseconds duration);

  /// Waits for the right to exchange credentials, which one at a time has; given back when the pointer goes.
  /// Null if cancelled. A refresh token that is good for one use must not be used by two runs at a time.
  std::shared_ptr<void> TakeCredentialsTurn(const std::stop_token& cancelled);

  /// A refresh token that came in exchange for one that is void now, and could not be stored yet.
  struct UnstoredToken {
    std::string token;  ///< empty: there is none
    std::string from;   ///< what it goes back to
  };
  /// Outlives the run that could not store it. For the one who has the turn to exchange credentials.
  UnstoredToken& unstored_token() { return unstored_token_; }

  /// Guards the source's notes while they are changed. Held for no longer than that.
  std::mutex& notes_mutex() { return notes_mutex_; }

  /// How many requests wait for their turn.
  size_t waiting() const;

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = TimePoint::duration;

  Duration BudgetWait(TimePoint now) const;
  void Leave(bool probe, Outcome outcome);
  void Changed();
  /// Until something changed, `longest` is over or a stop is requested.
  void Wait(std::unique_lock<std::mutex>& lock, const std::stop_token& cancelled, Duration longest);

  const Clock clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any moved_;
  uint64_t changes_ = 0;
  int64_t concurrency_ = 1;
  int64_t under_way_ = 0;
  RateWindow rate_;
  CircuitBreaker breaker_;
  TimePoint held_until_{};
  std::list<int> queue_;  // its nodes stand for those who wait
  bool credentials_turn_taken_ = false;
  UnstoredToken unstored_token_;
  std::mutex notes_mutex_;
};

/// The governors of all sources, by name. Thread-safe.
class SourceGovernors {
 public:
  /// The governor of that source; what it has counted so far outlives a change of the limits.
  std::shared_ptr<SourceGovernor> Get(const std::string& source, const SourceLimits& limits);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<SourceGovernor>> governors_;
};

}  // namespace tarn::extract
