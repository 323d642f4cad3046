#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

#include "common/http/body_budget.h"
#include "common/http/customs.h"
#include "common/http/listener.h"
#include "common/http/router.h"
#include "common/http/server.h"
#include "common/http/worker_pool.h"
#include "common/metrics/registry.h"

namespace tarn::http {

/// Counts the open connections of a server. Thread-safe.
class ConnectionCount {
 public:
  /// Returns how many there are now.
  int64_t Add() {
    std::lock_guard lock(mutex_);
    return ++count_;
  }
  void Remove() {
    std::lock_guard lock(mutex_);
    if (--count_ == 0) none_.notify_all();
  }
  /// Returns whether none is left.
  bool WaitUntilNone(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return none_.wait_for(lock, timeout, [this] { return count_ == 0; });
  }
  void WaitUntilNone() {
    std::unique_lock lock(mutex_);
    none_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  int64_t count_ = 0;
};

/// What all connections of one server share.
struct Serving {
  Serving(const ServerOptions& server_options, const Router& server_router, metrics::Registry& registry,
          ServerCustoms server_customs)
      : options(server_options),
        router(server_router),
        metrics(registry),
        customs(std::move(server_customs)),
        body_budget(server_options.body_memory_bytes),
        workers(static_cast<size_t>(server_options.worker_threads),
                static_cast<size_t>(server_options.max_queued_requests)),
        uploads(static_cast<size_t>(server_options.stream_threads),
                static_cast<size_t>(server_options.max_queued_requests)),
        downloads(static_cast<size_t>(server_options.stream_threads),
                  static_cast<size_t>(server_options.max_queued_requests)) {}

  const ServerOptions options;
  const Router& router;
  metrics::Registry& metrics;
  const ServerCustoms customs;
  bool loopback_only = true;     ///< see Server
  Listener* listener = nullptr;  ///< set before the first connection is accepted
  std::atomic<bool> draining{false};
  ConnectionCount connections;
  BodyBudget body_budget;
  WorkerPool workers;  ///< for handlers of routes with whole bodies
  // Apart from each other, so that clients who do not take what they asked for keep nobody from sending.
  WorkerPool uploads;    ///< for handlers that read a stream
  WorkerPool downloads;  ///< for what produces a stream
};

}  // namespace tarn::http
