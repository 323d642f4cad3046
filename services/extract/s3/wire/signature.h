#pragma once

#include <string>
#include <string_view>

#include "common/http/message.h"
#include "services/extract/s3/wire/authenticator.h"
#include "services/extract/s3/wire/credentials.h"
#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

/// HMAC-SHA-256: 32 bytes.
std::string Hmac(std::string_view key, std::string_view text);
/// SHA-256 in hexadecimal.
std::string HexSha256(std::string_view bytes);
/// Takes as long for texts that differ early as for those that differ late.
bool EqualInConstantTime(std::string_view a, std::string_view b);

/// The key that signs requests of one day: derived from the secret, the date, the region and "s3".
std::string SigningKey(std::string_view secret, const Credentials& credentials);

/// Checks that who knows `secret` signed exactly this request. Returns what its body must hash to, and what signs the
/// body's chunks. Errors: SignatureDoesNotMatch (with both texts that were to be signed, as S3), AccessDenied for
/// x-amz-* headers that were not signed, InvalidRequest without x-amz-content-sha256.
struct Verified {
  std::string content_sha256;
  ChunkSigning chunks;
};
S3Result<Verified> VerifySignature(const http::Request& request, const Credentials& credentials,
                                   std::string_view secret);

}  // namespace tarn::extract::s3
