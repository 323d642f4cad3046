#include "services/extract/s3/wire/s3_error.h"

#include <gtest/gtest.h>

#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(S3Error, IsRenderedAsS3Does) {
  const auto response = ToResponse(
      S3Error(S3Code::kNoSuchKey).With("Key", "a<b>&\"c\"").WithHeader("x-amz-delete-marker", "true"), "/raw/a%3Cb", "0A");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.Find("Content-Type"), "application/xml");
  EXPECT_EQ(response.headers.Find("x-amz-delete-marker"), "true");
  EXPECT_THAT(response.body, testing::StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code>"
                                                 "<Message>The specified key does not exist.</Message>"
                                                 "<Key>a&lt;b&gt;&amp;&quot;c&quot;</Key><Resource>/raw/a%3Cb</Resource>"
                                                 "<RequestId>0A</RequestId><HostId>"));
}

TEST(S3Error, OfNotModifiedHasNoBody) {
  const auto response = ToResponse(S3Error(S3Code::kNotModified).WithHeader("ETag", "\"e\""), "/", "0A");
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(response.headers.Find("ETag"), "\"e\"");
}

TEST(S3Error, TranslatesTheStores) {
  const auto code = [](Code from) { return ToS3Error(Error(from, "why"), S3Code::kNoSuchBucket, S3Code::kBucketNotEmpty); };
  EXPECT_EQ(code(Code::kNotFound).code, S3Code::kNoSuchBucket);
  EXPECT_EQ(code(Code::kConflict).code, S3Code::kBucketNotEmpty);
  EXPECT_EQ(code(Code::kPreconditionFailed).status, 412);
  EXPECT_EQ(code(Code::kInvalidArgument).message, "why");
  EXPECT_EQ(code(Code::kResourceExhausted).status, 507);
  EXPECT_EQ(code(Code::kUnavailable).status, 503);
  EXPECT_EQ(code(Code::kTooLarge).code, S3Code::kEntityTooLarge);
  EXPECT_EQ(code(Code::kMethodNotAllowed).status, 405);
  EXPECT_THAT(code(Code::kInternal).message, Not(HasSubstr("why")));
  EXPECT_EQ(code(Code::kInternal).status, 500);
}

TEST(S3Error, PassesThroughTheMacros) {
  const auto of_store = []() -> Result<int> { return Error(Code::kNotFound, "x"); };
  const auto of_door = [&]() -> S3Result<int> {
    TARN_ASSIGN(const int value, Translate(of_store(), S3Code::kNoSuchUpload));
    return value;
  };
  const auto plain = [&]() -> S3Result<std::string> {
    TARN_ASSIGN(const int value, of_store());
    return std::to_string(value);
  };
  EXPECT_THAT(of_door(), IsS3Error(S3Code::kNoSuchUpload));
  EXPECT_THAT(plain(), IsS3Error(S3Code::kNoSuchKey));
}

}  // namespace
}  // namespace tarn::extract::s3
