#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/checksums/checksum.h"
#include "services/extract/s3/wire/s3_error.h"
#include "services/extract/s3/wire/s3_request.h"

namespace tarn::extract::s3 {

/// What a request's headers say of its body.
struct PayloadClaims {
  bool aws_chunked = false;
  bool signed_chunks = false;
  bool trailers = false;
  uint64_t length = 0;                              ///< of the content, without framing
  std::optional<std::string> content_sha256;        ///< 64 hexadecimal digits
  std::optional<std::string> content_md5;           ///< base64
  std::optional<checksums::Algorithm> checksum;     ///< that of the S3 checksum header or trailer
  std::optional<std::string> checksum_value;        ///< base64; absent if it comes in a trailer
};

/// Reads and checks them. Errors: MissingContentLength, InvalidDigest, InvalidRequest, InvalidArgument.
S3Result<PayloadClaims> ReadPayloadClaims(const S3Request& request, bool checksum_headers);

/// "x-amz-checksum-crc32c".
std::string ChecksumHeader(checksums::Algorithm algorithm);

/// Whether `value` is base64 of as many bytes as the algorithm has.
bool IsChecksumValue(checksums::Algorithm algorithm, std::string_view value);

}  // namespace tarn::extract::s3
