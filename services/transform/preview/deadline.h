#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace tarn::transform {

/// Asks to stop when the time is up, or when somebody else asks for it.
class Deadline {
 public:
  Deadline(std::chrono::milliseconds timeout, std::stop_token cancelled);

  std::stop_token token() const { return source_.get_token(); }
  /// True if it was the time that ran out.
  bool expired() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool expired_ = false;
  std::stop_source source_;
  std::jthread timer_;  // last: it uses the others
  std::stop_callback<std::function<void()>> forward_;
};

}  // namespace tarn::transform
