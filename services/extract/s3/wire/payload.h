#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/checksums/checksum.h"
#include "common/http/message.h"
#include "services/extract/s3/wire/s3_error.h"
#include "services/extract/s3/wire/s3_request.h"

namespace tarn::extract::s3 {

struct PayloadOptions {
  uint64_t max_bytes = uint64_t{5} << 30;  ///< EntityTooLarge over it
  /// Compare the body with x-amz-checksum-* headers. Off for CompleteMultipartUpload, whose headers speak of the object.
  bool checksum_headers = true;
  /// Computed besides what the request names, and found in checksums() afterwards.
  std::vector<checksums::Algorithm> also_compute;
};

/// The body of a request as the client meant it: aws-chunked framing taken off, and everything that the request says
/// of it verified: its length, Content-MD5, x-amz-content-sha256, the chunks' and the trailer's signatures,
/// x-amz-checksum-* in headers or trailers. Nothing of what was read may be believed before the end was read without
/// an error. Reading blocks. One thread.
class Payload : public http::BodyReader {
 public:
  /// Looks at the headers only: the client is asked for the body (100 Continue) at the first read. The request must
  /// outlive the payload. A request without a body has an empty payload.
  /// Errors: MissingContentLength, EntityTooLarge, InvalidDigest, InvalidRequest, InvalidArgument.
  static S3Result<std::unique_ptr<Payload>> Open(S3Request& request, PayloadOptions options = {});
  ~Payload() override;

  /// The size of the content in bytes, known from the headers.
  uint64_t length() const;

  /// Fills up to `size` bytes and returns how many; 0 is the end, and everything holds. Errors: BadDigest,
  /// XAmzContentSHA256Mismatch, IncompleteBody, InvalidChunkSizeError, MalformedTrailerError, SignatureDoesNotMatch,
  /// RequestTimeout. The same again once it failed.
  S3Result<size_t> ReadSome(char* into, size_t size);
  /// The whole body. Errors: as ReadSome, MaxMessageLengthExceeded over `max_bytes`.
  S3Result<std::string> ReadAll(uint64_t max_bytes);

  /// ReadSome() for those who know nothing of S3: failure() has the S3 error afterwards.
  Result<size_t> Read(char* into, size_t size) override;
  const std::optional<S3Error>& failure() const;

  /// Once the end was read: by algorithm ("crc32c") the checksum in base64: those that the request named and that hold,
  /// and those of PayloadOptions::also_compute.
  const std::map<std::string, std::string>& checksums() const;

 private:
  class Reader;
  explicit Payload(std::unique_ptr<Reader> reader);
  std::unique_ptr<Reader> reader_;
};

/// The request's Content-Encoding without "aws-chunked", which is of the transfer and not of the object. May be empty.
std::string StoredContentEncoding(const http::Headers& headers);

}  // namespace tarn::extract::s3
