#pragma once

#include "common/events/consumer.h"
#include "common/events/deliverer.h"
#include "common/events/subscriptions.h"
#include "common/http/router.h"

namespace tarn::events {

/// Adds the routes of services that write: /v1/subscriptions (list, create, get, patch, delete, its deliveries, and POST
/// {id}:test, :rotateSecret, :enable, :disable, :pause, :resume), /v1/webhook-dead-letters (list, get, delete, POST
/// :redrive for one or all), and GET /v1/events?after=&limit=&bucket=&prefix=&suffix=&type=.
void AddSubscriptionRoutes(http::Router& router, object_store::ObjectStore& store, SubscriptionStore& subscriptions,
                           Deliverer& deliverer);

/// Adds POST /v1/events: takes a webhook of the subscription `subscription_id`, checks its signature and wakes the
/// consumer. Answers 204.
void AddWebhookRoute(http::Router& router, SubscriptionStore& subscriptions, std::string subscription_id,
                     Consumer& consumer);

}  // namespace tarn::events
