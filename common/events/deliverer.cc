#include "common/events/deliverer.h"

#include <algorithm>
#include <map>
#include <thread>

#include "common/events/delivery_worker.h"
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
        context_{options_, store, subscriptions, client, metrics, *news_},
        oldest_(metrics.GetGauge("tarn_webhook_oldest_undelivered_seconds", "Age of the oldest event that is not delivered.")) {
    // The store keeps listeners for good, so this one holds the signal and nothing else of the deliverer.
    store.OnCommit([news = std::weak_ptr(news_)](int64_t) {
      if (const auto signal = news.lock()) signal->Wake();
    });
    thread_ = std::jthread([this](std::stop_token stop) { Run(stop); });
  }

  ~WorkerPerSubscription() override {
    thread_ = std::jthread();  // stops and joins
    for (const auto& [id, entry] : workers_) entry.worker->RequestStop();
  }

  void Wake() override { news_->Wake(); }

 private:
  struct Entry {
    Subscription subscription;
    std::unique_ptr<DeliveryWorker> worker;
  };

  void Run(std::stop_token stop) {
    uint64_t seen = 0;
    while (!stop.stop_requested()) {
      if (const Status matched = MatchSubscriptions(); !matched.ok()) {
        log::Warn("subscriptions could not be read", {{"reason", matched.error()}});
      }
      Measure();
      news_->Wait(stop, options_.poll, seen);
    }
  }

  Status MatchSubscriptions() {
    TARN_ASSIGN(auto wanted, Wanted());
    for (auto entry = workers_.begin(); entry != workers_.end();) {
      const auto found = wanted.find(entry->first);
      const bool keep = found != wanted.end() && !entry->second.worker->ended();
      if (keep) Adapt(entry->second, found->second);
      if (found != wanted.end() && keep) wanted.erase(found);
      entry = keep ? std::next(entry) : workers_.erase(entry);
    }
    for (auto& [id, subscription] : wanted) {
      workers_.emplace(id, Entry{subscription, std::make_unique<DeliveryWorker>(context_, subscription)});
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
        if (subscription.enabled && (writer.empty() || writer == options_.writer)) wanted.emplace(subscription.id, subscription);
      }
    }
  }

  static void Adapt(Entry& entry, const Subscription& now) {
    const Subscription& before = entry.subscription;
    const auto& a = before.filter;
    const auto& b = now.filter;
    if (before.endpoint == now.endpoint && before.secret == now.secret && a.bucket == b.bucket && a.prefix == b.prefix &&
        a.suffix == b.suffix && a.types == b.types && a.writer == b.writer) {
      return;
    }
    entry.subscription = now;
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
  const DeliveryContext context_;
  metrics::Gauge& oldest_;
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
