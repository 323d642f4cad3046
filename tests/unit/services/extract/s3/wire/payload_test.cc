#include "services/extract/s3/wire/payload.h"

#include <gtest/gtest.h>

#include "common/ids/ulid.h"
#include "services/extract/s3/wire/signature.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

using checksums::Algorithm;
using checksums::Compute;
using checksums::ToBase64;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class PayloadTest : public testing::Test {
 protected:
  // Takes the request's x-amz-content-sha256 for granted, as after authentication.
  S3Result<std::string> Read(const std::string& body, Fields fields, PayloadOptions options = {},
                             std::optional<Error> failure = {}) {
    http_ = WireRequest(http::Method::kPut, "/raw/a", fields);
    http_.body_reader = std::make_unique<PiecewiseBody>(body, 7, failure);
    request_.emplace(S3Request{.http = http_, .bucket = "raw", .key = "a", .request_id = "1", .authenticated = {}});
    request_->authenticated.content_sha256 =
        std::string(http_.Header("x-amz-content-sha256").value_or("UNSIGNED-PAYLOAD"));
    TARN_ASSIGN(payload_, Payload::Open(*request_, options));
    return payload_->ReadAll(1 << 20);
  }

  static Fields Plain(const std::string& body, Fields more = {}) {
    more.emplace_back("Content-Length", std::to_string(body.size()));
    return more;
  }

  // As an unsigned aws-chunked body with these trailers.
  S3Result<std::string> ReadTrailing(const std::string& body, const std::string& trailers, Fields more = {}) {
    more.insert(more.end(), {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
                             {"Content-Encoding", "aws-chunked"},
                             {"x-amz-decoded-content-length", std::to_string(body.size())},
                             {"Transfer-Encoding", "chunked"}});
    char size[20];
    snprintf(size, sizeof size, "%zx\r\n", body.size());
    return Read(size + body + "\r\n0\r\n" + trailers + "\r\n", more);
  }

  http::Request http_;
  std::optional<S3Request> request_;
  std::unique_ptr<Payload> payload_;
};

const std::string kBody = "the quick brown fox";

TEST_F(PayloadTest, GivesThePlainBody) {
  const auto body = Read(kBody, Plain(kBody));
  ASSERT_THAT(body, IsS3Ok());
  EXPECT_EQ(*body, kBody);
  EXPECT_EQ(payload_->length(), kBody.size());
  EXPECT_THAT(payload_->checksums(), IsEmpty());
}

TEST_F(PayloadTest, IsEmptyWithoutABody) {
  http_ = WireRequest(http::Method::kGet, "/raw/a");
  request_.emplace(S3Request{.http = http_, .bucket = "raw", .key = "a", .request_id = "1", .authenticated = {}});
  request_->authenticated.content_sha256 = HexSha256("");
  auto payload = Payload::Open(*request_);
  ASSERT_THAT(payload, IsS3Ok());
  EXPECT_EQ(*(*payload)->ReadAll(10), "");
}

TEST_F(PayloadTest, ComparesWithTheSignedHash) {
  EXPECT_THAT(Read(kBody, Plain(kBody, {{"x-amz-content-sha256", HexSha256(kBody)}})), IsS3Ok());
  const auto answer = Read(kBody, Plain(kBody, {{"x-amz-content-sha256", HexSha256("other")}}));
  ASSERT_THAT(answer, IsS3Error(S3Code::kXAmzContentSha256Mismatch));
  EXPECT_THAT(answer.error().elements, ElementsAre(Pair("ClientComputedContentSHA256", HexSha256("other")),
                                                   Pair("S3ComputedContentSHA256", HexSha256(kBody))));
}

TEST_F(PayloadTest, RefusesUnknownKindsOfHash) {
  for (const char* value : {"", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD", "abc",
                            "unsigned-payload", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"}) {
    EXPECT_THAT(Read(kBody, Plain(kBody, {{"x-amz-content-sha256", value}})), IsS3Error(S3Code::kInvalidArgument))
        << value;
  }
}

TEST_F(PayloadTest, ComparesWithContentMd5) {
  EXPECT_THAT(Read(kBody, Plain(kBody, {{"Content-MD5", ToBase64(Compute(Algorithm::kMd5, kBody))}})), IsS3Ok());
  EXPECT_THAT(Read(kBody, Plain(kBody, {{"Content-MD5", ToBase64(Compute(Algorithm::kMd5, "x"))}})),
              IsS3Error(S3Code::kBadDigest));
  for (const char* value : {"", "x", "9e107d9d372bb6826bd81d3542a419d6", "AAAA", "!!!!!!!!!!!!!!!!!!!!!!=="}) {
    EXPECT_THAT(Read(kBody, Plain(kBody, {{"Content-MD5", value}})), IsS3Error(S3Code::kInvalidDigest)) << value;
  }
}

TEST_F(PayloadTest, ComparesWithEveryKindOfChecksum) {
  for (const Algorithm algorithm : checksums::kS3Algorithms) {
    const std::string name = checksums::AlgorithmName(algorithm), header = "x-amz-checksum-" + name;
    const std::string right = ToBase64(Compute(algorithm, kBody)), wrong = ToBase64(Compute(algorithm, "x"));
    EXPECT_THAT(Read(kBody, Plain(kBody, {{header, right}, {"x-amz-sdk-checksum-algorithm", name}})), IsS3Ok());
    EXPECT_THAT(payload_->checksums(), ElementsAre(Pair(name, right)));
    EXPECT_THAT(Read(kBody, Plain(kBody, {{header, wrong}})), IsS3Error(S3Code::kBadDigest));
    EXPECT_THAT(payload_->checksums(), IsEmpty());
    EXPECT_THAT(Read(kBody, Plain(kBody, {{header, "AAA"}})), IsS3Error(S3Code::kInvalidRequest));
    EXPECT_THAT(ReadTrailing(kBody, header + ":" + right + "\r\n", {{"x-amz-trailer", header}}), IsS3Ok());
    EXPECT_THAT(payload_->checksums(), ElementsAre(Pair(name, right)));
    EXPECT_THAT(ReadTrailing(kBody, header + ":" + wrong + "\r\n", {{"x-amz-trailer", header}}),
                IsS3Error(S3Code::kBadDigest));
  }
}

TEST_F(PayloadTest, TakesOneChecksumOnly) {
  const Fields crc32 = {{"x-amz-checksum-crc32", ToBase64(Compute(Algorithm::kCrc32, kBody))}};
  Fields both = crc32;
  both.emplace_back("x-amz-checksum-sha1", ToBase64(Compute(Algorithm::kSha1, kBody)));
  EXPECT_THAT(Read(kBody, Plain(kBody, both)), IsS3Error(S3Code::kInvalidRequest));
  Fields header_and_trailer = crc32;
  header_and_trailer.emplace_back("x-amz-trailer", "x-amz-checksum-crc32");
  EXPECT_THAT(ReadTrailing(kBody, "", header_and_trailer), IsS3Error(S3Code::kInvalidRequest));
}

TEST_F(PayloadTest, ChecksTheAlgorithmThatIsAnnounced) {
  const auto with = [&](const char* name) { return Plain(kBody, {{"x-amz-sdk-checksum-algorithm", name}}); };
  for (const char* name : {"CRC32", "MD5", "crc99", ""}) {
    EXPECT_THAT(Read(kBody, with(name)), IsS3Error(S3Code::kInvalidRequest)) << name;
  }
  Fields other = with("SHA256");
  other.emplace_back("x-amz-checksum-crc32", ToBase64(Compute(Algorithm::kCrc32, kBody)));
  EXPECT_THAT(Read(kBody, other), IsS3Error(S3Code::kInvalidRequest));
}

TEST_F(PayloadTest, WantsTheTrailersThatAreAnnounced) {
  const std::string crc32 = "x-amz-checksum-crc32:" + ToBase64(Compute(Algorithm::kCrc32, kBody)) + "\r\n";
  EXPECT_THAT(ReadTrailing(kBody, ""), IsS3Ok());
  EXPECT_THAT(ReadTrailing(kBody, crc32), IsS3Error(S3Code::kMalformedTrailerError));
  EXPECT_THAT(ReadTrailing(kBody, "", {{"x-amz-trailer", "x-amz-checksum-crc32"}}),
              IsS3Error(S3Code::kMalformedTrailerError));
  EXPECT_THAT(ReadTrailing(kBody, crc32, {{"x-amz-trailer", "x-amz-checksum-sha1"}}),
              IsS3Error(S3Code::kMalformedTrailerError));
  EXPECT_THAT(ReadTrailing(kBody, "x-amz-checksum-crc32:x\r\n", {{"x-amz-trailer", "x-amz-checksum-crc32"}}),
              IsS3Error(S3Code::kMalformedTrailerError));
  EXPECT_THAT(ReadTrailing(kBody, "", {{"x-amz-trailer", "x-other"}}), IsS3Error(S3Code::kInvalidRequest));
  EXPECT_THAT(Read(kBody, Plain(kBody, {{"x-amz-trailer", "x-amz-checksum-crc32"}})),
              IsS3Error(S3Code::kInvalidRequest));
}

TEST_F(PayloadTest, LeavesTheChecksumHeadersAloneIfTold) {
  PayloadOptions options;
  options.checksum_headers = false;
  EXPECT_THAT(Read(kBody, Plain(kBody, {{"x-amz-checksum-crc32", "AAAAAA=="}}), options), IsS3Ok());
}

TEST_F(PayloadTest, ComputesWhatIsWantedBesides) {
  PayloadOptions options;
  options.also_compute = {Algorithm::kCrc64Nvme, Algorithm::kCrc32};
  const std::string crc32 = ToBase64(Compute(Algorithm::kCrc32, kBody));
  EXPECT_THAT(Read(kBody, Plain(kBody, {{"x-amz-checksum-crc32", crc32}}), options), IsS3Ok());
  EXPECT_THAT(payload_->checksums(), ElementsAre(Pair("crc32", crc32),
                                                 Pair("crc64nvme", ToBase64(Compute(Algorithm::kCrc64Nvme, kBody)))));
}

TEST_F(PayloadTest, NeedsALength) {
  EXPECT_THAT(Read(kBody, {{"Transfer-Encoding", "chunked"}}), IsS3Error(S3Code::kMissingContentLength));
  EXPECT_THAT(Read(kBody, Plain(kBody, {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}})),
              IsS3Error(S3Code::kMissingContentLength));
  for (const char* length : {"", "-1", "1x", "99999999999999999999"}) {
    EXPECT_THAT(Read(kBody, Plain(kBody, {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
                                          {"x-amz-decoded-content-length", length}})),
                IsS3Error(S3Code::kInvalidArgument))
        << length;
  }
}

TEST_F(PayloadTest, RefusesBodiesOverTheLimitBeforeReadingThem) {
  PayloadOptions options;
  options.max_bytes = kBody.size() - 1;
  EXPECT_THAT(Read(kBody, Plain(kBody), options), IsS3Error(S3Code::kEntityTooLarge));
  const std::string large((1 << 20) + 1, 'x');
  EXPECT_THAT(Read(large, Plain(large)), IsS3Error(S3Code::kMaxMessageLengthExceeded));
}

TEST_F(PayloadTest, NoticesBodiesShorterOrLongerThanDeclared) {
  EXPECT_THAT(Read(kBody, {{"Content-Length", "20"}}), IsS3Error(S3Code::kIncompleteBody));
  EXPECT_THAT(Read(kBody, {{"Content-Length", "18"}}), IsS3Error(S3Code::kIncompleteBody));
  EXPECT_THAT(Read(kBody, {{"Content-Length", "20"}}, {}, Error(Code::kCancelled, "gone")),
              IsS3Error(S3Code::kIncompleteBody));
  EXPECT_THAT(Read(kBody, {{"Content-Length", "20"}}, {}, Error(Code::kDeadlineExceeded, "slow")),
              IsS3Error(S3Code::kRequestTimeout));
}

TEST_F(PayloadTest, StaysFailed) {
  EXPECT_THAT(Read(kBody, Plain(kBody, {{"Content-MD5", ToBase64(Compute(Algorithm::kMd5, "x"))}})),
              IsS3Error(S3Code::kBadDigest));
  char byte;
  EXPECT_THAT(payload_->ReadSome(&byte, 1), IsS3Error(S3Code::kBadDigest));
  EXPECT_THAT(payload_->Read(&byte, 1), HasError(Code::kInvalidArgument, "Content-MD5"));
  EXPECT_EQ(payload_->failure()->code, S3Code::kBadDigest);
}

TEST(StoredContentEncoding, LeavesTheTransfersOut) {
  const auto stored = [](const char* value) {
    http::Headers headers;
    headers.Add("Content-Encoding", value);
    return StoredContentEncoding(headers);
  };
  EXPECT_EQ(stored("aws-chunked"), "");
  EXPECT_EQ(stored("aws-chunked,gzip"), "gzip");
  EXPECT_EQ(stored("gzip , AWS-Chunked, br"), "gzip,br");
  EXPECT_EQ(stored("gzip"), "gzip");
  EXPECT_EQ(StoredContentEncoding({}), "");
}

}  // namespace
}  // namespace tarn::extract::s3
