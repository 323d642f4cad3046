#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/http/message.h"
#include "common/time/time.h"
#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

/// What a request says of its signature (AWS Signature Version 4), well-formed but not checked.
struct Credentials {
  bool presigned = false;  ///< it stands in the query
  std::string key_id;
  std::string date, region;                 ///< of the scope; its service is "s3"
  std::vector<std::string> signed_headers;  ///< in lower case, as listed
  std::string signature;                    ///< 64 hexadecimal digits
  std::string timestamp;                    ///< "20130524T000000Z"
  Timestamp time;                           ///< the same
  std::chrono::seconds expires{0};          ///< of presigned ones

  std::string scope() const { return date + "/" + region + "/s3/aws4_request"; }
};

/// Reads them from the Authorization header or the query. Nothing if the request has none at all. Errors:
/// AuthorizationHeaderMalformed, AuthorizationQueryParametersError, InvalidArgument (both places), InvalidRequest (an
/// older or unknown kind of signature), AccessDenied (no date).
S3Result<std::optional<Credentials>> ReadCredentials(const http::Request& request);

}  // namespace tarn::extract::s3
