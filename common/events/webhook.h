#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"

namespace tarn::events {

/// Renders an event as a CloudEvent 1.0 in structured JSON: type "io.tarn.object.created", source
/// "/tarn/<writer>", subject "<bucket>/<key>", the extension attributes `sequence` and `traceparent`, and in `data`
/// the object's bucket, key, version, size_bytes, etag, content_type, last_modified, the operation (Event::operation)
/// and the commit_id; `delete_marker` is there if it is true.
std::string ToCloudEvent(const object_store::Event& event);

/// Reads what ToCloudEvent wrote. Errors: kInvalidArgument with the JSON pointer.
Result<object_store::Event> FromCloudEvent(std::string_view body);

/// The headers webhook-id, webhook-timestamp and webhook-signature ("v1,<base64 HMAC-SHA256>", one per secret, with
/// blanks between) of Standard Webhooks 1.0 for a body sent now.
std::vector<std::pair<std::string, std::string>> SignatureHeaders(const std::vector<std::string>& secrets,
                                                                  const std::string& id, Timestamp time,
                                                                  std::string_view body);
inline std::vector<std::pair<std::string, std::string>> SignatureHeaders(const std::string& secret, const std::string& id,
                                                                         Timestamp time, std::string_view body) {
  return SignatureHeaders(std::vector<std::string>{secret}, id, time, body);
}

/// Checks a received webhook; `header(name)` returns a header's value or "". Signatures are compared in constant
/// time; the timestamp must be within 5 minutes of now. Errors: kUnauthenticated.
Status VerifySignature(const std::string& secret, const std::function<std::string(std::string_view)>& header,
                       std::string_view body, Timestamp now);

/// Makes a secret: "whsec_" and 32 random bytes in base64.
std::string NewSecret();

}  // namespace tarn::events
