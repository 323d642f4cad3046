#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "common/events/deliverer.h"
#include "common/events/subscriptions.h"
#include "common/events/wake_signal.h"
#include "common/http_client/http_client.h"
#include "common/metrics/registry.h"
#include "common/object_store/object_store.h"

namespace tarn::events {

/// What all workers of one deliverer share.
struct DeliveryContext {
  const DelivererOptions& options;
  object_store::ObjectStore& store;
  SubscriptionStore& subscriptions;
  http_client::HttpClient& client;
  metrics::Registry& metrics;
  WakeSignal& news;
};

/// Delivers one writer's events to one subscription, in order, on a thread of its own. Stops when destroyed, breaking
/// off a request that is under way.
class DeliveryWorker {
 public:
  DeliveryWorker(const DeliveryContext& context, Subscription subscription);

  /// Goes on with another endpoint, filter or secret.
  void Change(const Subscription& subscription);
  /// Asks the thread to end, without waiting for it.
  void RequestStop() { thread_.request_stop(); }
  /// The thread has ended by itself: the subscription was disabled or is gone.
  bool ended() const { return ended_; }
  /// The time of the oldest event that is not delivered, if there is one.
  std::optional<Timestamp> oldest_undelivered() const;

 private:
  /// What came of one request.
  struct Attempt {
    enum class Kind { kDelivered, kFailed, kGone, kCancelled } kind = Kind::kFailed;
    int status = 0;
    std::string reason;
    std::optional<std::chrono::milliseconds> retry_after;
  };

  void Run(std::stop_token stop);
  Status DeliverNews(std::stop_token stop);
  /// Tries until the event is delivered or given up. False if the worker must end.
  Result<bool> Deliver(const object_store::Event& event, std::stop_token stop);
  Result<bool> HandleFailure(const object_store::Event& event, const Attempt& attempt, std::stop_token stop);
  Status WaitForNextAttempt(std::stop_token stop);
  Status Redrive(std::stop_token stop);
  Attempt Send(const object_store::Event& event, std::stop_token stop);
  Status Disable(const std::string& reason);
  Status SaveProgress();
  Subscription Current() const;
  void Count(const char* result);

  const DeliveryContext context_;
  mutable std::mutex mutex_;
  Subscription subscription_;  // guarded by mutex_
  DeliveryState state_;        // of the thread
  int64_t saved_sequence_ = 0;
  int saved_attempts_ = 0;
  std::chrono::steady_clock::time_point saved_at_;
  std::atomic<int64_t> oldest_undelivered_ms_{0};
  std::atomic<bool> ended_{false};
  std::jthread thread_;  // last: uses all of the above
};

}  // namespace tarn::events
