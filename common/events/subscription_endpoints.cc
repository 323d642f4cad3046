#include "common/events/subscription_endpoints.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/events/event_json.h"
#include "common/events/webhook.h"
#include "common/http/paging.h"

namespace tarn::events {

using http::Request;
using http::Response;
using nlohmann::json;

Result<Response> SubscriptionEndpoints::List(const Request& request) const {
  TARN_ASSIGN(const http::PageRequest page, http::ParsePage(request));
  TARN_ASSIGN(const auto found, subscriptions_.List(page.after, page.limit));
  json items = json::array();
  for (const Subscription& subscription : found) items.push_back(SubscriptionJson(subscription));
  const bool full = static_cast<int64_t>(found.size()) == page.limit;
  return http::PageResponse(std::move(items), full ? found.back().id : "");
}

Result<Response> SubscriptionEndpoints::Create(const Request& request) const {
  TARN_ASSIGN(const json body, request.Json());
  TARN_ASSIGN(SubscriptionRequest wanted, ReadSubscriptionRequest(body));
  const std::string& id = wanted.subscription.id;
  if (!id.empty() && subscriptions_.Get(id).ok()) {
    return Error(Code::kConflict, "there is a subscription of that id: " + id).At("/id");
  }
  int64_t start_after = 0;
  if (!wanted.from_beginning) {
    TARN_ASSIGN(start_after, store_.LastSequence());
  }
  TARN_ASSIGN(const Subscription created, subscriptions_.Upsert(std::move(wanted.subscription), start_after));
  deliverer_.Wake();
  json answer = SubscriptionJson(created);
  answer["secret"] = created.secret;  // shown here and never again
  Response response = Response::Json(201, answer);
  response.headers.Add("Location", "/v1/subscriptions/" + http::PercentEncode(created.id));
  return response;
}

Result<Response> SubscriptionEndpoints::Get(const Request& request) const {
  TARN_ASSIGN(const Subscription subscription, subscriptions_.Get(request.PathParameter("id")));
  json answer = SubscriptionJson(subscription);
  TARN_ASSIGN(answer["deliveries"], StatesJson(subscription));
  return Response::Json(200, answer);
}

Result<Response> SubscriptionEndpoints::Patch(const Request& request) const {
  TARN_ASSIGN(const json patch, request.Json());
  // What is wrong with any subscription is said before it is looked for.
  Subscription any;
  any.endpoint = "http://localhost/";
  TARN_TRY(PatchSubscription(patch, any));
  TARN_ASSIGN(const Subscription changed,
              subscriptions_.Update(request.PathParameter("id"),
                                    [&](Subscription& subscription) { return PatchSubscription(patch, subscription); }));
  deliverer_.Wake();
  return Response::Json(200, SubscriptionJson(changed));
}

Result<Response> SubscriptionEndpoints::Remove(const Request& request) const {
  TARN_TRY(subscriptions_.Remove(request.PathParameter("id")));
  deliverer_.Wake();
  return Response::NoContent();
}

Result<Response> SubscriptionEndpoints::Deliveries(const Request& request) const {
  TARN_ASSIGN(const Subscription subscription, subscriptions_.Get(request.PathParameter("id")));
  TARN_ASSIGN(const auto attempts, subscriptions_.Attempts(subscription.id, SubscriptionStore::kKeptAttempts));
  json items = json::array();
  for (const DeliveryAttempt& attempt : attempts) items.push_back(DeliveryAttemptJson(attempt));
  TARN_ASSIGN(json states, StatesJson(subscription));
  return Response::Json(200, {{"states", std::move(states)}, {"items", std::move(items)}});
}

Result<Response> SubscriptionEndpoints::Test(const Request& request) const {
  TARN_ASSIGN(const Subscription subscription, subscriptions_.Get(request.PathParameter("id")));
  TARN_ASSIGN(const DeliveryAttempt attempt, deliverer_.SendTest(subscription));
  return Response::Json(200, DeliveryAttemptJson(attempt));
}

Result<Response> SubscriptionEndpoints::RotateSecret(const Request& request) const {
  json body = json::object();
  if (!request.body.empty()) {
    TARN_ASSIGN(body, request.Json());
  }
  TARN_ASSIGN(const SecretRotation rotation, ReadSecretRotation(body));
  const auto rotate = [&](Subscription& subscription) -> Status {
    subscription.previous_secret = std::exchange(subscription.secret, rotation.secret.empty() ? NewSecret() : rotation.secret);
    subscription.previous_secret_until = Now() + rotation.overlap;
    return Ok();
  };
  TARN_ASSIGN(const Subscription changed, subscriptions_.Update(request.PathParameter("id"), rotate));
  deliverer_.Wake();
  json answer = SubscriptionJson(changed);
  answer["secret"] = changed.secret;
  return Response::Json(200, answer);
}

Result<Response> SubscriptionEndpoints::Switch(const Request& request, bool Subscription::*flag, bool value) const {
  TARN_ASSIGN(const Subscription changed, subscriptions_.Update(request.PathParameter("id"), [&](Subscription& subscription) {
                subscription.*flag = value;
                return Ok();
              }));
  deliverer_.Wake();
  return Response::Json(200, SubscriptionJson(changed));
}

Result<json> SubscriptionEndpoints::StatesJson(const Subscription& subscription) const {
  TARN_ASSIGN(const auto states, subscriptions_.States(subscription.id));
  json shown = json::array();
  for (const DeliveryState& state : states) {
    shown.push_back(DeliveryStateJson(state));
    TARN_TRY(AddLag(subscription, state, shown.back()));
  }
  return shown;
}

// Counts what the deliverer has not looked at yet, too, as far as that takes no long search.
Status SubscriptionEndpoints::AddLag(const Subscription& subscription, const DeliveryState& state, json& shown) const {
  constexpr int64_t kLookedAt = 10'000;
  object_store::EventFilter filter = subscription.filter;
  filter.writer = state.writer;
  const int64_t read = std::max(state.read_sequence, state.delivered_sequence);
  TARN_ASSIGN(const auto ahead, store_.ReadEvents(read, filter, kLookedAt));
  TARN_ASSIGN(const int64_t last, store_.LastSequence());
  const int64_t pending = state.pending + static_cast<int64_t>(ahead.events.size());
  shown["pending"] = pending;
  shown["pending_is_exact"] = ahead.last_sequence >= last;
  shown["oldest_pending_at"] = nullptr;
  if (pending == 0) return Ok();
  TARN_ASSIGN(const auto due, store_.ReadEvents(state.delivered_sequence, filter, 1000));
  if (!due.events.empty()) shown["oldest_pending_at"] = FormatRfc3339(due.events.front().time);
  return Ok();
}

}  // namespace tarn::events
