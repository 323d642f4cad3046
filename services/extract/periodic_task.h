#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace tarn::extract {

/// Calls a function again and again, with `interval` between one call's end and the next's begin, on a thread
/// of its own. Stops and joins when destroyed.
class PeriodicTask {
 public:
  PeriodicTask(std::chrono::milliseconds interval, std::function<void()> call);

 private:
  std::jthread thread_;
};

}  // namespace tarn::extract
