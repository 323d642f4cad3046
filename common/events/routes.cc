#include "common/events/routes.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/events/dead_letter_endpoints.h"
#include "common/events/event_json.h"
#include "common/events/subscription_endpoints.h"
#include "common/events/webhook.h"
#include "common/events/webhook_body.h"
#include "common/http/paging.h"
#include "common/time/time.h"

namespace tarn::events {
namespace {

using http::Request;
using http::Response;
using nlohmann::json;

Result<int64_t> QueryInteger(const Request& request, const char* name, int64_t otherwise, int64_t least, int64_t most) {
  const auto text = request.Query(name);
  if (!text) return otherwise;
  int64_t value = 0;
  const char* last = text->data() + text->size();
  const auto [end, failure] = std::from_chars(text->data(), last, value);
  if (failure == std::errc() && end == last && !text->empty() && value >= least && value <= most) return value;
  return Error(Code::kInvalidArgument, std::string(name) + " is a whole number from " + std::to_string(least) + " to " +
                                           std::to_string(most))
      .At(std::string("query:") + name);
}

/// GET /v1/events: the event log, from after a sequence on.
Result<Response> ReadLog(object_store::ObjectStore& store, const Request& request) {
  TARN_ASSIGN(const int64_t after, QueryInteger(request, "after", 0, 0, INT64_MAX));
  TARN_ASSIGN(const int64_t limit, QueryInteger(request, "limit", 100, 1, 1000));
  object_store::EventFilter filter;
  filter.bucket = request.Query("bucket").value_or("");
  filter.prefix = request.Query("prefix").value_or("");
  filter.suffix = request.Query("suffix").value_or("");
  if (const auto type = request.Query("type")) {
    TARN_ASSIGN(filter.types, ReadEventTypes({*type}, "query:type"));
  }
  TARN_ASSIGN(const auto page, store.ReadEvents(after, filter, limit));
  json items = json::array();
  for (const object_store::Event& event : page.events) items.push_back(EventJson(event));
  json answer = {{"items", std::move(items)}, {"last_sequence", page.last_sequence}};
  if (page.trimmed_before) answer["trimmed_before"] = *page.trimmed_before;
  return Response::Json(200, answer);
}

void AddSubscriptions(http::Router& router, object_store::ObjectStore& store, SubscriptionStore& subscriptions,
                      Deliverer& deliverer) {
  const SubscriptionEndpoints endpoints(store, subscriptions, deliverer);
  const std::string all = "/v1/subscriptions", one = all + "/{id}";
  http::RouteOptions paged, patch = http::JsonBody();
  paged.query_parameters = http::kPageParameters;
  patch.content_types = {"application/merge-patch+json", "application/json"};
  router.Get(all, paged, [endpoints](Request& request) { return endpoints.List(request); });
  router.Post(all, http::JsonBody(), [endpoints](Request& request) { return endpoints.Create(request); });
  router.Get(one, {}, [endpoints](Request& request) { return endpoints.Get(request); });
  router.Patch(one, patch, [endpoints](Request& request) { return endpoints.Patch(request); });
  router.Delete(one, {}, [endpoints](Request& request) { return endpoints.Remove(request); });
  router.Get(one + "/deliveries", {}, [endpoints](Request& request) { return endpoints.Deliveries(request); });
  router.Post(one + ":test", {}, [endpoints](Request& request) { return endpoints.Test(request); });
  router.Post(one + ":rotateSecret", http::JsonBody(), [endpoints](Request& request) { return endpoints.RotateSecret(request); });
  const auto add_switch = [&](const char* verb, bool Subscription::*flag, bool value) {
    router.Post(one + verb, {}, [=](Request& request) { return endpoints.Switch(request, flag, value); });
  };
  add_switch(":enable", &Subscription::enabled, true);
  add_switch(":disable", &Subscription::enabled, false);
  add_switch(":pause", &Subscription::paused, true);
  add_switch(":resume", &Subscription::paused, false);
}

void AddDeadLetterRoutes(http::Router& router, object_store::ObjectStore& store, SubscriptionStore& subscriptions,
                         Deliverer& deliverer) {
  const DeadLetterEndpoints endpoints(store, subscriptions, deliverer);
  const std::string all = "/v1/webhook-dead-letters", one = all + "/{id}";
  http::RouteOptions paged, of_subscription;
  paged.query_parameters = http::kPageParameters;
  paged.query_parameters.push_back("subscription_id");
  of_subscription.query_parameters = {"subscription_id"};
  router.Get(all, paged, [endpoints](Request& request) { return endpoints.List(request); });
  router.Post(all + ":redrive", of_subscription, [endpoints](Request& request) { return endpoints.RedriveAll(request); });
  router.Get(one, {}, [endpoints](Request& request) { return endpoints.Get(request); });
  router.Delete(one, {}, [endpoints](Request& request) { return endpoints.Remove(request); });
  router.Post(one + ":redrive", {}, [endpoints](Request& request) { return endpoints.Redrive(request); });
}

}  // namespace

void AddSubscriptionRoutes(http::Router& router, object_store::ObjectStore& store, SubscriptionStore& subscriptions,
                           Deliverer& deliverer) {
  AddSubscriptions(router, store, subscriptions, deliverer);
  AddDeadLetterRoutes(router, store, subscriptions, deliverer);
  http::RouteOptions log;
  log.query_parameters = {"after", "limit", "bucket", "prefix", "suffix", "type"};
  router.Get("/v1/events", log, [&store](Request& request) { return ReadLog(store, request); });
}

void AddWebhookRoute(http::Router& router, SubscriptionStore& subscriptions, std::string subscription_id,
                     Consumer& consumer) {
  http::RouteOptions options;
  options.body = http::BodyMode::kBuffered;
  options.body_limit_bytes = 64 * 1024;
  options.content_types = {"application/cloudevents+json", "application/json"};
  router.Post("/v1/events", options,
              [&subscriptions, &consumer, id = std::move(subscription_id)](Request& request) -> Result<Response> {
                // Without a subscription there is no secret, and nothing may be believed.
                const auto subscription = subscriptions.Get(id);
                const auto secrets = subscription.ok() ? subscription->SecretsAt(Now()) : std::vector<std::string>{""};
                const auto header = [&](std::string_view name) { return std::string(request.Header(name).value_or("")); };
                Status verified;
                for (const std::string& secret : secrets) {
                  verified = VerifySignature(secret, header, request.body, Now());
                  if (verified.ok()) break;
                }
                TARN_TRY(verified);
                if (IsTestEvent(request.body)) return Response::NoContent();
                TARN_ASSIGN([[maybe_unused]] const object_store::Event event, FromCloudEvent(request.body));
                consumer.Wake();
                return Response::NoContent();
              });
}

}  // namespace tarn::events
