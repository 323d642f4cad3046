#include "common/events/deliverer.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <semaphore>
#include <thread>

#include "common/events/delivery_worker.h"
#include "common/events/wake_signal.h"
#include "common/ids/ulid.h"
#include "common/logging/log.h"

namespace tarn::events {
namespace {

// Keeps one worker per enabled subscription.
class WorkerPerSubscription final : public Deliverer {
 public:
  WorkerPerSubscription(const DelivererOptions& options, object_store::ObjectStore& store,
                        SubscriptionStore& subscriptions, http_client::HttpClient& client, metrics::Registry& metrics)
      : options_(options),
        news_(std::make_shared<WakeSignal>()),
        sender_(client, {options.timeout, options.address_policy, options.allowed_addresses}),
        context_{options_, store, subscriptions, sender_, metrics},
        oldest_(metrics.GetGauge("tarn_webhook_oldest_undelivered_seconds", "Age of the oldest event that is not delivered.")) {
    // The store keeps listeners for good, so this one holds the signal and nothing else of the deliverer.
    store.OnCommit([news = std::weak_ptr(news_)](int64_t) {
      if (const auto signal = news.lock()) signal->Wake();
    });
    thread_ = std::jthread([this](std::stop_token stop) { Run(stop); });
  }

  ~WorkerPerSubscription() override {
    testing_.request_stop();
    thread_ = std::jthread();  // stops and joins
    for (const auto& [id, entry] : workers_) entry.worker->RequestStop();
  }

  void Wake() override {
    look_for_subscriptions_ = true;
    news_->Wake();
  }

  Result<DeliveryAttempt> SendTest(const Subscription& subscription) override {
    if (!tests_.try_acquire()) return Error(Code::kResourceExhausted, "two test events are under way: try again later");
    const std::string id = NewUlid();
    const Timestamp at = Now();
    const auto begin = std::chrono::steady_clock::now();
    const WebhookAnswer answer = sender_.Send(subscription, id, RenderTestBody(subscription, id, options_.writer, at), "", testing_.get_token());
    tests_.release();
    const auto duration = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    return DeliveryAttempt{subscription.id, options_.writer, 0, id, "", at, duration, answer.status, answer.reason};
  }

 private:
  struct Entry {
    int64_t revision;
    std::unique_ptr<DeliveryWorker> worker;
  };

  void Run(std::stop_token stop) {
    uint64_t seen = 0;
    auto looked_at = std::chrono::steady_clock::time_point();
    while (!stop.stop_requested()) {
      const auto now = std::chrono::steady_clock::now();
      const bool look = look_for_subscriptions_.exchange(false) || now - looked_at >= options_.poll;
      // A commit wakes the workers; who subscribes is looked up less often.
      for (const auto& [id, entry] : workers_) entry.worker->Wake(look);
      if (look) {
        if (const Status matched = MatchSubscriptions(); !matched.ok()) {
          log::Warn("subscriptions could not be read", {{"reason", matched.error()}});
        }
        Measure();
        looked_at = now;
      }
      news_->Wait(stop, options_.poll, seen);
    }
  }

  Status MatchSubscriptions() {
    TARN_ASSIGN(auto wanted, Wanted());
    for (auto entry = workers_.begin(); entry != workers_.end();) {
      const auto found = wanted.find(entry->first);
      const bool ended = entry->second.worker->ended();
      const bool keep = found != wanted.end() && !ended;
      if (keep) Adapt(entry->second, found->second);
      // What was read of one that has ended may be from before that.
      if (ended) look_for_subscriptions_ = true;
      if (found != wanted.end()) wanted.erase(found);
      entry = keep ? std::next(entry) : workers_.erase(entry);
    }
    for (auto& [id, subscription] : wanted) {
      workers_.emplace(id, Entry{subscription.revision, std::make_unique<DeliveryWorker>(context_, subscription)});
    }
    return Ok();
  }

  Result<std::map<std::string, Subscription>> Wanted() const {
    std::map<std::string, Subscription> wanted;
    for (std::string after;;) {
      TARN_ASSIGN(const auto page, context_.subscriptions.List(after, 1000));
      if (page.empty()) return wanted;
      after = page.back().id;
      for (const Subscription& subscription : page) {
        const std::string& writer = subscription.filter.writer;
        if (subscription.enabled && !subscription.paused && (writer.empty() || writer == options_.writer)) wanted.emplace(subscription.id, subscription);
      }
    }
  }

  static void Adapt(Entry& entry, const Subscription& now) {
    if (entry.revision == now.revision) return;
    entry.revision = now.revision;
    entry.worker->Change(now);
  }

  void Measure() {
    double oldest_seconds = 0;
    for (const auto& [id, entry] : workers_) {
      if (const auto time = entry.worker->oldest_undelivered()) {
        oldest_seconds = std::max(oldest_seconds, std::chrono::duration<double>(Now() - *time).count());
      }
    }
    oldest_.Set(oldest_seconds);
  }

  const DelivererOptions options_;
  const std::shared_ptr<WakeSignal> news_;
  const WebhookSender sender_;
  const DeliveryContext context_;
  metrics::Gauge& oldest_;
  std::atomic<bool> look_for_subscriptions_{true};
  std::counting_semaphore<> tests_{2};
  std::stop_source testing_;
  std::map<std::string, Entry> workers_;  // of the thread; of the destructor once that has ended
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<Deliverer> Deliverer::Start(const DelivererOptions& options, object_store::ObjectStore& store,
                                            SubscriptionStore& subscriptions, http_client::HttpClient& client,
                                            metrics::Registry& metrics) {
  return std::make_unique<WorkerPerSubscription>(options, store, subscriptions, client, metrics);
}

}  // namespace tarn::events
