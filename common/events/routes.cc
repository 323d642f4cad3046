#include "common/events/routes.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/events/event_json.h"
#include "common/events/webhook.h"
#include "common/http/paging.h"
#include "common/time/time.h"

namespace tarn::events {
namespace {

using http::Request;
using http::Response;
using nlohmann::json;

constexpr const char* kSubscriptions = "/v1/subscriptions";
constexpr const char* kDeadLetters = "/v1/webhook-dead-letters";

/// /v1/subscriptions: who is told of new objects.
class Subscriptions {
 public:
  Subscriptions(object_store::ObjectStore& store, SubscriptionStore& subscriptions, Deliverer& deliverer)
      : store_(store), subscriptions_(subscriptions), deliverer_(deliverer) {}

  Result<Response> List(const Request& request) const {
    TARN_ASSIGN(const http::PageRequest page, http::ParsePage(request));
    TARN_ASSIGN(const auto found, subscriptions_.List(page.after, page.limit));
    json items = json::array();
    for (const Subscription& subscription : found) items.push_back(SubscriptionJson(subscription));
    const bool full = static_cast<int64_t>(found.size()) == page.limit;
    return http::PageResponse(std::move(items), full ? found.back().id : "");
  }

  Result<Response> Create(const Request& request) const {
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
    response.headers.Add("Location", std::string(kSubscriptions) + "/" + http::PercentEncode(created.id));
    return response;
  }

  Result<Response> Get(const Request& request) const {
    TARN_ASSIGN(const Subscription subscription, subscriptions_.Get(request.PathParameter("id")));
    TARN_ASSIGN(const auto states, subscriptions_.States(subscription.id));
    json answer = SubscriptionJson(subscription);
    answer["deliveries"] = json::array();
    for (const DeliveryState& state : states) answer["deliveries"].push_back(DeliveryStateJson(state));
    return Response::Json(200, answer);
  }

  Result<Response> Remove(const Request& request) const {
    TARN_TRY(subscriptions_.Remove(request.PathParameter("id")));
    deliverer_.Wake();
    return Response::NoContent();
  }

 private:
  object_store::ObjectStore& store_;
  SubscriptionStore& subscriptions_;
  Deliverer& deliverer_;
};

/// /v1/webhook-dead-letters: events that could not be delivered.
class DeadLetters {
 public:
  DeadLetters(SubscriptionStore& subscriptions, Deliverer& deliverer)
      : subscriptions_(subscriptions), deliverer_(deliverer) {}

  Result<Response> List(const Request& request) const {
    TARN_ASSIGN(const http::PageRequest page, http::ParsePage(request));
    TARN_ASSIGN(const auto found, subscriptions_.ListDeadLetters(page.after, page.limit));
    json items = json::array();
    for (const DeadLetter& letter : found) items.push_back(DeadLetterJson(letter));
    const bool full = static_cast<int64_t>(found.size()) == page.limit;
    return http::PageResponse(std::move(items), full ? found.back().id : "");
  }

  Result<Response> Get(const Request& request) const { return Answer(200, request.PathParameter("id")); }

  Result<Response> Redrive(const Request& request) const {
    const std::string& id = request.PathParameter("id");
    TARN_TRY(subscriptions_.RequestRedrive(id));
    TARN_ASSIGN(Response response, Answer(202, id));
    deliverer_.Wake();
    response.headers.Add("Location", std::string(kDeadLetters) + "/" + http::PercentEncode(id));
    return response;
  }

 private:
  Result<Response> Answer(int status, const std::string& id) const {
    TARN_ASSIGN(const DeadLetter letter, subscriptions_.GetDeadLetter(id));
    return Response::Json(status, DeadLetterJson(letter));
  }

  SubscriptionStore& subscriptions_;
  Deliverer& deliverer_;
};

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
  TARN_ASSIGN(const auto page, store.ReadEvents(after, filter, limit));
  json items = json::array();
  for (const object_store::Event& event : page.events) items.push_back(EventJson(event));
  return Response::Json(200, {{"items", std::move(items)}, {"last_sequence", page.last_sequence}});
}

}  // namespace

void AddSubscriptionRoutes(http::Router& router, object_store::ObjectStore& store, SubscriptionStore& subscriptions,
                           Deliverer& deliverer) {
  const Subscriptions resource(store, subscriptions, deliverer);
  const std::string subscription = std::string(kSubscriptions) + "/{id}";
  http::RouteOptions paged;
  paged.query_parameters = http::kPageParameters;
  router.Get(kSubscriptions, paged, [resource](Request& request) { return resource.List(request); });
  router.Post(kSubscriptions, http::JsonBody(), [resource](Request& request) { return resource.Create(request); });
  router.Get(subscription, {}, [resource](Request& request) { return resource.Get(request); });
  router.Delete(subscription, {}, [resource](Request& request) { return resource.Remove(request); });

  const DeadLetters letters(subscriptions, deliverer);
  const std::string letter = std::string(kDeadLetters) + "/{id}";
  router.Get(kDeadLetters, paged, [letters](Request& request) { return letters.List(request); });
  router.Get(letter, {}, [letters](Request& request) { return letters.Get(request); });
  router.Post(letter + ":redrive", {}, [letters](Request& request) { return letters.Redrive(request); });

  http::RouteOptions log;
  log.query_parameters = {"after", "limit", "bucket", "prefix"};
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
                const std::string secret = subscription.ok() ? subscription->secret : "";
                const auto header = [&](std::string_view name) { return std::string(request.Header(name).value_or("")); };
                TARN_TRY(VerifySignature(secret, header, request.body, Now()));
                TARN_ASSIGN([[maybe_unused]] const object_store::Event event, FromCloudEvent(request.body));
                consumer.Wake();
                return Response::NoContent();
              });
}

}  // namespace tarn::events
