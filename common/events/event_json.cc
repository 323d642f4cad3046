#include "common/events/event_json.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::events {
namespace {

using nlohmann::json;
using object_store::Event;

Status ReadTypes(const std::vector<std::string>& names, std::vector<Event::Type>& types) {
  for (size_t i = 0; i < names.size(); ++i) {
    bool known = false;
    for (const Event::Type type : object_store::kEventTypes) {
      if (names[i] != object_store::EventTypeName(type)) continue;
      types.push_back(type);
      known = true;
    }
    if (!known) {
      return Error(Code::kInvalidArgument, "an event's type is object.created or object.deleted, not: " + names[i].substr(0, 100))
          .At("/filter/types/" + std::to_string(i));
    }
  }
  return Ok();
}

Status ReadFilter(const json& object, object_store::EventFilter& filter) {
  tarn::json::ObjectReader reader(object, "/filter");
  filter.bucket = reader.OptionalString("bucket").value_or("");
  filter.prefix = reader.OptionalString("prefix").value_or("");
  filter.suffix = reader.OptionalString("suffix").value_or("");
  filter.writer = reader.OptionalString("writer").value_or("");
  const auto types = reader.OptionalStringArray("types");
  TARN_TRY(reader.Finish());
  return types ? ReadTypes(*types, filter.types) : Ok();
}

json TimeOrNull(const std::optional<Timestamp>& time) { return time ? json(FormatRfc3339(*time)) : json(); }

}  // namespace

Result<SubscriptionRequest> ReadSubscriptionRequest(const json& body) {
  tarn::json::ObjectReader reader(body);
  SubscriptionRequest request;
  Subscription& subscription = request.subscription;
  subscription.id = reader.OptionalString("id").value_or("");
  subscription.endpoint = reader.RequiredString("endpoint");
  subscription.secret = reader.OptionalString("secret").value_or("");
  subscription.enabled = reader.OptionalBool("enabled").value_or(true);
  const std::string start = reader.OptionalString("start").value_or("now");
  if (start != "now" && start != "beginning") reader.Fail("start", "deliveries start \"now\" or at the \"beginning\"");
  request.from_beginning = start == "beginning";
  const json* filter = reader.OptionalObject("filter");
  TARN_TRY(reader.Finish());
  if (filter) TARN_TRY(ReadFilter(*filter, subscription.filter));
  TARN_TRY(CheckSubscription(subscription));
  return request;
}

json SubscriptionJson(const Subscription& subscription) {
  json types = json::array();
  for (const Event::Type type : subscription.filter.types) types.push_back(object_store::EventTypeName(type));
  return {{"id", subscription.id},
          {"endpoint", subscription.endpoint},
          {"filter",
           {{"bucket", subscription.filter.bucket},
            {"prefix", subscription.filter.prefix},
            {"suffix", subscription.filter.suffix},
            {"types", std::move(types)},
            {"writer", subscription.filter.writer}}},
          {"enabled", subscription.enabled},
          {"disabled_reason", subscription.disabled_reason},
          {"created_at", FormatRfc3339(subscription.created_at)}};
}

json DeliveryStateJson(const DeliveryState& state) {
  return {{"writer", state.writer},
          {"delivered_sequence", state.delivered_sequence},
          {"attempts", state.attempts},
          {"failing_since", TimeOrNull(state.failing_since)},
          {"last_status", state.last_status},
          {"last_error", state.last_error},
          {"next_attempt_at", TimeOrNull(state.next_attempt_at)}};
}

json DeadLetterJson(const DeadLetter& letter) {
  return {{"id", letter.id},
          {"subscription_id", letter.subscription_id},
          {"sequence", letter.sequence},
          {"reason", letter.reason},
          {"created_at", FormatRfc3339(letter.created_at)},
          {"redrive_requested", letter.redrive_requested}};
}

json EventJson(const Event& event) {
  const object_store::ObjectInfo& object = event.object;
  return {{"sequence", event.sequence},
          {"id", event.id},
          {"type", object_store::EventTypeName(event.type)},
          {"time", FormatRfc3339(event.time)},
          {"writer", event.writer},
          {"commit_id", event.commit_id},
          {"traceparent", event.traceparent},
          {"object",
           {{"bucket", object.bucket},
            {"key", object.key},
            {"version", object.version},
            {"size_bytes", object.size_bytes},
            {"etag", object.etag},
            {"content_type", object.content_type},
            {"last_modified", FormatRfc3339(object.last_modified)}}}};
}

}  // namespace tarn::events
