#include "services/extract/s3/wire/payload.h"

#include <algorithm>

#include "common/ids/ulid.h"
#include "services/extract/s3/wire/aws_chunked.h"
#include "services/extract/s3/wire/body_source.h"
#include "services/extract/s3/wire/payload_claims.h"

namespace tarn::extract::s3 {

using checksums::Algorithm;
using checksums::Checksum;

class Payload::Reader {
 public:
  Reader(S3Request& request, PayloadClaims claims, const PayloadOptions& options)
      : claims_(std::move(claims)), source_(request.http.body_reader.get()) {
    if (claims_.aws_chunked) {
      const auto& chunks = request.authenticated.chunks;
      chunked_.emplace(source_, ChunkedForm{claims_.signed_chunks, claims_.trailers, chunks ? &*chunks : nullptr,
                                            claims_.length});
    }
    if (claims_.content_sha256) content_sha256_ = Checksum::Make(Algorithm::kSha256);
    if (claims_.content_md5) content_md5_ = Checksum::Make(Algorithm::kMd5);
    if (claims_.checksum) computing_.emplace(*claims_.checksum, Checksum::Make(*claims_.checksum));
    for (const Algorithm algorithm : options.also_compute) computing_.emplace(algorithm, Checksum::Make(algorithm));
  }

  uint64_t length() const { return claims_.length; }
  const std::map<std::string, std::string>& checksums() const { return checksums_; }
  const std::optional<S3Error>& failure() const { return failure_; }

  S3Result<size_t> Read(char* into, size_t size) {
    if (failure_) return *failure_;
    auto count = ReadOn(into, size);
    if (!count.ok()) failure_ = count.error();
    return count;
  }

 private:
  S3Result<size_t> ReadOn(char* into, size_t size) {
    if (verified_) return size_t{0};
    TARN_ASSIGN(const size_t count, chunked_ ? chunked_->Read(into, size) : source_.Read(into, size));
    if (count == 0) {
      TARN_TRY(Verify());
      verified_ = true;
      return count;
    }
    const std::string_view bytes(into, count);
    received_ += count;
    if (content_sha256_) content_sha256_->Update(bytes);
    if (content_md5_) content_md5_->Update(bytes);
    for (auto& [algorithm, checksum] : computing_) checksum->Update(bytes);
    return count;
  }

  S3Status Verify() {
    // The transport has compared it with Content-Length, unless the request came another way.
    if (received_ != claims_.length) return S3Error(S3Code::kIncompleteBody);
    TARN_TRY(VerifyContentSha256());
    TARN_TRY(VerifyContentMd5());
    for (auto& [algorithm, checksum] : computing_) {
      checksums_[checksums::AlgorithmName(algorithm)] = checksum->FinishBase64();
    }
    TARN_TRY(TakeTrailer());
    return VerifyChecksum();
  }

  S3Status VerifyContentSha256() {
    if (!content_sha256_) return {};
    const std::string computed = ToHex(content_sha256_->Finish());
    if (computed == *claims_.content_sha256) return {};
    return S3Error(S3Code::kXAmzContentSha256Mismatch)
        .With("ClientComputedContentSHA256", *claims_.content_sha256)
        .With("S3ComputedContentSHA256", computed);
  }

  S3Status VerifyContentMd5() {
    if (!content_md5_) return {};
    const std::string computed = content_md5_->FinishBase64();
    if (computed == *claims_.content_md5) return {};
    return S3Error(S3Code::kBadDigest, "The Content-MD5 you specified did not match what we received.")
        .With("ExpectedDigest", *claims_.content_md5)
        .With("CalculatedDigest", computed);
  }

  // The trailers must be those that the headers announced.
  S3Status TakeTrailer() {
    if (!chunked_) return {};
    for (const auto& [name, value] : chunked_->trailers()) {
      const bool announced = claims_.checksum && !claims_.checksum_value && name == ChecksumHeader(*claims_.checksum);
      if (!announced || !IsChecksumValue(*claims_.checksum, value)) return S3Error(S3Code::kMalformedTrailerError);
      claims_.checksum_value = value;
    }
    if (claims_.checksum && !claims_.checksum_value) return S3Error(S3Code::kMalformedTrailerError);
    return {};
  }

  S3Status VerifyChecksum() {
    if (!claims_.checksum) return {};
    const std::string name = checksums::AlgorithmName(*claims_.checksum);
    if (checksums_[name] == *claims_.checksum_value) return {};
    std::string upper = name;
    for (char& c : upper) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    checksums_.clear();
    return S3Error(S3Code::kBadDigest, "The " + upper + " you specified did not match the calculated checksum.");
  }

  PayloadClaims claims_;
  BodySource source_;
  std::optional<AwsChunkedReader> chunked_;
  uint64_t received_ = 0;
  bool verified_ = false;
  std::optional<S3Error> failure_;
  std::unique_ptr<Checksum> content_sha256_, content_md5_;
  std::map<Algorithm, std::unique_ptr<Checksum>> computing_;
  std::map<std::string, std::string> checksums_;
};

Payload::Payload(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {}
Payload::~Payload() = default;

S3Result<std::unique_ptr<Payload>> Payload::Open(S3Request& request, PayloadOptions options) {
  TARN_ASSIGN(PayloadClaims claims, ReadPayloadClaims(request, options.checksum_headers));
  if (claims.length > options.max_bytes) {
    return S3Error(S3Code::kEntityTooLarge)
        .With("ProposedSize", std::to_string(claims.length))
        .With("MaxSizeAllowed", std::to_string(options.max_bytes));
  }
  return std::unique_ptr<Payload>(
      new Payload(std::make_unique<Reader>(request, std::move(claims), options)));
}

uint64_t Payload::length() const { return reader_->length(); }

S3Result<size_t> Payload::ReadSome(char* into, size_t size) { return reader_->Read(into, size); }

S3Result<std::string> Payload::ReadAll(uint64_t max_bytes) {
  if (length() > max_bytes) {
    return S3Error(S3Code::kMaxMessageLengthExceeded).With("MaxMessageLengthBytes", std::to_string(max_bytes));
  }
  constexpr size_t kBlock = 16 * 1024;
  std::string body;
  for (;;) {
    const size_t before = body.size();
    body.resize(before + kBlock);
    TARN_ASSIGN(const size_t count, ReadSome(body.data() + before, kBlock));
    body.resize(before + count);
    if (count == 0) return body;
  }
}

Result<size_t> Payload::Read(char* into, size_t size) {
  const auto count = ReadSome(into, size);
  if (count.ok()) return *count;
  const Code code = count.error().status >= 500 ? Code::kUnavailable : Code::kInvalidArgument;
  return Error(code, count.error().message).At("body");
}

const std::optional<S3Error>& Payload::failure() const { return reader_->failure(); }

const std::map<std::string, std::string>& Payload::checksums() const { return reader_->checksums(); }

std::string StoredContentEncoding(const http::Headers& headers) {
  std::string kept;
  std::string_view rest = headers.Find("Content-Encoding").value_or("");
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    std::string_view coding = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    while (coding.starts_with(' ')) coding.remove_prefix(1);
    while (coding.ends_with(' ')) coding.remove_suffix(1);
    if (coding.empty() || http::EqualsIgnoringCase(coding, "aws-chunked")) continue;
    kept.append(kept.empty() ? "" : ",").append(coding);
  }
  return kept;
}

}  // namespace tarn::extract::s3
