#pragma once

#include "common/events/deliverer.h"
#include "common/events/subscriptions.h"
#include "common/http/message.h"
#include "common/object_store/object_store.h"

namespace tarn::events {

/// /v1/webhook-dead-letters: events that could not be delivered.
class DeadLetterEndpoints {
 public:
  DeadLetterEndpoints(object_store::ObjectStore& store, SubscriptionStore& subscriptions, Deliverer& deliverer)
      : store_(store), subscriptions_(subscriptions), deliverer_(deliverer) {}

  Result<http::Response> List(const http::Request& request) const;
  /// With its event, if the log still has it.
  Result<http::Response> Get(const http::Request& request) const;
  Result<http::Response> Remove(const http::Request& request) const;
  Result<http::Response> Redrive(const http::Request& request) const;
  Result<http::Response> RedriveAll(const http::Request& request) const;

 private:
  object_store::ObjectStore& store_;
  SubscriptionStore& subscriptions_;
  Deliverer& deliverer_;
};

}  // namespace tarn::events
