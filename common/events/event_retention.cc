#include "common/events/event_retention.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace tarn::events {
namespace {

using object_store::Event;

constexpr int64_t kBatch = 1000;

// Who is still to get which events.
class Outstanding {
 public:
  static Result<Outstanding> Load(SubscriptionStore& store) {
    Outstanding outstanding(store);
    for (std::string after;;) {
      TARN_ASSIGN(const auto page, store.List(after, 1000));
      if (page.empty()) return outstanding;
      after = page.back().id;
      std::copy_if(page.begin(), page.end(), std::back_inserter(outstanding.subscriptions_),
                   [](const Subscription& subscription) { return subscription.enabled; });
    }
  }

  Result<bool> Has(const Event& event) {
    for (const Subscription& subscription : subscriptions_) {
      if (!subscription.filter.Matches(event)) continue;
      TARN_ASSIGN(const int64_t delivered, DeliveredTo(subscription.id, event.writer));
      if (event.sequence > delivered) return true;
    }
    return false;
  }

 private:
  explicit Outstanding(SubscriptionStore& store) : store_(&store) {}

  Result<int64_t> DeliveredTo(const std::string& id, const std::string& writer) {
    const auto [known, is_new] = delivered_.try_emplace({id, writer}, 0);
    if (is_new) {
      const auto state = store_->LoadState(id, writer);
      if (state.ok()) known->second = state->delivered_sequence;
      // It was removed meanwhile: nobody waits.
      else if (state.error().code() == Code::kNotFound) known->second = INT64_MAX;
      else return state.error();
    }
    return known->second;
  }

  SubscriptionStore* store_;
  std::vector<Subscription> subscriptions_;
  std::map<std::pair<std::string, std::string>, int64_t> delivered_;  // by subscription and writer
};

}  // namespace

Result<int64_t> TrimDeliveredEvents(object_store::ObjectStore& store, SubscriptionStore& subscriptions, Timestamp before,
                                    const std::function<bool()>& stopped) {
  object_store::EventFilter all;
  all.types.assign(std::begin(object_store::kEventTypes), std::end(object_store::kEventTypes));
  TARN_ASSIGN(Outstanding outstanding, Outstanding::Load(subscriptions));
  int64_t trimmed = 0;
  for (int64_t looked_at = 0; !stopped();) {
    TARN_ASSIGN(const auto page, store.ReadEvents(looked_at, all, kBatch));
    const int64_t before_page = looked_at;
    bool ended = page.events.empty();
    for (const Event& event : page.events) {
      TARN_ASSIGN(const bool is_due, outstanding.Has(event));
      if (event.time >= before || is_due) {
        ended = true;
        break;
      }
      looked_at = event.sequence;
    }
    if (looked_at > before_page) {
      TARN_ASSIGN(const int64_t removed, store.TrimEvents(looked_at, std::max(kBatch, static_cast<int64_t>(page.events.size()))));
      trimmed += removed;
    }
    if (ended) break;
  }
  return trimmed;
}

}  // namespace tarn::events
