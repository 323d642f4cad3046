#include "common/events/webhook_body.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "common/events/webhook.h"
#include "common/json/json.h"

namespace tarn::events {
namespace {

using nlohmann::ordered_json;
using object_store::Event;

constexpr const char* kTestType = "io.tarn.subscription.test";

std::string Dump(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

// As in a form, but for '/': so S3 does it, and so its consumers (unquote_plus) undo it.
std::string EncodeKey(std::string_view key) {
  std::string encoded;
  for (const char c : key) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-_.*/").find(c) != std::string_view::npos;
    char escape[4];
    std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned char>(c));
    if (plain) encoded += c;
    else encoded += c == ' ' ? "+" : escape;
  }
  return encoded;
}

std::string Sequencer(int64_t sequence) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llX", static_cast<unsigned long long>(sequence));
  return digits;
}

std::string CreatedName(const std::string& operation) {
  if (operation == "complete_upload") return "CompleteMultipartUpload";
  // S3 has no restore of its own: one copies the old version over the current one.
  if (operation == "copy" || operation == "restore") return "Copy";
  return "Put";
}

}  // namespace

std::string S3EventName(const Event& event) {
  if (event.type == Event::Type::kObjectCreated) return "ObjectCreated:" + CreatedName(event.operation);
  const bool marker = event.type == Event::Type::kObjectDeleted &&
                      (event.operation.ends_with("_marker") || event.object.delete_marker);
  return std::string(event.operation.starts_with("expire") ? "LifecycleExpiration:" : "ObjectRemoved:") +
         (marker ? "DeleteMarkerCreated" : "Delete");
}

std::string ToS3Notification(const Event& event, const std::string& subscription_id) {
  const object_store::ObjectInfo& info = event.object;
  ordered_json object = {{"key", EncodeKey(info.key)}};
  if (event.type == Event::Type::kObjectCreated) {
    object["size"] = info.size_bytes;
    object["eTag"] = info.etag;
  }
  if (!info.null_version && !info.version.empty()) object["versionId"] = info.version;
  object["sequencer"] = Sequencer(event.sequence);
  const ordered_json bucket = {{"name", info.bucket},
                               {"ownerIdentity", {{"principalId", "tarn"}}},
                               {"arn", "arn:aws:s3:::" + info.bucket}};
  ordered_json record = {{"eventVersion", "2.1"},
                         {"eventSource", "aws:s3"},
                         {"awsRegion", "us-east-1"},
                         {"eventTime", FormatRfc3339(event.time)},
                         {"eventName", S3EventName(event)},
                         {"userIdentity", {{"principalId", "tarn:" + event.writer}}},
                         {"requestParameters", {{"sourceIPAddress", "127.0.0.1"}}},
                         {"responseElements", {{"x-amz-request-id", event.commit_id}, {"x-amz-id-2", event.id}}},
                         {"s3",
                          {{"s3SchemaVersion", "1.0"},
                           {"configurationId", subscription_id},
                           {"bucket", bucket},
                           {"object", std::move(object)}}}};
  return Dump({{"Records", ordered_json::array({std::move(record)})}});
}

WebhookBody RenderBody(const Subscription& subscription, const Event& event) {
  switch (subscription.body_format) {
    case BodyFormat::kS3: return {ToS3Notification(event, subscription.id), "application/json"};
    case BodyFormat::kCloudEvents: break;
  }
  return {ToCloudEvent(event), "application/cloudevents+json; charset=utf-8"};
}

WebhookBody RenderTestBody(const Subscription& subscription, const std::string& event_id, const std::string& writer,
                           Timestamp now) {
  if (subscription.body_format == BodyFormat::kS3) {
    return {Dump({{"Service", "Amazon S3"},
                  {"Event", "s3:TestEvent"},
                  {"Time", FormatRfc3339(now)},
                  {"Bucket", subscription.filter.bucket},
                  {"RequestId", event_id},
                  {"HostId", "tarn"}}),
            "application/json"};
  }
  return {Dump({{"specversion", "1.0"},
                {"id", event_id},
                {"source", "/tarn/" + writer},
                {"type", kTestType},
                {"subject", subscription.id},
                {"time", FormatRfc3339(now)},
                {"datacontenttype", "application/json"},
                {"data", {{"subscription_id", subscription.id}}}}),
          "application/cloudevents+json; charset=utf-8"};
}

bool IsTestEvent(std::string_view body) {
  const auto document = json::Parse(body);
  if (!document.ok() || !document->is_object()) return false;
  const auto type = document->find("type");
  return type != document->end() && *type == kTestType;
}

}  // namespace tarn::events
