#include "common/http/worker_pool.h"

#include <system_error>
#include <utility>

#include "common/logging/log.h"

namespace tarn::http {

void WorkerPool::Join() {
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    threads.swap(threads_);
  }
  work_or_end_.notify_all();
  for (auto& thread : threads) thread.join();
}

bool WorkerPool::Submit(std::function<void()> work) {
  std::unique_lock lock(mutex_);
  if (ending_) return false;
  const bool all_busy = idle_ <= queue_.size();  // what is queued has a claim on the idle threads
  const bool grown = all_busy && threads_.size() < max_threads_ && StartThread();
  if (!grown && queue_.size() >= max_queued_ + idle_) return false;
  queue_.push_back(std::move(work));
  const bool wake = idle_ > 0;
  lock.unlock();
  if (wake) work_or_end_.notify_one();
  return true;
}

bool WorkerPool::StartThread() {
  try {
    threads_.emplace_back([this] { Run(); });
    return true;
  } catch (const std::system_error& error) {
    log::Warn("cannot start another worker thread", {{"threads", threads_.size()}, {"reason", error.what()}});
    return false;
  }
}

void WorkerPool::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    work_or_end_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;
    std::function<void()> work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    work = nullptr;  // what it holds is released outside the lock
    lock.lock();
  }
}

}  // namespace tarn::http
