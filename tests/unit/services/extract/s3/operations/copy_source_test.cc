#include "services/extract/s3/operations/copy_source.h"

#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

S3Result<CopySource> Read(const std::string& header) {
  http::Request request = WireRequest(http::Method::kPut, "/b/k", {{"x-amz-copy-source", header}});
  const S3Request s3_request{
      .http = request, .bucket = "b", .key = "k", .request_id = "", .authenticated = {}};
  return ReadCopySource(s3_request);
}

TEST(CopySource, IsReadInAllItsForms) {
  const struct {
    const char *header, *bucket, *key, *version;
  } cases[] = {{"/b/k", "b", "k", ""},
               {"b/k", "b", "k", ""},
               {"b%2Fa/b%20c", "b", "a/b c", ""},
               {"/b/k?versionId=v1", "b", "k", "v1"},
               {"/b/a%3FversionId=x?versionId=v1", "b", "a?versionId=x", "v1"},
               {"/b/a+b", "b", "a+b", ""}};
  for (const auto& [header, bucket, key, version] : cases) {
    const auto source = Read(header);
    ASSERT_THAT(source, IsS3Ok()) << header;
    EXPECT_EQ(source->bucket, bucket) << header;
    EXPECT_EQ(source->key, key) << header;
    EXPECT_EQ(source->version, version) << header;
  }
}

TEST(CopySource, MustNameBucketAndKey) {
  for (const char* header : {"", "/", "b", "/b", "/b/", "//k", "/b/%zz", "/b/k?versionId="}) {
    EXPECT_THAT(Read(header), IsS3Error(S3Code::kInvalidArgument)) << header;
  }
}

}  // namespace
}  // namespace tarn::extract::s3
