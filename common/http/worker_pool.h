#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tarn::http {

/// Threads for work that may block. They start when they are first needed. Thread-safe.
class WorkerPool {
 public:
  WorkerPool(size_t max_threads, size_t max_queued) : max_threads_(max_threads), max_queued_(max_queued) {}
  ~WorkerPool() { Join(); }

  /// Runs what is queued, then ends the threads. Work submitted later is refused.
  void Join();

  /// Returns false if as much work waits as may.
  bool Submit(std::function<void()> work);

 private:
  bool StartThread();
  void Run();

  const size_t max_threads_, max_queued_;
  std::mutex mutex_;
  std::condition_variable work_or_end_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::thread> threads_;
  size_t idle_ = 0;
  bool ending_ = false;
};

}  // namespace tarn::http
