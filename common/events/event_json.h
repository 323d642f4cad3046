#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/events/subscriptions.h"
#include "common/object_store/object_store.h"
#include "common/result/result.h"

namespace tarn::events {

/// Reads names of event types ("object.created"). Errors: kInvalidArgument with `where`, which stands before the index
/// if it is a JSON pointer.
Result<std::vector<object_store::Event::Type>> ReadEventTypes(const std::vector<std::string>& names, const std::string& where);

/// What a client asks for with POST /v1/subscriptions.
struct SubscriptionRequest {
  Subscription subscription;
  bool from_beginning = false;
};

/// Reads `{"id"?, "endpoint", "filter"?: {"bucket"?, "prefix"?, "suffix"?, "types"?, "writer"?}, "body_format"?:
/// "cloudevents" | "s3", "secret"?, "enabled"?, "paused"?, "start"?: "now" | "beginning"}`.
/// Errors: kInvalidArgument with the JSON pointer.
Result<SubscriptionRequest> ReadSubscriptionRequest(const nlohmann::json& body);

/// Applies a JSON merge patch (RFC 7396) of `{"endpoint"?, "filter"?, "body_format"?, "enabled"?, "paused"?}`: null takes
/// a member back to its default. Errors: kInvalidArgument with the JSON pointer.
Status PatchSubscription(const nlohmann::json& patch, Subscription& subscription);

/// How a secret is to be changed.
struct SecretRotation {
  std::string secret;  ///< empty: make one
  std::chrono::milliseconds overlap{};
};
/// Reads `{"secret"?, "overlap_ms"?}`: at most 30 days, a day if absent. Errors: kInvalidArgument with the JSON pointer.
Result<SecretRotation> ReadSecretRotation(const nlohmann::json& body);

/// Renders without the secrets.
nlohmann::json SubscriptionJson(const Subscription& subscription);
nlohmann::json DeliveryStateJson(const DeliveryState& state);
nlohmann::json DeliveryAttemptJson(const DeliveryAttempt& attempt);
nlohmann::json DeadLetterJson(const DeadLetter& letter);
nlohmann::json EventJson(const object_store::Event& event);

}  // namespace tarn::events
