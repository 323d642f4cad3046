#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/auth/access_key_store.h"
#include "common/auth/principal.h"
#include "common/http/message.h"
#include "common/time/time.h"
#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

/// What signs the chunks of an aws-chunked body, after the request's own signature.
struct ChunkSigning {
  std::string key;             ///< 32 bytes, derived from the secret
  std::string timestamp;       ///< "20130524T000000Z"
  std::string scope;           ///< "20130524/us-east-1/s3/aws4_request"
  std::string seed_signature;  ///< the request's, in hexadecimal
};

/// What is known of a request once its signature holds.
struct Authenticated {
  auth::Principal principal;
  /// x-amz-content-sha256; "UNSIGNED-PAYLOAD" if the request has none.
  std::string content_sha256;
  /// Absent if no signature was checked; then the chunks' are not either.
  std::optional<ChunkSigning> chunks;
};

/// Decides who may talk to the door. While no access key exists, loopback peers that address the door by a loopback name
/// or one of its own (no DNS rebinding) are served whatever credentials they carry, and nobody else is. From the first
/// key on, everybody needs a valid AWS Signature Version 4, in the Authorization header or in the query (presigned).
/// Thread-safe. Source: "Authenticating Requests (AWS Signature Version 4)", Amazon S3 API reference.
class Authenticator {
 public:
  /// `own_names` are those of ServerCustoms::host_names.
  explicit Authenticator(auth::AccessKeyStore& keys, std::function<Timestamp()> clock = Now,
                         std::vector<std::string> own_names = {".localhost"});

  /// Errors: AccessDenied, SignatureDoesNotMatch, InvalidAccessKeyId, AuthorizationHeaderMalformed,
  /// AuthorizationQueryParametersError, RequestTimeTooSkewed, InvalidRequest, InvalidArgument.
  S3Result<Authenticated> Authenticate(const http::Request& request) const;

  /// What is asked of a preflight request, which cannot be signed: nothing once a key exists. Errors: AccessDenied.
  S3Status AdmitPreflight(const http::Request& request) const;

 private:
  S3Status CheckLocal(const http::Request& request) const;

  auth::AccessKeyStore& keys_;
  const std::function<Timestamp()> clock_;
  const std::vector<std::string> own_names_;
};

}  // namespace tarn::extract::s3
