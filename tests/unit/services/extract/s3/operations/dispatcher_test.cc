#include "services/extract/s3/operations/dispatcher.h"

#include "tests/unit/services/extract/s3/operations/door_lab.h"

namespace tarn::extract::s3 {
namespace {

using http::Method;

constexpr char kRules[] =
    "<CORSConfiguration><CORSRule><AllowedOrigin>http://good.test</AllowedOrigin><AllowedMethod>PUT</"
    "AllowedMethod>"
    "<AllowedMethod>GET</AllowedMethod><ExposeHeader>ETag</ExposeHeader></CORSRule></CORSConfiguration>";
const Fields kGood{{"Origin", "http://good.test"}}, kEvil{{"Origin", "http://evil.test"}};

class DispatcherTest : public DoorLab {};

TEST_F(DispatcherTest, ChecksTheBucketsName) {
  EXPECT_THAT(Send(Method::kGet, "/No_Good"), IsS3Error(S3Code::kInvalidBucketName));
  EXPECT_THAT(Send(Method::kGet, "/.tarn/state"), IsS3Error(S3Code::kInvalidBucketName));
  EXPECT_THAT(Send(Method::kGet, "/no-such-bucket"), IsS3Error(S3Code::kNoSuchBucket));
}

TEST_F(DispatcherTest, LetsPagesSeeAnswersAndErrorsWhereTheRulesSaySo) {
  Answer(Method::kPut, "/bucket?cors", kRules);
  Answer(Method::kPut, "/bucket/k", "x");
  EXPECT_EQ(HeaderOf(Answer(Method::kGet, "/bucket/k", "", kGood), "Access-Control-Allow-Origin"),
            "http://good.test");
  EXPECT_EQ(HeaderOf(Answer(Method::kGet, "/bucket/k", "", kEvil), "Access-Control-Allow-Origin"), "");
  const auto missing = Send(Method::kGet, "/bucket/none", "", kGood);
  ASSERT_THAT(missing, IsS3Error(S3Code::kNoSuchKey));
  EXPECT_EQ(missing.error().headers.Find("Access-Control-Allow-Origin"), "http://good.test");
}

TEST_F(DispatcherTest, RefusesChangesThatAPageSendsUnsignedUnlessARuleNamesIt) {
  EXPECT_THAT(Send(Method::kPut, "/bucket/k", "x", kGood), IsS3Error(S3Code::kAccessDenied));
  EXPECT_THAT(Send(Method::kPut, "/bucket/k", "x", {{"Origin", "null"}}), IsS3Error(S3Code::kAccessDenied));
  EXPECT_THAT(Send(Method::kPut, "/bucket/k", "x", {{"Origin", "http://localhost.evil.test"}}),
              IsS3Error(S3Code::kAccessDenied));
  EXPECT_THAT(Send(Method::kPut, "/bucket/k", "x", kGood, /*local=*/false), IsS3Ok());  // it was signed
  EXPECT_THAT(Send(Method::kPut, "/bucket/k", "x", {{"Origin", "http://localhost:3000"}}), IsS3Ok());
  Answer(Method::kPut, "/bucket?cors", kRules);
  EXPECT_THAT(Send(Method::kPut, "/bucket/k", "x", kGood), IsS3Ok());
  EXPECT_THAT(Send(Method::kDelete, "/bucket/k", "", kGood), IsS3Error(S3Code::kAccessDenied));
  EXPECT_THAT(Send(Method::kPut, "/bucket/k", "x", kEvil), IsS3Error(S3Code::kAccessDenied));
}

TEST_F(DispatcherTest, AnswersPreflights) {
  const Fields asked{{"Origin", "http://good.test"}, {"Access-Control-Request-Method", "PUT"}};
  EXPECT_THAT(Send(Method::kOptions, "/bucket/k", "", asked), IsS3Error(S3Code::kAccessDenied));
  Answer(Method::kPut, "/bucket?cors", kRules);
  EXPECT_EQ(HeaderOf(Answer(Method::kOptions, "/bucket/k", "", asked), "Access-Control-Allow-Methods"),
            "PUT, GET");
  EXPECT_THAT(Send(Method::kOptions, "/bucket/k", "", kGood), IsS3Error(S3Code::kBadRequest));
  EXPECT_THAT(Send(Method::kOptions, "/bucket/k"), IsS3Error(S3Code::kBadRequest));
}

}  // namespace
}  // namespace tarn::extract::s3
