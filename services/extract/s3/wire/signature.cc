#include "services/extract/s3/wire/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "services/extract/s3/wire/canonical_request.h"

namespace tarn::extract::s3 {
namespace {

constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Otherwise whoever holds a presigned URL could add to what was signed. The two exempted ones are part of the signed
// text anyhow.
S3Status CheckHeadersAreSigned(const http::Request& request, const Credentials& credentials) {
  std::string missing;
  for (const auto& [field, value] : request.headers) {
    const std::string name = Lower(field);
    if (!name.starts_with("x-amz-") || name == "x-amz-content-sha256" || name == "x-amz-date") continue;
    const auto& names = credentials.signed_headers;
    if (std::find(names.begin(), names.end(), name) == names.end()) missing += (missing.empty() ? "" : ", ") + name;
  }
  if (missing.empty()) return {};
  return S3Error(S3Code::kAccessDenied, "There were headers present in the request which were not signed")
      .With("HeadersNotSigned", missing);
}

S3Result<std::string> ContentSha256(const http::Request& request, const Credentials& credentials) {
  if (const auto header = request.Header("x-amz-content-sha256")) return std::string(*header);
  if (credentials.presigned) {
    return request.Query("X-Amz-Content-Sha256").value_or(std::string(kUnsignedPayload));
  }
  return S3Error(S3Code::kInvalidRequest, "Missing required header for this request: x-amz-content-sha256");
}

std::string StringToSign(const Credentials& credentials, std::string_view canonical_request) {
  return "AWS4-HMAC-SHA256\n" + credentials.timestamp + "\n" + credentials.scope() + "\n" +
         HexSha256(canonical_request);
}

std::string SpacedHex(std::string_view bytes) {
  const std::string digits = ToHex(bytes);
  std::string spaced;
  for (size_t i = 0; i < digits.size(); i += 2) spaced.append(spaced.empty() ? "" : " ").append(digits, i, 2);
  return spaced;
}

}  // namespace

std::string Hmac(std::string_view key, std::string_view text) {
  std::string digest(32, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), reinterpret_cast<unsigned char*>(digest.data()), &size);
  return digest;
}

std::string HexSha256(std::string_view bytes) {
  return ToHex(checksums::Compute(checksums::Algorithm::kSha256, bytes));
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string SigningKey(std::string_view secret, const Credentials& credentials) {
  const std::string date_key = Hmac("AWS4" + std::string(secret), credentials.date);
  return Hmac(Hmac(Hmac(date_key, credentials.region), "s3"), "aws4_request");
}

S3Result<Verified> VerifySignature(const http::Request& request, const Credentials& credentials,
                                   std::string_view secret) {
  TARN_TRY(CheckHeadersAreSigned(request, credentials));
  TARN_ASSIGN(std::string content_sha256, ContentSha256(request, credentials));
  const std::string key = SigningKey(secret, credentials);
  const auto holds = [&](const std::string& string_to_sign) {
    return EqualInConstantTime(ToHex(Hmac(key, string_to_sign)), credentials.signature);
  };
  const std::string canonical =
      CanonicalRequest(request, credentials, CanonicalPath(request.path), content_sha256);
  const std::string string_to_sign = StringToSign(credentials, canonical);
  // Some clients sign the path exactly as they send it. That is no less of a proof.
  const bool proven =
      holds(string_to_sign) ||
      holds(StringToSign(credentials, CanonicalRequest(request, credentials, request.path, content_sha256)));
  if (!proven) {
    return S3Error(S3Code::kSignatureDoesNotMatch)
        .With("AWSAccessKeyId", credentials.key_id)
        .With("StringToSign", string_to_sign)
        .With("SignatureProvided", credentials.signature)
        .With("StringToSignBytes", SpacedHex(string_to_sign))
        .With("CanonicalRequest", canonical)
        .With("CanonicalRequestBytes", SpacedHex(canonical));
  }
  ChunkSigning chunks{key, credentials.timestamp, credentials.scope(), credentials.signature};
  return Verified{std::move(content_sha256), std::move(chunks)};
}

}  // namespace tarn::extract::s3
