#include "services/extract/s3/wire/authenticator.h"

#include <chrono>

#include "common/http/own_pages.h"
#include "services/extract/s3/wire/credentials.h"
#include "services/extract/s3/wire/signature.h"

namespace tarn::extract::s3 {
namespace {

constexpr std::chrono::minutes kMaxSkew{15};

// Presigned requests have a time of their own; others must be recent, so that nobody can send them again later.
S3Status CheckTime(const Credentials& credentials, Timestamp now) {
  const auto ahead = credentials.time - now;
  if (!credentials.presigned) {
    if (ahead <= kMaxSkew && ahead >= -kMaxSkew) return {};
    return S3Error(S3Code::kRequestTimeTooSkewed)
        .With("RequestTime", credentials.timestamp)
        .With("ServerTime", FormatRfc3339(now))
        .With("MaxAllowedSkewMilliseconds",
              std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(kMaxSkew).count()));
  }
  if (ahead > kMaxSkew) {
    return S3Error(S3Code::kAccessDenied, "Request is not yet valid")
        .With("ServerTime", FormatRfc3339(now));
  }
  const Timestamp end = credentials.time + credentials.expires;
  if (now < end) return {};
  return S3Error(S3Code::kAccessDenied, "Request has expired")
      .With("X-Amz-Expires", std::to_string(credentials.expires.count()))
      .With("Expires", FormatRfc3339(end))
      .With("ServerTime", FormatRfc3339(now));
}

}  // namespace

Authenticator::Authenticator(auth::AccessKeyStore& keys, std::function<Timestamp()> clock,
                             std::vector<std::string> own_names)
    : keys_(keys), clock_(std::move(clock)), own_names_(std::move(own_names)) {}

S3Status Authenticator::CheckLocal(const http::Request& request) const {
  if (!auth::IsLoopback(request.remote_address)) {
    return S3Error(S3Code::kAccessDenied,
                   "There is no access key yet, so only this machine itself is served. Create one: POST /v1/keys");
  }
  if (http::HasOwnHost(request.headers, own_names_)) return {};
  return S3Error(S3Code::kAccessDenied,
                 "There is no access key yet, so the door answers to localhost and its own names only.");
}

S3Status Authenticator::AdmitPreflight(const http::Request& request) const {
  if (keys_.empty()) return CheckLocal(request);
  return {};
}

S3Result<Authenticated> Authenticator::Authenticate(const http::Request& request) const {
  Authenticated authenticated;
  authenticated.content_sha256 = request.Header("x-amz-content-sha256").value_or("UNSIGNED-PAYLOAD");
  if (keys_.empty()) {
    TARN_TRY(CheckLocal(request));
    authenticated.principal.local = true;
    return authenticated;
  }
  TARN_ASSIGN(const std::optional<Credentials> credentials, ReadCredentials(request));
  if (!credentials) return S3Error(S3Code::kAccessDenied);
  const Timestamp now = clock_();
  const auto access = keys_.Find(credentials->key_id);
  if (!access || !access->key.UsableAt(now)) {
    return S3Error(S3Code::kInvalidAccessKeyId).With("AWSAccessKeyId", credentials->key_id);
  }
  TARN_TRY(CheckTime(*credentials, now));
  TARN_ASSIGN(Verified verified, VerifySignature(request, *credentials, access->secret));
  keys_.Touch(access->key.id, now);
  authenticated.principal.key_id = access->key.id;
  authenticated.principal.name = access->key.name;
  authenticated.content_sha256 = std::move(verified.content_sha256);
  authenticated.chunks = std::move(verified.chunks);
  return authenticated;
}

}  // namespace tarn::extract::s3
