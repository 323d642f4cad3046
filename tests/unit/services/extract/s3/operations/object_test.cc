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

TEST_F(ObjectTest, IsShownAsSomethingElseOnlyToThoseWithCredentials) {
  Answer(Method::kPut, "/bucket/k", "<script>");
  EXPECT_THAT(Send(Method::kGet, "/bucket/k?response-content-type=text/html"), IsS3Error(S3Code::kInvalidRequest));
  EXPECT_THAT(Send(Method::kHead, "/bucket/k?response-expires=never"), IsS3Error(S3Code::kInvalidRequest));
  const auto shown =
      Answer(Method::kGet, "/bucket/k?response-content-type=text/csv", "", {{"Authorization", "AWS4-HMAC-SHA256 ..."}});
  EXPECT_EQ(HeaderOf(shown, "Content-Type"), "text/csv");
}

TEST_F(ObjectTest, IsDeletedOnTheConditionThatItIsStillTheSame) {
  const std::string etag = HeaderOf(Answer(Method::kPut, "/bucket/k", "hello"), "ETag");
  const std::string other = HeaderOf(Answer(Method::kPut, "/bucket/k", "world"), "ETag");
  EXPECT_THAT(Send(Method::kDelete, "/bucket/k", "", {{"If-Match", etag}}), IsS3Error(S3Code::kPreconditionFailed));
  EXPECT_EQ(Answer(Method::kGet, "/bucket/k").body, "world");
  EXPECT_EQ(Answer(Method::kDelete, "/bucket/k", "", {{"If-Match", other}}).status, 204);
  EXPECT_THAT(Send(Method::kGet, "/bucket/k"), IsS3Error(S3Code::kNoSuchKey));
  for (const char* missing : {"/bucket/k", "/bucket/folder/"}) {
    EXPECT_THAT(Send(Method::kDelete, missing, "", {{"If-Match", other}}), IsS3Error(S3Code::kNoSuchKey)) << missing;
  }
}

TEST_F(ObjectTest, KeepsNoHeadersThatAreNotUtf8) {
  for (const char* name : {"Content-Disposition", "Cache-Control", "Content-Language", "Expires", "Content-Type",
                           "Content-Encoding"}) {
    EXPECT_THAT(Send(Method::kPut, "/bucket/k", "x", {{name, "caf\xe9"}}), IsS3Error(S3Code::kInvalidArgument)) << name;
    EXPECT_THAT(Send(Method::kPost, "/bucket/k?uploads", "", {{name, "caf\xe9"}}), IsS3Error(S3Code::kInvalidArgument));
  }
  Answer(Method::kPut, "/bucket/k", "x", {{"Content-Disposition", "attachment; filename=\"caf\xc3\xa9\""}});
  EXPECT_EQ(HeaderOf(Answer(Method::kGet, "/bucket/k"), "Content-Disposition"),
            "attachment; filename=\"caf\xc3\xa9\"");
}

TEST_F(ObjectTest, TakesMetadataFromAPresignedQuery) {
  const std::string query = "?X-Amz-Signature=x&x-amz-meta-Colour=dark%20blue&x-amz-meta-a=query";
  Answer(Method::kPut, "/bucket/unsigned" + query, "x");
  EXPECT_EQ(HeaderOf(Answer(Method::kHead, "/bucket/unsigned"), "x-amz-meta-colour"), "");
  key_id_ = "TARNAAAAAAAAAAAAAAAA";  // from here on the signature has been verified
  Answer(Method::kPut, "/bucket/k" + query, "x", {{"x-amz-meta-a", "header"}});
  const auto head = Answer(Method::kHead, "/bucket/k");
  EXPECT_EQ(HeaderOf(head, "x-amz-meta-colour"), "dark blue");
  EXPECT_EQ(HeaderOf(head, "x-amz-meta-a"), "header");
  for (const char* bad : {"x-amz-meta-a=b%0d%0ac", "x-amz-meta-a%0d%0ab=c", "x-amz-meta-a%20b=c"}) {
    EXPECT_THAT(Send(Method::kPut, std::string("/bucket/k?X-Amz-Signature=x&") + bad, "x"),
                IsS3Error(S3Code::kInvalidArgument))
        << bad;
  }
  Answer(Method::kPut, "/bucket/k?x-amz-meta-b=c", "x");  // signed in the header: no metadata in the query
  EXPECT_EQ(HeaderOf(Answer(Method::kHead, "/bucket/k"), "x-amz-meta-b"), "");
}

TEST_F(ObjectTest, RefusesWhatItWouldNotDo) {
  for (const char* header : {"x-amz-server-side-encryption", "x-amz-object-lock-mode", "x-amz-grant-read",
                             "x-amz-website-redirect-location"}) {
    EXPECT_THAT(Send(Method::kPut, "/bucket/k", "x", {{header, "x"}}), IsS3Error(S3Code::kNotImplemented))
        << header;
  }
  for (const char* condition : {"*", "\"a\", \"b\"", ""}) {
    EXPECT_THAT(Send(Method::kDelete, "/bucket/k", "", {{"If-Match", condition}}),
                IsS3Error(S3Code::kNotImplemented));
  }
  EXPECT_THAT(Send(Method::kDelete, "/bucket/k", "", {{"x-amz-if-match-size", "1"}}),
              IsS3Error(S3Code::kNotImplemented));
  EXPECT_THAT(Send(Method::kDelete, "/bucket/k?versionId=null", "", {{"If-Match", "x"}}),
              IsS3Error(S3Code::kNotImplemented));
  EXPECT_THAT(Send(Method::kGet, "/bucket/k"), IsS3Error(S3Code::kNoSuchKey));
}

}  // namespace
}  // namespace tarn::extract::s3
