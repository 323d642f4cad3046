#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "common/events/deliverer.h"
#include "common/events/delivery_queue.h"
#include "common/events/subscriptions.h"
#include "common/events/webhook_sender.h"
#include "common/metrics/registry.h"
#include "common/object_store/object_store.h"

namespace tarn::events {

/// What all workers of one deliverer share.
struct DeliveryContext {
  const DelivererOptions& options;
  object_store::ObjectStore& store;
  SubscriptionStore& subscriptions;
  const WebhookSender& sender;
  metrics::Registry& metrics;
};

/// Delivers one writer's events to one subscription: a thread reads the log and keeps the progress, others ("lanes", as
/// many as there is work for, up to a limit) send. Stops when destroyed, breaking off the requests that are under way.
class DeliveryWorker {
 public:
  DeliveryWorker(const DeliveryContext& context, Subscription subscription);
  ~DeliveryWorker();

  /// Goes on with another endpoint, filter or secret, and tries at once what waits after failures. A filter that lets
  /// more through holds for what is read from the log from now on.
  void Change(const Subscription& subscription);
  /// Look at the log now; with `redrives`, at the dead letters too.
  void Wake(bool redrives);
  /// Asks the threads to end, without waiting for them.
  void RequestStop() { thread_.request_stop(); }
  /// It has ended by itself: the subscription was disabled or is gone.
  bool ended() const { return ended_; }
  /// The time of the oldest event that is not delivered, if there is one.
  std::optional<Timestamp> oldest_undelivered() const;

 private:
  using Clock = DeliveryQueue::Clock;
  using Lock = std::unique_lock<std::mutex>;
  struct Lane {
    std::jthread thread;
    bool finished = false;
  };
  /// What a lane does next.
  struct Work {
    DeliveryQueue::Due due;
    std::optional<DeadLetter> letter;  ///< is redriven
    Subscription subscription;
  };

  // The thread that reads the log.
  void Run(std::stop_token stop);
  Status Load();
  Status ReadLog(Lock& lock);
  Status ReadRedrives(Lock& lock);
  Status SaveIfDue(Lock& lock, bool now);
  void StartLanes(Lock& lock);
  void WaitForNews(Lock& lock, std::stop_token stop);
  bool ReaderIsNeeded();
  void EndLanes();
  DeliveryState StateNow() const;

  // The lanes.
  void Send(Lane& lane, std::stop_token stop);
  bool MaySend() const;
  bool HasWork();
  std::optional<Work> TakeWork();
  void Perform(const Work& work, std::stop_token stop);
  void Redrive(const Work& work, std::stop_token stop);
  Status NoteGone(const DeadLetter& letter);
  Result<std::shared_ptr<const object_store::Event>> ReadEvent(int64_t sequence);
  WebhookAnswer SendEvent(const Work& work, const object_store::Event& event, std::stop_token stop);
  void Conclude(const Work& work, const object_store::Event& event, const WebhookAnswer& answer, Clock::time_point sent);
  void NoteSuccess();
  void NoteFailure(Lock& lock, const object_store::Event& event, const WebhookAnswer& answer, Clock::time_point sent);
  Clock::time_point WaitForEndpoint(const WebhookAnswer& answer, Clock::time_point sent);
  void Disable(const std::string& reason);
  void Count(const char* result);

  const DeliveryContext context_;
  const std::string id_;
  mutable std::mutex mutex_;
  std::condition_variable_any news_;  // for the reading thread
  std::condition_variable_any work_;  // for the lanes
  std::atomic<bool> ended_{false};

  // All of the rest is guarded by mutex_.
  Subscription subscription_;
  DeliveryQueue queue_;
  bool has_news_ = true, wants_redrives_ = true;
  bool plans_changed_ = false;  // the reading thread must think again how long to wait
  bool at_end_ = false;  // of the log
  std::deque<DeadLetter> redrives_;
  std::set<std::string> redriving_;  // queued or in flight
  DeliveryState state_;  // as saved, but for the last answer
  bool changed_ = false;
  std::deque<DeliveryAttempt> attempts_;  // to be saved
  Clock::time_point saved_at_;
  int64_t read_sequence_ = 0;

  std::list<Lane> lanes_;
  size_t idle_lanes_ = 0;
  int in_flight_ = 0;
  int failures_in_a_row_ = 0;
  std::optional<Timestamp> nothing_delivered_since_;  // since the first of those failures
  // While the endpoint cannot be reached, one request at a time probes it.
  int unreachable_ = 0;
  Clock::time_point unreachable_since_, paused_until_;

  std::jthread thread_;  // last: uses all of the above
};

}  // namespace tarn::events
