#pragma once

#include "common/events/consumer.h"
#include "common/events/deliverer.h"
#include "common/events/subscriptions.h"
#include "common/http/router.h"

namespace tarn::events {

/// Adds the routes of services that write: /v1/subscriptions (list, create, get with delivery states, delete),
/// /v1/webhook-dead-letters (list, get, POST {id}:redrive), and GET /v1/events?after=&bucket=&prefix=&limit=.
void AddSubscriptionRoutes(http::Router& router, object_store::ObjectStore& store, SubscriptionStore& subscriptions,
                           Deliverer& deliverer);

/// Adds POST /v1/events: takes a webhook of the subscription `subscription_id`, checks its signature and wakes the
/// consumer. Answers 204.
void AddWebhookRoute(http::Router& router, SubscriptionStore& subscriptions, std::string subscription_id,
                     Consumer& consumer);

}  // namespace tarn::events
