#include "services/extract/s3/configuration/cors.h"

#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

std::string Rule(const std::string& inside) {
  return "<CORSConfiguration><CORSRule>" + inside + "</CORSRule></CORSConfiguration>";
}

const std::string kOrigin = "<AllowedOrigin>http://*.example.org</AllowedOrigin>";
const std::string kMethods = "<AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod>";

TEST(Cors, FindsTheRuleForOriginMethodAndHeaders) {
  const auto read =
      CorsConfiguration::Parse(Rule(kOrigin + kMethods + "<AllowedHeader>x-amz-*</AllowedHeader>"));
  ASSERT_THAT(read, IsS3Ok());
  EXPECT_TRUE(read->Find("http://www.example.org", "GET", {}));
  EXPECT_TRUE(read->Find("http://www.example.org", "PUT", {"X-Amz-Date"}));
  EXPECT_FALSE(read->Find("http://www.example.org", "PUT", {"X-Amz-Date", "cookie"}));
  EXPECT_FALSE(read->Find("http://www.example.org", "DELETE", {}));
  EXPECT_FALSE(read->Find("http://www.example.org.evil.test", "GET", {}));
  EXPECT_FALSE(read->Find("http://.example.or", "GET", {}));
}

TEST(Cors, RendersWhatItReads) {
  const auto read =
      CorsConfiguration::Parse(Rule("<ID>i</ID>" + kOrigin + kMethods +
                                    "<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>"
                                    "<MaxAgeSeconds>60</MaxAgeSeconds>"));
  ASSERT_THAT(read, IsS3Ok());
  const auto again = CorsConfiguration::Parse(read->Render());
  ASSERT_THAT(again, IsS3Ok());
  EXPECT_EQ(again->Render(), read->Render());
  EXPECT_EQ(again->rules[0].max_age_seconds, 60);
}

TEST(Cors, RefusesWhatMakesNoSense) {
  EXPECT_THAT(CorsConfiguration::Parse("<CORSConfiguration/>"), IsS3Error(S3Code::kMalformedXml));
  EXPECT_THAT(CorsConfiguration::Parse(Rule(kOrigin)), IsS3Error(S3Code::kMalformedXml));
  EXPECT_THAT(CorsConfiguration::Parse(Rule(kMethods)), IsS3Error(S3Code::kMalformedXml));
  EXPECT_THAT(CorsConfiguration::Parse(Rule(kOrigin + "<AllowedMethod>PATCH</AllowedMethod>")),
              IsS3Error(S3Code::kInvalidRequest));
  EXPECT_THAT(CorsConfiguration::Parse(Rule("<AllowedOrigin>*.*</AllowedOrigin>" + kMethods)),
              IsS3Error(S3Code::kInvalidRequest));
  EXPECT_THAT(CorsConfiguration::Parse(Rule(kOrigin + kMethods + "<MaxAgeSeconds>soon</MaxAgeSeconds>")),
              IsS3Error(S3Code::kMalformedXml));
}

}  // namespace
}  // namespace tarn::extract::s3
