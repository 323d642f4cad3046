#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "common/result/result.h"

namespace tarn::query {

/// Stops one statement: when its caller leaves, when somebody cancels it, or when it takes too long. Thread-safe.
class StatementStop {
 public:
  StatementStop(std::stop_token caller, std::chrono::milliseconds timeout);

  /// Lets the time run. Errors: kResourceExhausted if the system has no thread left.
  Status StartTimer();

  std::stop_token token() const { return source_.get_token(); }
  void Cancel() { source_.request_stop(); }
  bool timed_out() const { return timed_out_; }

  /// Says which of them it was: kCancelled becomes kDeadlineExceeded after a timeout. Other errors stay.
  Error Explain(Error error) const;

 private:
  void AwaitDeadline(std::stop_token done);

  const std::chrono::milliseconds timeout_;
  std::stop_source source_;
  std::atomic<bool> timed_out_ = false;
  std::stop_callback<std::function<void()>> caller_left_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread timer_;  // last: it uses the others
};

}  // namespace tarn::query
