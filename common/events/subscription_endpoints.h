#pragma once

#include "common/events/deliverer.h"
#include "common/events/subscriptions.h"
#include "common/http/message.h"
#include "common/object_store/object_store.h"

namespace tarn::events {

/// /v1/subscriptions: who is told of new objects, and how that stands.
class SubscriptionEndpoints {
 public:
  SubscriptionEndpoints(object_store::ObjectStore& store, SubscriptionStore& subscriptions, Deliverer& deliverer)
      : store_(store), subscriptions_(subscriptions), deliverer_(deliverer) {}

  Result<http::Response> List(const http::Request& request) const;
  Result<http::Response> Create(const http::Request& request) const;
  Result<http::Response> Get(const http::Request& request) const;
  Result<http::Response> Patch(const http::Request& request) const;
  Result<http::Response> Remove(const http::Request& request) const;
  /// The states per writer and the last attempts.
  Result<http::Response> Deliveries(const http::Request& request) const;
  /// Sends a test event and says what came of it.
  Result<http::Response> Test(const http::Request& request) const;
  /// Answers with the new secret, which is shown here and never again.
  Result<http::Response> RotateSecret(const http::Request& request) const;
  /// Sets `enabled` or `paused`.
  Result<http::Response> Switch(const http::Request& request, bool Subscription::*flag, bool value) const;

 private:
  Result<nlohmann::json> StatesJson(const Subscription& subscription) const;
  Status AddLag(const Subscription& subscription, const DeliveryState& state, nlohmann::json& shown) const;

  object_store::ObjectStore& store_;
  SubscriptionStore& subscriptions_;
  Deliverer& deliverer_;
};

}  // namespace tarn::events
