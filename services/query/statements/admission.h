#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include "common/result/result.h"

namespace tarn::query {

/// Lets a bounded number of statements run at once, in all and of each group. Within a group they run in the
/// order they came; between groups, the one that runs fewest goes first, and of those the one that was served
/// longest ago. Thread-safe.
class Admission {
 public:
  explicit Admission(int64_t max_running) : max_running_(max_running) {}

  /// The right to run, given back when it is destroyed. Must not outlive its Admission.
  class Slot {
   public:
    Slot(Slot&& other) noexcept
        : admission_(std::exchange(other.admission_, nullptr)), group_(std::move(other.group_)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (admission_) admission_->Leave(group_);
    }

   private:
    friend class Admission;
    Slot(Admission* admission, std::string group) : admission_(admission), group_(std::move(group)) {}
    Admission* admission_;
    std::string group_;
  };

  struct Limits {
    int64_t max_running = 1;          ///< of the group
    int64_t max_waiting = INT64_MAX;  ///< of the group's threads in Enter() with these limits
  };

  /// Waits for a slot. Errors: kResourceExhausted if too many of the group wait already, kCancelled.
  Result<Slot> Enter(const std::string& group, const Limits& limits, std::stop_token cancelled);

  int64_t running() const;
  int64_t running(const std::string& group) const;
  /// Those that wait with a limit on it: queued statements are counted elsewhere.
  int64_t waiting(const std::string& group) const;

 private:
  struct Waiter {
    std::condition_variable_any
        changed;  // its own: to wake all for each that leaves costs more than statements
  };
  struct Group {
    int64_t max_running = 1;
    int64_t running = 0;
    int64_t waiting = 0;  // of those with a limit
    uint64_t last_served = 0;
    std::list<Waiter> line;  // the first enters next
  };

  void Leave(const std::string& group);
  Group* Next();
  void WakeNext();

  const int64_t max_running_;
  mutable std::mutex mutex_;
  std::map<std::string, Group> groups_;
  int64_t running_ = 0;
  uint64_t served_ = 0;
};

}  // namespace tarn::query
