#pragma once

#include <string>
#include <string_view>

#include "common/http/message.h"
#include "common/object_store/object_store.h"
#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

enum class ConditionOutcome { kGoOn, kNotModified, kFailed };

/// Weighs If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since against an object, in the order
/// of RFC 9110 section 13.2.2. `prefix` stands before each name: "x-amz-copy-source-" for the source of a
/// copy. Dates that cannot be read count for nothing.
ConditionOutcome WeighConditions(const http::Headers& headers, const object_store::ObjectInfo& object,
                                 std::string_view prefix = "");

/// False if an If-Range header says that a range of another content is meant (RFC 9110 section 13.1.5).
bool IsRangeOfThis(const http::Headers& headers, const object_store::ObjectInfo& object);

/// What a put may be made to depend on.
struct PutConditions {
  bool if_none_match = false;
  std::string if_match_etag;
};

/// Reads If-None-Match ("*" only) and If-Match (one entity tag) of a put. Errors: NotImplemented for other
/// forms.
S3Result<PutConditions> ReadPutConditions(const http::Headers& headers);

/// An entity tag without quotes.
std::string Unquoted(std::string_view etag);

}  // namespace tarn::extract::s3
