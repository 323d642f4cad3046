#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/events/subscriptions.h"
#include "common/object_store/object_store.h"
#include "common/result/result.h"

namespace tarn::events {

/// What a client asks for with POST /v1/subscriptions.
struct SubscriptionRequest {
  Subscription subscription;
  bool from_beginning = false;
};

/// Reads `{"id"?, "endpoint", "filter"?: {"bucket"?, "prefix"?, "suffix"?, "types"?, "writer"?}, "secret"?, "enabled"?,
/// "start"?: "now" | "beginning"}`. Errors: kInvalidArgument with the JSON pointer.
Result<SubscriptionRequest> ReadSubscriptionRequest(const nlohmann::json& body);

/// Renders without the secret.
nlohmann::json SubscriptionJson(const Subscription& subscription);
nlohmann::json DeliveryStateJson(const DeliveryState& state);
nlohmann::json DeadLetterJson(const DeadLetter& letter);
nlohmann::json EventJson(const object_store::Event& event);

}  // namespace tarn::events
