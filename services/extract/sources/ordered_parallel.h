#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/result/result.h"
#include "common/tracing/trace_context.h"

namespace tarn::extract {

/// Lets so many threads be at something at a time.
class Slots {
 public:
  explicit Slots(int64_t count) : free_(count) {}

  /// Waits for a slot and holds it until destroyed.
  class Held {
   public:
    explicit Held(Slots& slots) : slots_(slots) {
      std::unique_lock lock(slots_.mutex_);
      slots_.freed_.wait(lock, [this] { return slots_.free_ > 0; });
      --slots_.free_;
    }
    ~Held() {
      const std::lock_guard lock(slots_.mutex_);
      ++slots_.free_;
      slots_.freed_.notify_one();
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

   private:
    Slots& slots_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  int64_t free_;
};

/// So many threads keep `connections` requests under way while other pages wait for the disk. With one
/// connection there is one thread: a page is durable before the next one is asked for.
inline int64_t ThreadsFor(int64_t connections) { return connections > 1 ? connections * 3 : 1; }

/// Makes items 0 to `count` - 1 by `make` on up to `threads` threads, and hands them to `take` in their
/// order, one at a time. No more than a few items per thread wait for their turn. After the first error
/// nothing new is begun, and that error is returned. `make` must be safe to call from several threads.
template <class T>
Status OrderedParallel(int64_t count, int64_t threads, const std::function<Result<T>(int64_t)>& make,
                       const std::function<Status(int64_t, T)>& take);

/// The state that the threads of one OrderedParallel share.
template <class T>
class OrderedParallelWork {
 public:
  OrderedParallelWork(int64_t count, int64_t ahead, const std::function<Result<T>(int64_t)>& make,
                      const std::function<Status(int64_t, T)>& take)
      : count_(count), ahead_(ahead), make_(make), take_(take) {}

  void Run() {
    std::unique_lock lock(mutex_);
    while (!error_ && next_ < count_) {
      if (next_ >= taken_ + ahead_) {
        moved_.wait(lock);
        continue;
      }
      const int64_t index = next_++;
      lock.unlock();
      auto made = Caught<T>([&] { return make_(index); });
      lock.lock();
      if (!made.ok()) {
        Fail(std::move(made).error());
        break;
      }
      waiting_.emplace(index, *std::move(made));
      TakeInOrder(lock);
    }
    moved_.notify_all();
  }

  Status Outcome() const { return error_ ? Status(*error_) : Ok(); }

 private:
  /// An exception on a thread would end the process, and leave the other threads waiting.
  template <class U, class Work>
  static Result<U> Caught(const Work& work) {
    try {
      return work();
    } catch (const std::exception& exception) {
      return Error(Code::kInternal, std::string("reading the source failed: ") + exception.what());
    }
  }

  void TakeInOrder(std::unique_lock<std::mutex>& lock) {
    while (!error_ && !taking_ && !waiting_.empty() && waiting_.begin()->first == taken_) {
      auto item = waiting_.extract(waiting_.begin());
      taking_ = true;
      lock.unlock();
      Status status = Caught<void>([&] { return take_(item.key(), std::move(item.mapped())); });
      lock.lock();
      taking_ = false;
      ++taken_;
      if (!status.ok()) Fail(std::move(status).error());
      moved_.notify_all();
    }
  }

  void Fail(Error error) {
    if (!error_) error_ = std::move(error);
    moved_.notify_all();
  }

  const int64_t count_;
  const int64_t ahead_;
  const std::function<Result<T>(int64_t)>& make_;
  const std::function<Status(int64_t, T)>& take_;

  std::mutex mutex_;
  std::condition_variable moved_;
  int64_t next_ = 0;   // the first one nobody has begun
  int64_t taken_ = 0;  // how many were handed on
  bool taking_ = false;
  std::map<int64_t, T> waiting_;
  std::optional<Error> error_;
};

template <class T>
Status OrderedParallel(int64_t count, int64_t threads, const std::function<Result<T>(int64_t)>& make,
                       const std::function<Status(int64_t, T)>& take) {
  threads = std::max<int64_t>(1, std::min(threads, count));
  OrderedParallelWork<T> work(count, threads * 2, make, take);
  {
    std::vector<std::jthread> others;
    for (int64_t i = 1; i < threads; ++i) {
      others.emplace_back([&work, trace = TraceContext::Current()] {
        const ScopedTrace of_the_caller(trace);
        work.Run();
      });
    }
    work.Run();
  }
  return work.Outcome();
}

}  // namespace tarn::extract
