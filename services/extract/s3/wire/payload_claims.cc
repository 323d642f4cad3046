#include "services/extract/s3/wire/payload_claims.h"

#include <charconv>

namespace tarn::extract::s3 {
namespace {

using checksums::Algorithm;

S3Error Invalid(std::string why) { return S3Error(S3Code::kInvalidRequest, std::move(why)); }

S3Result<uint64_t> ParseLength(const char* name, std::string_view text) {
  uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure == std::errc() && end == text.data() + text.size()) return value;
  return S3Error(S3Code::kInvalidArgument, std::string(name) + " must be a whole number.")
      .With("ArgumentName", name)
      .With("ArgumentValue", std::string(text));
}

S3Status ReadContentSha256(const S3Request& request, PayloadClaims& claims) {
  const std::string& value = request.authenticated.content_sha256;
  if (value == "UNSIGNED-PAYLOAD") return {};
  if (value.starts_with("STREAMING-")) {
    claims.aws_chunked = true;
    claims.trailers = value.ends_with("-TRAILER");
    claims.signed_chunks = value.starts_with("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    if (value == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" || value == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" ||
        value == "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
      return {};
    }
  }
  if (value.size() == 64 && value.find_first_not_of("0123456789abcdef") == std::string::npos) {
    claims.content_sha256 = value;
    return {};
  }
  return S3Error(S3Code::kInvalidArgument,
                 "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
                 "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 "
                 "value.")
      .With("ArgumentName", "x-amz-content-sha256")
      .With("ArgumentValue", value);
}

S3Status ReadLength(const S3Request& request, PayloadClaims& claims) {
  const auto decoded = request.Header("x-amz-decoded-content-length");
  const auto length = request.Header("Content-Length");
  if (claims.aws_chunked) {
    if (!decoded) return S3Error(S3Code::kMissingContentLength);
    TARN_ASSIGN(claims.length, ParseLength("x-amz-decoded-content-length", *decoded));
  } else if (length) {
    TARN_ASSIGN(claims.length, ParseLength("Content-Length", *length));
  } else if (request.Header("Transfer-Encoding")) {
    return S3Error(S3Code::kMissingContentLength);
  }
  return {};
}

S3Status ReadContentMd5(const S3Request& request, PayloadClaims& claims) {
  const auto md5 = request.Header("Content-MD5");
  if (!md5) return {};
  if (!IsChecksumValue(Algorithm::kMd5, *md5)) {
    return S3Error(S3Code::kInvalidDigest).With("Content-MD5", std::string(*md5));
  }
  claims.content_md5 = *md5;
  return {};
}

S3Error MoreThanOne() {
  return Invalid("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
}

S3Status ReadChecksumHeader(const S3Request& request, PayloadClaims& claims) {
  for (const Algorithm algorithm : checksums::kS3Algorithms) {
    const std::string name = ChecksumHeader(algorithm);
    const auto value = request.Header(name);
    if (!value) continue;
    if (claims.checksum) return MoreThanOne();
    if (!IsChecksumValue(algorithm, *value)) return Invalid("Value for " + name + " header is invalid.");
    claims.checksum = algorithm;
    claims.checksum_value = *value;
  }
  return {};
}

S3Status ReadTrailerHeader(const S3Request& request, PayloadClaims& claims) {
  const auto trailer = request.Header("x-amz-trailer");
  if (!trailer) return {};
  if (!claims.trailers) return Invalid("x-amz-trailer needs an x-amz-content-sha256 that ends with -TRAILER.");
  if (claims.checksum) return MoreThanOne();
  for (const Algorithm algorithm : checksums::kS3Algorithms) {
    if (http::EqualsIgnoringCase(*trailer, ChecksumHeader(algorithm))) claims.checksum = algorithm;
  }
  if (!claims.checksum) return Invalid("The value specified in the x-amz-trailer header is not supported");
  return {};
}

S3Status CheckSdkAlgorithm(const S3Request& request, const PayloadClaims& claims) {
  const auto name = request.Header("x-amz-sdk-checksum-algorithm");
  if (!name) return {};
  const auto algorithm = checksums::ParseAlgorithm(*name);
  if (!algorithm || *algorithm == Algorithm::kMd5) {
    return Invalid("Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, "
                   "CRC32C, CRC64NVME, SHA1, SHA256]");
  }
  if (!claims.checksum) {
    return Invalid("x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer "
                   "headers were found.");
  }
  if (*claims.checksum != *algorithm) return Invalid("Value for x-amz-sdk-checksum-algorithm header is invalid.");
  return {};
}

}  // namespace

std::string ChecksumHeader(Algorithm algorithm) {
  return std::string("x-amz-checksum-") + checksums::AlgorithmName(algorithm);
}

bool IsChecksumValue(Algorithm algorithm, std::string_view value) {
  const auto bytes = checksums::FromBase64(value);
  return bytes && bytes->size() == checksums::ChecksumSize(algorithm);
}

S3Result<PayloadClaims> ReadPayloadClaims(const S3Request& request, bool checksum_headers) {
  PayloadClaims claims;
  TARN_TRY(ReadContentSha256(request, claims));
  TARN_TRY(ReadLength(request, claims));
  TARN_TRY(ReadContentMd5(request, claims));
  if (!checksum_headers) return claims;
  TARN_TRY(ReadChecksumHeader(request, claims));
  TARN_TRY(ReadTrailerHeader(request, claims));
  TARN_TRY(CheckSdkAlgorithm(request, claims));
  return claims;
}

}  // namespace tarn::extract::s3
