#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/s3_client/client.h"

#include <gtest/gtest.h>

#include "common/s3_client/digest.h"
#include "tests/unit/common/s3_client/client_fixture.h"

namespace tarn::s3_client {
namespace {

using testing::HasSubstr;

std::string EtagOf(const std::string& content) { return "ETag: \"" + ToHex(Md5(content)) + "\"\r\n"; }

TEST(S3Client, SendsTheChecksumAndComparesTheEtag) {
  std::string head;
  RawServer server([&](const auto& received) {
    head = received.head;
    return RawServer::Ok(200, "", EtagOf(received.body));
  });
  LabClient client(server);
  PutOptions options;
  options.metadata = {{"owner", "Zoë"}};
  options.tags = {{"kind", "a b"}};
  const auto put = client->PutObject("a b.json", "content", options);
  ASSERT_THAT(put, IsOk());
  EXPECT_EQ(put->etag, ToHex(Md5("content")));
  EXPECT_THAT(head, HasSubstr("PUT /raw/a%20b.json HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("Content-MD5: " + checksums::ToBase64(Md5("content")) + "\r\n"));
  EXPECT_THAT(head, HasSubstr("x-amz-content-sha256: " + ToHex(Sha256("content")) + "\r\n"));
  EXPECT_THAT(head, HasSubstr("x-amz-meta-owner: =?UTF-8?B?Wm/Dqw==?=\r\n"));
  EXPECT_THAT(head, HasSubstr("x-amz-tagging: kind=a%20b\r\n"));
}

TEST(S3Client, DoesNotBelieveAnEtagOfOtherContent) {
  RawServer server([](const auto&) { return RawServer::Ok(200, "", EtagOf("other")); });
  LabClient client(server);
  EXPECT_THAT(client->PutObject("k", "content"), HasError(Code::kUnavailable, "other content"));
}

TEST(S3Client, SendsTheWholeBodyAgainOnEveryTry) {
  std::vector<std::string> bodies;
  RawServer server([&](const auto& received) {
    bodies.push_back(received.body);
    if (received.number == 1) return RawServer::Answer{.close = true};
    if (received.number == 2) return Refuse(503, "SlowDown");
    return RawServer::Ok(200, "", EtagOf(received.body));
  });
  LabClient client(server);
  EXPECT_THAT(client->PutObject("k", "content"), IsOk());
  EXPECT_THAT(bodies, testing::ElementsAre("content", "content", "content"));
}

TEST(S3Client, KnowsItsOwnWriteWhenTheAnswerWasLost) {
  RawServer server([&](const auto& received) {
    if (received.number == 1) return RawServer::Answer{.close = true};
    if (received.head.starts_with("HEAD")) {
      return RawServer::Answer{"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n" + EtagOf("content") + "\r\n"};
    }
    return Refuse(412, "PreconditionFailed");
  });
  LabClient client(server);
  PutOptions options;
  options.if_none_match = true;
  EXPECT_THAT(client->PutObject("k", "content", options), IsOk());
}

TEST(S3Client, ReportsAFailedConditionOfTheFirstTry) {
  RawServer server([](const auto&) { return Refuse(412, "PreconditionFailed"); });
  LabClient client(server);
  PutOptions options;
  options.if_none_match = true;
  EXPECT_THAT(client->PutObject("k", "content", options), HasError(Code::kPreconditionFailed, "raw/k"));
  EXPECT_EQ(server.requests(), 1);
}

TEST(S3Client, MapsRefusalsToCodes) {
  const struct {
    int status;
    const char* code;
    Code expected;
    int requests;
  } cases[] = {
      {404, "NoSuchKey", Code::kNotFound, 1},
      {404, "NoSuchBucket", Code::kNotFound, 1},
      {403, "AccessDenied", Code::kPermissionDenied, 1},
      {403, "SignatureDoesNotMatch", Code::kUnauthenticated, 1},
      {403, "RequestTimeTooSkewed", Code::kUnauthenticated, 1},
      {409, "BucketAlreadyExists", Code::kConflict, 1},
      {400, "EntityTooLarge", Code::kTooLarge, 1},
      {400, "InvalidArgument", Code::kInvalidArgument, 1},
      {405, "MethodNotAllowed", Code::kMethodNotAllowed, 1},
      {501, "NotImplemented", Code::kMethodNotAllowed, 1},
      {507, "InsufficientStorage", Code::kResourceExhausted, 1},
      {400, "BadDigest", Code::kUnavailable, 3},
      {400, "RequestTimeout", Code::kUnavailable, 3},
      {409, "OperationAborted", Code::kUnavailable, 3},
      {500, "InternalError", Code::kUnavailable, 3},
      {429, "TooManyRequests", Code::kUnavailable, 3},
  };
  for (const auto& a : cases) {
    RawServer server([&](const auto&) { return Refuse(a.status, a.code, "why"); });
    LabClient client(server);
    EXPECT_THAT(client->ListObjects({}), HasError(a.expected, a.code)) << a.code;
    EXPECT_EQ(server.requests(), a.requests) << a.code;
  }
}

TEST(S3Client, SaysWhichRegionTheBucketIsIn) {
  RawServer server([](const auto&) { return RawServer::Ok(301, "", "x-amz-bucket-region: eu-west-1\r\n"); });
  LabClient client(server);
  EXPECT_THAT(client->HeadBucket(), HasError(Code::kInvalidArgument, "eu-west-1"));
}

TEST(S3Client, CutsWhatTheEndpointSays) {
  RawServer server([](const auto&) { return Refuse(400, "Odd", "line\nbreak" + std::string(100'000, 'x')); });
  LabClient client(server);
  const auto listed = client->ListObjects({});
  ASSERT_FALSE(listed.ok());
  EXPECT_LT(listed.error().message().size(), 500u);
  EXPECT_EQ(listed.error().message().find('\n'), std::string::npos);
}

TEST(S3Client, ReadsListings) {
  std::string head;
  RawServer server([&](const auto& received) {
    head = received.head;
    return RawServer::Ok(200,
                         "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
                         "<NextContinuationToken>t/1=</NextContinuationToken><Contents><Key>a+b%2Bc</Key>"
                         "<LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;e&quot;</ETag>"
                         "<Size>12</Size></Contents><CommonPrefixes><Prefix>d%2F</Prefix></CommonPrefixes>"
                         "</ListBucketResult>");
  });
  LabClient client(server);
  ListRequest request;
  request.prefix = "a b";
  request.continuation_token = "t/0=";
  const auto page = client->ListObjects(request);
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(head, HasSubstr("/raw?continuation-token=t%2F0%3D&encoding-type=url&list-type=2&max-keys=1000&prefix=a%20b "));
  ASSERT_EQ(page->objects.size(), 1u);
  EXPECT_EQ(page->objects[0].key, "a b+c");
  EXPECT_EQ(page->objects[0].etag, "e");
  EXPECT_EQ(page->objects[0].size_bytes, 12u);
  EXPECT_THAT(page->common_prefixes, testing::ElementsAre("d/"));
  EXPECT_EQ(page->next_token, "t/1=");
}

TEST(S3Client, DoesNotTakeOtherDocumentsForListings) {
  for (const char* body : {"", "<html/>", "{}", "<ListBucketResult><Contents/></ListBucketResult>"}) {
    RawServer server([&](const auto&) { return RawServer::Ok(200, body); });
    LabClient client(server);
    EXPECT_THAT(client->ListObjects({}), HasError(Code::kUnavailable, "")) << body;
  }
}

TEST(S3Client, SeesAFailureBehindAStatusOfSuccess) {
  RawServer server([](const auto& received) {
    return received.number < 3 ? Refuse(200, "InternalError")
                               : RawServer::Ok(200, "<CopyObjectResult><ETag>\"e\"</ETag></CopyObjectResult>");
  });
  LabClient client(server);
  CopyOptions from;
  from.source_key = "a b";
  const auto copied = client->CopyObject("k", from);
  ASSERT_THAT(copied, IsOk());
  EXPECT_EQ(copied->etag, "e");
  EXPECT_EQ(server.requests(), 3);
}

TEST(S3Client, DeletesWhatIsNotThere) {
  RawServer server([](const auto&) { return Refuse(404, "NoSuchKey"); });
  LabClient client(server);
  EXPECT_THAT(client->DeleteObject("k"), IsOk());
}

TEST(S3Client, AbortsAnUploadThatFails) {
  std::vector<std::string> lines;
  RawServer server([&](const auto& received) {
    lines.push_back(received.head.substr(0, received.head.find(' ')));
    if (received.head.starts_with("POST")) {
      return RawServer::Ok(200, "<Result><UploadId>u1</UploadId></Result>");
    }
    if (received.head.starts_with("DELETE")) return RawServer::Ok(204, "");
    return received.number == 2 ? RawServer::Ok(200, "", EtagOf(received.body)) : Refuse(403, "AccessDenied");
  });
  http_client::HttpClient http;
  Options options;
  options.endpoint = server.Url("");
  options.bucket = "raw";
  options.multipart_over_bytes = 1 << 20;
  auto client = Client::Make(options, http);
  ASSERT_THAT(client, IsOk());
  EXPECT_THAT((*client)->PutObject("k", std::string(9 << 20, 'x')), HasError(Code::kPermissionDenied, "UploadPart"));
  EXPECT_THAT(lines, testing::ElementsAre("POST", "PUT", "PUT", "DELETE"));
}

}  // namespace
}  // namespace tarn::s3_client
