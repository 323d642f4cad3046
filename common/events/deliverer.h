#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "common/events/subscriptions.h"
#include "common/http_client/http_client.h"
#include "common/metrics/registry.h"
#include "common/object_store/object_store.h"

namespace tarn::events {

struct DelivererOptions {
  std::string writer;  ///< delivers the events that this service committed
  std::chrono::milliseconds timeout{10'000};
  std::chrono::milliseconds initial_backoff{200};
  std::chrono::milliseconds max_backoff{3'600'000};
  std::chrono::milliseconds give_up_after{3 * 24 * 3'600'000};  ///< then the event becomes a dead letter
  std::chrono::milliseconds poll{1'000};  ///< how often new subscriptions are looked for
  http_client::AddressPolicy address_policy = http_client::AddressPolicy::kLoopbackOrPublic;
  /// Addresses that are allowed besides; null: none.
  std::shared_ptr<const http_client::AddressRanges> allowed_addresses = nullptr;
  int max_in_flight = 8;  ///< requests at a time per subscription
};

/// Delivers each event of one writer to every matching subscription as a webhook, signed as Standard Webhooks say, at
/// least once. The events of one key go in the order of sequence; different keys go side by side, so a key that is not
/// taken delays no other. Only 2xx is success; 410 disables the subscription; 429 and 503 honour Retry-After and, like
/// an endpoint that cannot be reached, hold up the subscription, else a failure holds up its key; redirects are not
/// followed. Each subscription has threads of its own, so a slow one delays nobody. Stops and joins when destroyed.
class Deliverer {
 public:
  virtual ~Deliverer() = default;
  static std::unique_ptr<Deliverer> Start(const DelivererOptions& options, object_store::ObjectStore& store,
                                          SubscriptionStore& subscriptions, http_client::HttpClient& client,
                                          metrics::Registry& metrics);
  /// New events or subscriptions are there: look now. Quick; any thread.
  virtual void Wake() = 0;
  /// Sends a test event to a subscription now and returns what came of it; its `sequence` is 0. Nothing is tried
  /// again, and a 410 does not disable. Errors: kResourceExhausted while two are under way.
  virtual Result<DeliveryAttempt> SendTest(const Subscription& subscription) = 0;
};

}  // namespace tarn::events
