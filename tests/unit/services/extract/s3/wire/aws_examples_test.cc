// The examples that AWS publishes with signatures: "Examples: Signature Calculations in AWS Signature Version 4",
// "... (using query parameters)" and "... transferring payload in multiple chunks", Amazon S3 API reference.

#include <gtest/gtest.h>

#include "services/extract/s3/wire/aws_chunked.h"
#include "services/extract/s3/wire/signature.h"
#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

using http::Method;

constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
constexpr const char* kEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

S3Result<Verified> Verify(const http::Request& request) {
  TARN_ASSIGN(const auto credentials, ReadCredentials(request));
  EXPECT_EQ(credentials->key_id, "AKIAIOSFODNN7EXAMPLE");
  EXPECT_EQ(credentials->region, "us-east-1");
  return VerifySignature(request, *credentials, kSecret);
}

std::string Authorization(const std::string& headers, const std::string& signature) {
  return "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=" +
         headers + ",Signature=" + signature;
}

const std::pair<std::string, std::string> kHost = {"Host", "examplebucket.s3.amazonaws.com"};
const std::pair<std::string, std::string> kDate = {"x-amz-date", "20130524T000000Z"};

TEST(AwsExamples, GetObject) {
  const auto request = WireRequest(
      Method::kGet, "/test.txt",
      {kHost, kDate, {"Range", "bytes=0-9"}, {"x-amz-content-sha256", kEmpty},
       {"Authorization", Authorization("host;range;x-amz-content-sha256;x-amz-date",
                                       "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")}});
  const auto verified = Verify(request);
  ASSERT_THAT(verified, IsS3Ok());
  EXPECT_EQ(verified->content_sha256, kEmpty);
}

TEST(AwsExamples, PutObject) {
  const auto request = WireRequest(
      Method::kPut, "/test%24file.text",
      {kHost, kDate, {"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
       {"x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"},
       {"Authorization", Authorization("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                                       "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")}});
  EXPECT_THAT(Verify(request), IsS3Ok());
  // The same path, spelled otherwise.
  auto spelled = WireRequest(Method::kPut, "/test$file.text");
  spelled.headers = request.headers;
  EXPECT_THAT(Verify(spelled), IsS3Ok());
}

TEST(AwsExamples, GetBucketLifecycle) {
  for (const char* target : {"/?lifecycle", "/?lifecycle="}) {
    EXPECT_THAT(Verify(WireRequest(
                    Method::kGet, target,
                    {kHost, kDate, {"x-amz-content-sha256", kEmpty},
                     {"Authorization", Authorization("host;x-amz-content-sha256;x-amz-date",
                                                     "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")}})),
                IsS3Ok());
  }
}

TEST(AwsExamples, ListObjects) {
  for (const char* target : {"/?max-keys=2&prefix=J", "/?prefix=J&max-keys=2", "/?prefix=%4a&max-keys=2"}) {
    EXPECT_THAT(Verify(WireRequest(
                    Method::kGet, target,
                    {kHost, kDate, {"x-amz-content-sha256", kEmpty},
                     {"Authorization", Authorization("host;x-amz-content-sha256;x-amz-date",
                                                     "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")}})),
                IsS3Ok());
  }
}

TEST(AwsExamples, PresignedGet) {
  const std::string target =
      "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2F"
      "aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=";
  const std::string signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
  EXPECT_THAT(Verify(WireRequest(Method::kGet, target + signature, {kHost})), IsS3Ok());
  EXPECT_THAT(Verify(WireRequest(Method::kPut, target + signature, {kHost})),
              IsS3Error(S3Code::kSignatureDoesNotMatch));
}

http::Request ChunkedPut(const std::string& content_sha256, const std::string& seed, Fields more,
                         const std::string& headers) {
  Fields fields = {{"Host", "s3.amazonaws.com"}, kDate, {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                   {"Content-Encoding", "aws-chunked"}, {"x-amz-decoded-content-length", "66560"},
                   {"x-amz-content-sha256", content_sha256}, {"Authorization", Authorization(headers, seed)}};
  fields.insert(fields.end(), more.begin(), more.end());
  return WireRequest(Method::kPut, "/examplebucket/chunkObject.txt", fields);
}

// Reads the whole body; the content that came.
S3Result<std::string> Decode(std::string body, size_t step, const ChunkedForm& form,
                             std::map<std::string, std::string>* trailers = nullptr) {
  PiecewiseBody pieces(std::move(body), step);
  BodySource source(&pieces);
  AwsChunkedReader reader(source, form);
  std::string content(1 << 17, '\0');
  size_t size = 0;
  for (;;) {
    TARN_ASSIGN(const size_t count, reader.Read(content.data() + size, content.size() - size));
    if (count == 0) break;
    size += count;
  }
  if (trailers) *trailers = reader.trailers();
  content.resize(size);
  return content;
}

TEST(AwsExamples, PutInSignedChunks) {
  const auto request = ChunkedPut(
      "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
      {{"Content-Length", "66824"}},
      "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
      "x-amz-storage-class");
  const auto verified = Verify(request);
  ASSERT_THAT(verified, IsS3Ok());
  const std::string body =
      "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
      std::string(65'536, 'a') +
      "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
      std::string(1'024, 'a') +
      "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
  ASSERT_EQ(body.size(), 66'824u);
  for (const size_t step : {1, 7, 1'000, 1'000'000}) {
    const auto content = Decode(body, step, {true, false, &verified->chunks, 66'560});
    ASSERT_THAT(content, IsS3Ok());
    EXPECT_EQ(*content, std::string(66'560, 'a'));
  }
  std::string changed = body;
  changed[40'000] = 'b';
  EXPECT_THAT(Decode(changed, 1'000, {true, false, &verified->chunks, 66'560}),
              IsS3Error(S3Code::kSignatureDoesNotMatch));
}

TEST(AwsExamples, PutInSignedChunksWithATrailer) {
  const auto request = ChunkedPut(
      "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
      {{"x-amz-trailer", "x-amz-checksum-crc32c"}},
      "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;"
      "x-amz-trailer");
  const auto verified = Verify(request);
  ASSERT_THAT(verified, IsS3Ok());
  const std::string chunks =
      "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n" +
      std::string(65'536, 'a') +
      "\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n" +
      std::string(1'024, 'a') +
      "\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n";
  const std::string trailer =
      "x-amz-checksum-crc32c:sOO8/Q==\r\n"
      "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";
  const ChunkedForm form = {true, true, &verified->chunks, 66'560};
  std::map<std::string, std::string> trailers;
  ASSERT_THAT(Decode(chunks + trailer, 1'000, form, &trailers), IsS3Ok());
  EXPECT_EQ(trailers, (std::map<std::string, std::string>{{"x-amz-checksum-crc32c", "sOO8/Q=="}}));
  std::string changed = trailer;
  changed[changed.find("sOO8")] = 't';
  EXPECT_THAT(Decode(chunks + changed, 1'000, form), IsS3Error(S3Code::kSignatureDoesNotMatch));
  EXPECT_THAT(Decode(chunks + "\r\n", 1'000, form), IsS3Error(S3Code::kMalformedTrailerError));
}

}  // namespace
}  // namespace tarn::extract::s3
