#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>

namespace tarn::catalog {

/// A stop token that is also stopped when `timeout` has passed. Costs a thread while it lives.
class Deadline {
 public:
  Deadline(std::chrono::milliseconds timeout, std::stop_token parent);

  std::stop_token token() const { return source_.get_token(); }
  /// True if it was the time that stopped the token.
  bool passed() const { return passed_; }

 private:
  std::stop_source source_;
  std::stop_callback<std::function<void()>> forward_;
  std::atomic<bool> passed_ = false;
  std::jthread timer_;
};

}  // namespace tarn::catalog
