#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <stop_token>
#include <utility>

#include "common/result/result.h"

namespace tarn::query {

/// Lets a bounded number of statements run at once, in the order they came. Thread-safe.
class Admission {
 public:
  /// `max_waiting` bounds those that wait in Enter().
  Admission(int64_t max_running, int64_t max_waiting) : max_running_(max_running), max_waiting_(max_waiting) {}

  /// The right to run, given back when it is destroyed. Must not outlive its Admission.
  class Slot {
   public:
    Slot(Slot&& other) noexcept : admission_(std::exchange(other.admission_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (admission_) admission_->Leave();
    }

   private:
    friend class Admission;
    explicit Slot(Admission* admission) : admission_(admission) {}
    Admission* admission_;
  };

  enum class Line { kBounded, kUnbounded };

  /// Waits for a slot. Errors: kResourceExhausted if too many wait already (kBounded only), kCancelled.
  Result<Slot> Enter(Line line, std::stop_token cancelled);

  int64_t running() const;
  int64_t waiting() const;

 private:
  void Leave();

  const int64_t max_running_, max_waiting_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::list<int> line_;  // one element per waiting thread, the first enters next
  int64_t running_ = 0;
};

}  // namespace tarn::query
