#include "common/events/webhook.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/json/json.h"

namespace tarn::events {
namespace {

using object_store::Event;

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::string_view kTypePrefix = "io.tarn.";
constexpr std::string_view kSourcePrefix = "/tarn/";
constexpr std::chrono::minutes kTolerance{5};

// The sequence extension of CloudEvents orders by text, so all have the digits of the greatest.
std::string SequenceText(int64_t sequence) {
  std::string digits = std::to_string(sequence);
  return digits.insert(0, 19 - std::min<size_t>(digits.size(), 19), '0');
}

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The key of the HMAC: what stands behind the prefix in base64.
std::optional<std::string> KeyOf(std::string_view secret) {
  if (!secret.starts_with(kSecretPrefix)) return std::nullopt;
  return checksums::FromBase64(secret.substr(kSecretPrefix.size()));
}

std::string Sign(std::string_view key, const std::string& id, const std::string& timestamp, std::string_view body) {
  const std::string signed_text = id + "." + timestamp + "." + std::string(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), digest.data(), &size);
  return "v1," + checksums::ToBase64(std::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

// The header lists one signature per secret in use, separated by blanks.
bool HasSignature(std::string_view list, std::string_view expected) {
  bool found = false;
  for (size_t begin = 0; begin <= list.size();) {
    const size_t end = std::min(list.find(' ', begin), list.size());
    const std::string_view candidate = list.substr(begin, end - begin);
    found |= candidate.size() == expected.size() && CRYPTO_memcmp(candidate.data(), expected.data(), expected.size()) == 0;
    begin = end + 1;
  }
  return found;
}

Error Rejected(std::string why) { return Error(Code::kUnauthenticated, "the webhook was not accepted: " + std::move(why)); }

// CloudEvents may carry attributes that the reader does not know: they are left out.
nlohmann::json Known(const nlohmann::json& object, std::initializer_list<const char*> names) {
  nlohmann::json known = nlohmann::json::object();
  for (const char* name : names) {
    if (const auto found = object.find(name); found != object.end()) known[name] = *found;
  }
  return known;
}

std::optional<Event::Type> ParseType(std::string_view text) {
  if (!text.starts_with(kTypePrefix)) return std::nullopt;
  for (const auto type : object_store::kEventTypes) {
    if (text.substr(kTypePrefix.size()) == object_store::EventTypeName(type)) return type;
  }
  return std::nullopt;
}

Status ReadData(const nlohmann::json& object, Event& event) {
  const nlohmann::json data = Known(object, {"bucket", "key", "version", "etag", "content_type", "commit_id",
                                             "size_bytes", "last_modified", "operation", "delete_marker"});
  json::ObjectReader reader(data, "/data");
  event.object.bucket = reader.RequiredString("bucket");
  event.object.key = reader.RequiredString("key");
  event.object.version = reader.RequiredString("version");
  event.object.etag = reader.RequiredString("etag");
  event.object.content_type = reader.RequiredString("content_type");
  event.commit_id = reader.RequiredString("commit_id");
  event.operation = reader.OptionalString("operation").value_or("");
  event.object.delete_marker = reader.OptionalBool("delete_marker").value_or(false);
  const int64_t size = reader.RequiredInteger("size_bytes");
  if (size < 0) reader.Fail("size_bytes", "a size is 0 or more");
  event.object.size_bytes = static_cast<uint64_t>(size);
  if (const auto text = reader.OptionalString("last_modified")) {
    const auto time = ParseRfc3339(*text);
    if (time.ok()) event.object.last_modified = *time;
    else reader.Fail("last_modified", time.error().message());
  }
  return reader.Finish();
}

}  // namespace

std::string ToCloudEvent(const Event& event) {
  const object_store::ObjectInfo& object = event.object;
  nlohmann::ordered_json body = {
      {"specversion", "1.0"},
      {"id", event.id},
      {"source", std::string(kSourcePrefix) + event.writer},
      {"type", std::string(kTypePrefix) + object_store::EventTypeName(event.type)},
      {"subject", object.bucket + "/" + object.key},
      {"time", FormatRfc3339(event.time)},
      {"datacontenttype", "application/json"},
      {"sequence", SequenceText(event.sequence)}};
  if (!event.traceparent.empty()) body["traceparent"] = event.traceparent;
  body["data"] = {{"bucket", object.bucket},
                  {"key", object.key},
                  {"version", object.version},
                  {"size_bytes", object.size_bytes},
                  {"etag", object.etag},
                  {"content_type", object.content_type},
                  {"last_modified", FormatRfc3339(object.last_modified)},
                  {"operation", event.operation},
                  {"commit_id", event.commit_id}};
  if (object.delete_marker) body["data"]["delete_marker"] = true;
  return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<Event> FromCloudEvent(std::string_view body) {
  TARN_ASSIGN(nlohmann::json document, json::Parse(body));
  if (document.is_object()) {
    document = Known(document, {"specversion", "id", "source", "type", "time", "sequence", "traceparent", "data"});
  }
  json::ObjectReader reader(document);
  Event event;
  if (reader.RequiredString("specversion") != "1.0") reader.Fail("specversion", "the only version read is 1.0");
  event.id = reader.RequiredString("id");
  const std::string source = reader.RequiredString("source");
  if (source.starts_with(kSourcePrefix)) event.writer = source.substr(kSourcePrefix.size());
  else reader.Fail("source", "a source is /tarn/<writer>");
  if (const auto type = ParseType(reader.RequiredString("type"))) event.type = *type;
  else reader.Fail("type", "a type is io.tarn.object.created, io.tarn.object.deleted or io.tarn.object.version_deleted");
  if (const auto time = ParseRfc3339(reader.RequiredString("time")); time.ok()) event.time = *time;
  else reader.Fail("time", time.error().message());
  if (const auto sequence = ParseInteger(reader.RequiredString("sequence"))) event.sequence = *sequence;
  else reader.Fail("sequence", "a sequence is a decimal number in a string");
  event.object.sequence = event.sequence;
  event.traceparent = reader.OptionalString("traceparent").value_or("");
  const nlohmann::json* data = reader.OptionalObject("data");
  if (!data) reader.Fail("data", "the member is required");
  TARN_TRY(reader.Finish());
  TARN_TRY(ReadData(*data, event));
  return event;
}

std::vector<std::pair<std::string, std::string>> SignatureHeaders(const std::vector<std::string>& secrets,
                                                                  const std::string& id, Timestamp time,
                                                                  std::string_view body) {
  const std::string timestamp = std::to_string(ToUnixMillis(time) / 1000);
  std::string signatures;
  for (const std::string& secret : secrets) {
    if (!signatures.empty()) signatures += ' ';
    signatures += Sign(KeyOf(secret).value_or(""), id, timestamp, body);
  }
  return {{"webhook-id", id}, {"webhook-timestamp", timestamp}, {"webhook-signature", std::move(signatures)}};
}

Status VerifySignature(const std::string& secret, const std::function<std::string(std::string_view)>& header,
                       std::string_view body, Timestamp now) {
  const std::string id = header("webhook-id"), timestamp = header("webhook-timestamp"),
                    signatures = header("webhook-signature");
  if (id.empty() || timestamp.empty() || signatures.empty()) {
    return Rejected("it needs webhook-id, webhook-timestamp and webhook-signature");
  }
  const auto key = KeyOf(secret);
  if (!key || key->empty()) return Rejected("there is no secret to check it with");
  const auto seconds = ParseInteger(timestamp);
  constexpr int64_t kEndOfTime = int64_t{1} << 40;  // keeps the product below in range
  if (!seconds || *seconds < 0 || *seconds > kEndOfTime) return Rejected("webhook-timestamp is no time in seconds");
  if (std::chrono::abs(FromUnixMillis(*seconds * 1000) - now) > kTolerance) return Rejected("it is more than 5 minutes off");
  if (HasSignature(signatures, Sign(*key, id, timestamp, body))) return Ok();
  return Rejected("the signature is wrong");
}

std::string NewSecret() { return std::string(kSecretPrefix) + checksums::ToBase64(RandomBytes(32)); }

}  // namespace tarn::events
