#include "tests/unit/services/extract/s3/operations/door_lab.h"

namespace tarn::extract::s3 {
namespace {

using http::Method;

class ObjectTest : public DoorLab {
 protected:
  void EnableVersioning() {
    Answer(Method::kPut, "/bucket?versioning",
           "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
  }
};

TEST_F(ObjectTest, ComesBackWithWhatItWasPutWith) {
  const auto put = Answer(Method::kPut, "/bucket/k", "hello",
                          {{"Content-Type", "text/plain"},
                           {"X-Amz-Meta-Colour", "blue"},
                           {"x-amz-tagging", "a=1"},
                           {"Content-Encoding", "aws-chunked, gzip"},
                           {"Cache-Control", "no-cache"}});
  EXPECT_EQ(HeaderOf(put, "ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
  EXPECT_EQ(HeaderOf(put, "x-amz-version-id"), "");
  const auto got = Answer(Method::kGet, "/bucket/k");
  EXPECT_EQ(got.body, "hello");
  EXPECT_EQ(HeaderOf(got, "x-amz-meta-colour"), "blue");
  EXPECT_EQ(HeaderOf(got, "x-amz-tagging-count"), "1");
  EXPECT_EQ(HeaderOf(got, "Content-Encoding"), "gzip");
  EXPECT_EQ(HeaderOf(got, "Cache-Control"), "no-cache");
  const auto head = Answer(Method::kHead, "/bucket/k");
  EXPECT_EQ(head.stream_length, 5u);
}

TEST_F(ObjectTest, IsStreamedWhenItIsLarge) {
  std::string content;
  for (int i = 0; i < 200'000; ++i) content += static_cast<char>(i * 7);
  Answer(Method::kPut, "/bucket/large", content);
  auto answer = Send(Method::kGet, "/bucket/large");
  ASSERT_THAT(answer, IsS3Ok());
  ASSERT_TRUE(answer->stream);
  EXPECT_EQ(answer->stream_length, content.size());
  Answer(Method::kDelete, "/bucket/large");  // what is being read stays readable
  Produce(*answer);
  EXPECT_EQ(answer->body, content);
}

TEST_F(ObjectTest, ThatIsNotModifiedHasHeadersAndNoBody) {
  Answer(Method::kPut, "/bucket/k", "hello");
  const auto answer =
      Answer(Method::kGet, "/bucket/k", "", {{"If-None-Match", "\"5d41402abc4b2a76b9719d911017c592\""}});
  EXPECT_EQ(answer.status, 304);
  EXPECT_TRUE(answer.body.empty());
  EXPECT_EQ(HeaderOf(answer, "ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
}

TEST_F(ObjectTest, TellsOfDeleteMarkers) {
  EnableVersioning();
  const std::string first = HeaderOf(Answer(Method::kPut, "/bucket/k", "1"), "x-amz-version-id");
  const auto deleted = Answer(Method::kDelete, "/bucket/k");
  EXPECT_EQ(HeaderOf(deleted, "x-amz-delete-marker"), "true");
  const std::string marker = HeaderOf(deleted, "x-amz-version-id");
  const auto missing = Send(Method::kGet, "/bucket/k");
  ASSERT_THAT(missing, IsS3Error(S3Code::kNoSuchKey));
  EXPECT_EQ(missing.error().headers.Find("x-amz-delete-marker"), "true");
  EXPECT_EQ(missing.error().headers.Find("x-amz-version-id"), marker);
  EXPECT_THAT(Send(Method::kHead, "/bucket/k?versionId=" + marker), IsS3Error(S3Code::kMethodNotAllowed));
  EXPECT_THAT(Send(Method::kGet, "/bucket/k?versionId=nonsense"), IsS3Error(S3Code::kNoSuchVersion));
  EXPECT_EQ(Answer(Method::kGet, "/bucket/k?versionId=" + first).body, "1");
  Answer(Method::kDelete, "/bucket/k?versionId=" + marker);
  EXPECT_EQ(Answer(Method::kGet, "/bucket/k").body, "1");
}

TEST_F(ObjectTest, IsNotCopiedOntoItselfForNothing) {
  Answer(Method::kPut, "/bucket/k", "1", {{"x-amz-meta-a", "1"}});
  const Fields itself{{"x-amz-copy-source", "/bucket/k"}};
  EXPECT_THAT(Send(Method::kPut, "/bucket/k", "", itself), IsS3Error(S3Code::kInvalidRequest));
  Answer(Method::kPut, "/bucket/k", "",
         {{"x-amz-copy-source", "/bucket/k"}, {"x-amz-metadata-directive", "REPLACE"}});
  EXPECT_EQ(HeaderOf(Answer(Method::kHead, "/bucket/k"), "x-amz-meta-a"), "");
  EXPECT_THAT(Send(Method::kPut, "/bucket/x", "",
                   {{"x-amz-copy-source", "/bucket/k"}, {"x-amz-metadata-directive", "MOVE"}}),
              IsS3Error(S3Code::kInvalidArgument));
}

TEST_F(ObjectTest, LeavesItsOriginInTheEvents) {
  Answer(Method::kPut, "/bucket/k", "1");
  Answer(Method::kPut, "/bucket/c", "", {{"x-amz-copy-source", "bucket/k"}});
  Answer(Method::kDelete, "/bucket/k");
  const auto events = store_->ReadEvents(0, {});
  ASSERT_TRUE(events.ok());
  std::vector<std::string> operations;
  for (const auto& event : events->events) operations.push_back(event.operation);
  EXPECT_THAT(operations, testing::ElementsAre("put", "copy", "delete"));
}

TEST_F(ObjectTest, RefusesWhatItWouldNotDo) {
  for (const char* header : {"x-amz-server-side-encryption", "x-amz-object-lock-mode", "x-amz-grant-read",
                             "x-amz-website-redirect-location"}) {
    EXPECT_THAT(Send(Method::kPut, "/bucket/k", "x", {{header, "x"}}), IsS3Error(S3Code::kNotImplemented))
        << header;
  }
  EXPECT_THAT(Send(Method::kDelete, "/bucket/k", "", {{"If-Match", "x"}}),
              IsS3Error(S3Code::kNotImplemented));
  EXPECT_THAT(Send(Method::kGet, "/bucket/k"), IsS3Error(S3Code::kNoSuchKey));
}

}  // namespace
}  // namespace tarn::extract::s3
