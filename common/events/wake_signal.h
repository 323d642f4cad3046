#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace tarn::events {

/// Wakes threads that wait for news. News that comes while a thread is busy is not lost on it. Thread-safe.
class WakeSignal {
 public:
  void Wake() {
    {
      const std::lock_guard lock(mutex_);
      ++news_;
    }
    changed_.notify_all();
  }

  /// Waits for news after `seen` (0 at first), at most `limit`, or until stop is requested. True if there was news.
  bool Wait(std::stop_token stop, std::chrono::milliseconds limit, uint64_t& seen) {
    std::unique_lock lock(mutex_);
    const bool woken = changed_.wait_for(lock, stop, limit, [&] { return news_ != seen; });
    seen = news_;
    return woken;
  }

  /// Waits for `limit` or until stop is requested, whatever the news.
  void Pause(std::stop_token stop, std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, limit, [] { return false; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  uint64_t news_ = 0;
};

}  // namespace tarn::events
