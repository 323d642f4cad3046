#include "common/events/event_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::events {
namespace {

using nlohmann::json;
using object_store::Event;

Status ReadFilter(const json& object, object_store::EventFilter& filter) {
  tarn::json::ObjectReader reader(object, "/filter");
  filter.bucket = reader.OptionalString("bucket").value_or("");
  filter.prefix = reader.OptionalString("prefix").value_or("");
  filter.suffix = reader.OptionalString("suffix").value_or("");
  filter.writer = reader.OptionalString("writer").value_or("");
  const auto types = reader.OptionalStringArray("types");
  TARN_TRY(reader.Finish());
  if (!types) return Ok();
  TARN_ASSIGN(filter.types, ReadEventTypes(*types, "/filter/types"));
  return Ok();
}

const char* FormatName(BodyFormat format) {
  switch (format) {
    case BodyFormat::kCloudEvents: return "cloudevents";
    case BodyFormat::kS3: return "s3";
  }
  return "";
}

json TimeOrNull(const std::optional<Timestamp>& time) { return time ? json(FormatRfc3339(*time)) : json(); }

// The members that a subscription can be given at any time.
Status ReadSettings(tarn::json::ObjectReader& reader, Subscription& subscription) {
  subscription.endpoint = reader.RequiredString("endpoint");
  subscription.enabled = reader.OptionalBool("enabled").value_or(true);
  subscription.paused = reader.OptionalBool("paused").value_or(false);
  const std::string format = reader.OptionalString("body_format").value_or(FormatName(BodyFormat::kCloudEvents));
  subscription.body_format = format == FormatName(BodyFormat::kS3) ? BodyFormat::kS3 : BodyFormat::kCloudEvents;
  if (format != FormatName(subscription.body_format)) reader.Fail("body_format", "a body is \"cloudevents\" or \"s3\"");
  const json* filter = reader.OptionalObject("filter");
  TARN_TRY(reader.Finish());
  subscription.filter = {};
  return filter ? ReadFilter(*filter, subscription.filter) : Ok();
}

json FilterJson(const object_store::EventFilter& filter) {
  json types = json::array();
  for (const Event::Type type : filter.types) types.push_back(object_store::EventTypeName(type));
  return {{"bucket", filter.bucket},
          {"prefix", filter.prefix},
          {"suffix", filter.suffix},
          {"types", std::move(types)},
          {"writer", filter.writer}};
}

}  // namespace

Result<std::vector<Event::Type>> ReadEventTypes(const std::vector<std::string>& names, const std::string& where) {
  std::vector<Event::Type> types;
  for (size_t i = 0; i < names.size(); ++i) {
    const size_t known = types.size();
    for (const Event::Type type : object_store::kEventTypes) {
      if (names[i] == object_store::EventTypeName(type)) types.push_back(type);
    }
    if (types.size() > known) continue;
    return Error(Code::kInvalidArgument,
                 "an event's type is object.created, object.deleted or object.version_deleted, not: " + names[i].substr(0, 100))
        .At(where.starts_with('/') ? where + "/" + std::to_string(i) : where);
  }
  return types;
}

Result<SubscriptionRequest> ReadSubscriptionRequest(const json& body) {
  tarn::json::ObjectReader reader(body);
  SubscriptionRequest request;
  Subscription& subscription = request.subscription;
  subscription.id = reader.OptionalString("id").value_or("");
  subscription.secret = reader.OptionalString("secret").value_or("");
  const std::string start = reader.OptionalString("start").value_or("now");
  if (start != "now" && start != "beginning") reader.Fail("start", "deliveries start \"now\" or at the \"beginning\"");
  request.from_beginning = start == "beginning";
  TARN_TRY(ReadSettings(reader, subscription));
  TARN_TRY(CheckSubscription(subscription));
  return request;
}

Status PatchSubscription(const json& patch, Subscription& subscription) {
  if (!patch.is_object()) return Error(Code::kInvalidArgument, "a patch is a JSON object");
  json settings = {{"endpoint", subscription.endpoint},
                   {"enabled", subscription.enabled},
                   {"paused", subscription.paused},
                   {"body_format", FormatName(subscription.body_format)},
                   {"filter", FilterJson(subscription.filter)}};
  settings.merge_patch(patch);
  tarn::json::ObjectReader reader(settings);
  TARN_TRY(ReadSettings(reader, subscription));
  return CheckSubscription(subscription);
}

Result<SecretRotation> ReadSecretRotation(const json& body) {
  constexpr int64_t kDayMs = 86'400'000;
  tarn::json::ObjectReader reader(body);
  SecretRotation rotation;
  rotation.secret = reader.OptionalString("secret").value_or("");
  const int64_t overlap_ms = reader.OptionalInteger("overlap_ms").value_or(kDayMs);
  if (overlap_ms < 0 || overlap_ms > 30 * kDayMs) reader.Fail("overlap_ms", "an overlap is from 0 to 30 days long");
  TARN_TRY(reader.Finish());
  rotation.overlap = std::chrono::milliseconds(overlap_ms);
  return rotation;
}

json SubscriptionJson(const Subscription& subscription) {
  return {{"id", subscription.id},
          {"endpoint", subscription.endpoint},
          {"filter", FilterJson(subscription.filter)},
          {"body_format", FormatName(subscription.body_format)},
          {"enabled", subscription.enabled},
          {"paused", subscription.paused},
          {"disabled_reason", subscription.disabled_reason},
          {"previous_secret_until", TimeOrNull(subscription.previous_secret_until)},
          {"created_at", FormatRfc3339(subscription.created_at)}};
}

json DeliveryAttemptJson(const DeliveryAttempt& attempt) {
  return {{"writer", attempt.writer},
          {"sequence", attempt.sequence},
          {"event_id", attempt.event_id},
          {"object", attempt.key},
          {"at", FormatRfc3339(attempt.at)},
          {"duration_ms", attempt.duration.count()},
          {"status", attempt.status},
          {"delivered", attempt.error.empty()},
          {"error", attempt.error}};
}

json DeliveryStateJson(const DeliveryState& state) {
  return {{"writer", state.writer},
          {"delivered_sequence", state.delivered_sequence},
          {"read_sequence", std::max(state.read_sequence, state.delivered_sequence)},
          {"pending", state.pending},
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
          {"operation", event.operation},
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
