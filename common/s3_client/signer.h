#pragma once

#include <string>

#include "common/http_client/http_client.h"
#include "common/s3_client/credentials.h"
#include "common/s3_client/endpoint.h"
#include "common/time/time.h"

namespace tarn::s3_client {

/// What stands for a body that is not hashed before it is sent.
inline constexpr const char* kUnsignedPayload = "UNSIGNED-PAYLOAD";

/// Adds x-amz-date, x-amz-content-sha256, x-amz-security-token and Authorization to a request whose method and other
/// headers are complete; all of its headers are signed. `payload_hash` is the SHA-256 of the body in hexadecimal or
/// kUnsignedPayload. Empty credentials add nothing. libcurl's CURLOPT_AWS_SIGV4 is not used: 7.88 sorts header lines
/// instead of names ("x-amz-meta-a-b" before "x-amz-meta-a"), signs lines it does not send, and other releases
/// canonicalize differently. Source: "Signature Calculations for the Authorization Header", Amazon S3 API reference.
void Sign(http_client::Request& request, const Endpoint::Target& target, const Credentials& credentials,
          const std::string& region, const std::string& payload_hash, Timestamp now);

}  // namespace tarn::s3_client
