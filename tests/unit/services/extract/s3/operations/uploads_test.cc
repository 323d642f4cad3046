#include "common/checksums/checksum.h"
#include "common/sqlite/database.h"
#include "tests/unit/services/extract/s3/operations/door_lab.h"

namespace tarn::extract::s3 {
namespace {

using http::Method;

class UploadsTest : public DoorLab {
 protected:
  std::string Begin(const std::string& key, Fields fields = {}) {
    return TextOf(Answer(Method::kPost, "/bucket/" + key + "?uploads", "", std::move(fields)), "UploadId");
  }
  std::string PutPart(const std::string& key, const std::string& id, int number, const std::string& content) {
    return HeaderOf(Answer(Method::kPut, Target(key, id) + "&partNumber=" + std::to_string(number), content),
                    "ETag");
  }
  static std::string Target(const std::string& key, const std::string& id) {
    return "/bucket/" + key + "?uploadId=" + id;
  }
  static std::string Parts(const std::vector<std::pair<int, std::string>>& parts) {
    std::string document = "<CompleteMultipartUpload>";
    for (const auto& [number, etag] : parts) {
      document +=
          "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>" + etag + "</ETag></Part>";
    }
    return document + "</CompleteMultipartUpload>";
  }
};

TEST_F(UploadsTest, AnswersAgainWhenTheFirstAnswerWasLost) {
  const std::string id = Begin("k");
  const std::string parts = Parts({{1, PutPart("k", id, 1, "hello")}});
  const auto first = Answer(Method::kPost, Target("k", id), parts);
  const auto second = Answer(Method::kPost, Target("k", id), parts);
  EXPECT_NE(TextOf(first, "ETag"), "");
  EXPECT_EQ(TextOf(first, "ETag"), TextOf(second, "ETag"));
  EXPECT_THAT(Send(Method::kPost, Target("k", id), Parts({{1, "other"}})), IsS3Error(S3Code::kNoSuchUpload));
}

// Such an answer begins before the parts are joined, with a status that cannot be taken back.
TEST_F(UploadsTest, RefusesLongWorkBeforeItsAnswerBegins) {
  const std::string id = Begin("k");
  const std::string first = PutPart("k", id, 1, "hello"), second = PutPart("k", id, 2, "hello");
  {
    auto index = sqlite::Database::Open(directory_ / "lake" / ".tarn" / "index.db", {});
    ASSERT_TRUE(index.ok());
    auto grow = (*index)->Prepare("UPDATE upload_parts SET size_bytes = 2147483648 WHERE number = 1");
    ASSERT_TRUE(grow.ok());
    ASSERT_TRUE(grow->Run().ok());
  }
  const auto complete = [&](const std::vector<std::pair<int, std::string>>& parts, Fields fields = {}) {
    return Send(Method::kPost, Target("k", id), Parts(parts), std::move(fields));
  };
  EXPECT_THAT(complete({{2, second}, {1, first}}), IsS3Error(S3Code::kInvalidPartOrder));
  EXPECT_THAT(complete({{1, first}, {3, second}}), IsS3Error(S3Code::kInvalidPart));
  EXPECT_THAT(complete({{1, "other"}, {2, second}}), IsS3Error(S3Code::kInvalidPart));
  EXPECT_THAT(complete({{1, first}}, {{"x-amz-mp-object-size", "5"}}), IsS3Error(S3Code::kInvalidRequest));
  EXPECT_THAT(complete({{1, first}}, {{"If-Match", "x"}}), IsS3Error(S3Code::kNoSuchKey));
  const std::string etag = HeaderOf(Answer(Method::kPut, "/bucket/k", "x"), "ETag");
  EXPECT_THAT(complete({{1, first}}, {{"If-Match", "x"}}), IsS3Error(S3Code::kPreconditionFailed));
  EXPECT_THAT(complete({{1, first}}, {{"If-None-Match", "*"}}), IsS3Error(S3Code::kPreconditionFailed));
  const auto begun = complete({{1, first}, {2, second}}, {{"If-Match", etag}});
  ASSERT_THAT(begun, IsS3Ok());
  EXPECT_TRUE(begun->stream);
}

TEST_F(UploadsTest, ChecksTheChecksumOfTheWhole) {
  const std::string crc = checksums::ToBase64(checksums::Compute(checksums::Algorithm::kCrc32, "hello"));
  const std::string id =
      Begin("k", {{"x-amz-checksum-algorithm", "CRC32"}, {"x-amz-checksum-type", "FULL_OBJECT"}});
  const std::string parts = Parts({{1, PutPart("k", id, 1, "hello")}});
  EXPECT_THAT(Send(Method::kPost, Target("k", id), parts, {{"x-amz-checksum-crc32", "AAAAAA=="}}),
              IsS3Error(S3Code::kBadDigest));
  EXPECT_THAT(Send(Method::kPost, Target("k", id), parts, {{"x-amz-mp-object-size", "6"}}),
              IsS3Error(S3Code::kInvalidRequest));
  const auto done = Answer(Method::kPost, Target("k", id), parts, {{"x-amz-checksum-crc32", crc}});
  EXPECT_EQ(TextOf(done, "ChecksumCRC32"), crc);
  EXPECT_EQ(TextOf(done, "ChecksumType"), "FULL_OBJECT");
  EXPECT_EQ(HeaderOf(Answer(Method::kHead, "/bucket/k", "", {{"x-amz-checksum-mode", "ENABLED"}}),
                     "x-amz-checksum-crc32"),
            crc);
}

TEST_F(UploadsTest, KnowWhichKindsOfChecksumThereAre) {
  for (const auto& [algorithm, type] :
       Fields{{"SHA256", "FULL_OBJECT"}, {"CRC64NVME", "COMPOSITE"}, {"CRC32", "BOTH"}}) {
    EXPECT_THAT(Send(Method::kPost, "/bucket/k?uploads", "",
                     {{"x-amz-checksum-algorithm", algorithm}, {"x-amz-checksum-type", type}}),
                IsS3Error(S3Code::kInvalidRequest))
        << algorithm;
  }
  EXPECT_THAT(Send(Method::kPost, "/bucket/k?uploads", "", {{"x-amz-checksum-algorithm", "MD5"}}),
              IsS3Error(S3Code::kInvalidRequest));
}

TEST_F(UploadsTest, AreListedInPagesWithTheirPrefixes) {
  for (const char* key : {"a", "a", "b/1", "b/2", "c"}) Begin(key);
  const auto page = Answer(Method::kGet, "/bucket?uploads&delimiter=/&max-uploads=3");
  EXPECT_EQ(TextOf(page, "IsTruncated"), "true");
  EXPECT_EQ(TextOf(page, "NextKeyMarker"), "b/");
  const auto rest = Answer(Method::kGet, "/bucket?uploads&delimiter=/&key-marker=b/");
  EXPECT_EQ(TextOf(rest, "Key"), "c");
  EXPECT_EQ(rest.body.find("CommonPrefixes"), std::string::npos);
}

TEST_F(UploadsTest, RefusePartsAndUploadsThatAreNot) {
  const std::string id = Begin("k");
  EXPECT_THAT(Send(Method::kPost, Target("k", id), Parts({{1, "x"}})), IsS3Error(S3Code::kInvalidPart));
  EXPECT_THAT(Send(Method::kPost, Target("k", id), Parts({})), IsS3Error(S3Code::kMalformedXml));
  EXPECT_THAT(Send(Method::kPost, Target("other", id), Parts({{1, "x"}})), IsS3Error(S3Code::kNoSuchUpload));
  EXPECT_THAT(Send(Method::kPut, Target("k", id) + "&partNumber=10001", "x"),
              IsS3Error(S3Code::kInvalidArgument));
  EXPECT_THAT(Send(Method::kPut, Target("k", id) + "&partNumber=", "x"), IsS3Error(S3Code::kInvalidArgument));
  EXPECT_THAT(Send(Method::kPut, Target("k", "nonsense") + "&partNumber=1", "x"),
              IsS3Error(S3Code::kNoSuchUpload));
  EXPECT_THAT(Send(Method::kPost, "/bucket/a//b?uploads"), IsS3Error(S3Code::kInvalidArgument));
}

}  // namespace
}  // namespace tarn::extract::s3
