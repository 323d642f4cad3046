#include "services/extract/s3/wire/credentials.h"

#include <gtest/gtest.h>

#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

const std::string kSignature(64, 'a');
const std::string kScope = "20130524/us-east-1/s3/aws4_request";

S3Result<std::optional<Credentials>> ReadHeader(const std::string& authorization,
                                                const std::string& date = "20130524T000000Z") {
  return ReadCredentials(
      WireRequest(http::Method::kGet, "/b/k", {{"Authorization", authorization}, {"x-amz-date", date}}));
}

std::string Header(const std::string& credential, const std::string& headers, const std::string& signature) {
  return "AWS4-HMAC-SHA256 Credential=" + credential + ", SignedHeaders=" + headers + ", Signature=" + signature;
}

// A presigned target with one parameter replaced; "" removes it.
S3Result<std::optional<Credentials>> ReadQuery(const std::string& name = "", const std::string& value = "") {
  std::map<std::string, std::string> parameters = {
      {"X-Amz-Algorithm", "AWS4-HMAC-SHA256"}, {"X-Amz-Credential", "AK/" + kScope}, {"X-Amz-Date", "20130524T000000Z"},
      {"X-Amz-Expires", "60"},                 {"X-Amz-SignedHeaders", "host"},      {"X-Amz-Signature", kSignature}};
  if (!name.empty()) parameters[name] = value;
  std::string target = "/b/k?";
  for (const auto& [key, text] : parameters) {
    if (!text.empty()) target += key + "=" + http::PercentEncode(text) + "&";
  }
  return ReadCredentials(WireRequest(http::Method::kGet, target));
}

TEST(Credentials, AreReadFromTheHeader) {
  for (const std::string& text : {Header("AK/" + kScope, "host;x-amz-date", kSignature),
                                  "AWS4-HMAC-SHA256 Signature=" + kSignature +
                                      ",SignedHeaders=host;x-amz-date,Credential=AK/" + kScope}) {
    const auto credentials = ReadHeader(text);
    ASSERT_THAT(credentials, IsS3Ok());
    EXPECT_EQ((*credentials)->key_id, "AK");
    EXPECT_EQ((*credentials)->scope(), kScope);
    EXPECT_EQ((*credentials)->signed_headers, (std::vector<std::string>{"host", "x-amz-date"}));
    EXPECT_EQ((*credentials)->signature, kSignature);
    EXPECT_EQ(FormatRfc3339((*credentials)->time), "2013-05-24T00:00:00.000Z");
    EXPECT_FALSE((*credentials)->presigned);
  }
}

TEST(Credentials, MayHaveSlashesInTheKey) {
  EXPECT_EQ((*ReadHeader(Header("a/b//" + kScope, "host", kSignature)))->key_id, "a/b/");
}

TEST(Credentials, TakeTheDateHeaderForTheTime) {
  const auto credentials = ReadCredentials(
      WireRequest(http::Method::kGet, "/", {{"Authorization", Header("AK/" + kScope, "host;date", kSignature)},
                                            {"Date", "Fri, 24 May 2013 00:00:00 GMT"}}));
  ASSERT_THAT(credentials, IsS3Ok());
  EXPECT_EQ((*credentials)->timestamp, "20130524T000000Z");
}

TEST(Credentials, AreReadFromTheQuery) {
  const auto credentials = ReadQuery();
  ASSERT_THAT(credentials, IsS3Ok());
  EXPECT_TRUE((*credentials)->presigned);
  EXPECT_EQ((*credentials)->key_id, "AK");
  EXPECT_EQ((*credentials)->expires, std::chrono::seconds(60));
  EXPECT_THAT(ReadQuery("X-Amz-Expires", "604800"), IsS3Ok());
}

TEST(Credentials, MayBeAbsent) {
  const auto credentials = ReadCredentials(WireRequest(http::Method::kGet, "/b?prefix=x"));
  ASSERT_THAT(credentials, IsS3Ok());
  EXPECT_FALSE(*credentials);
}

TEST(Credentials, MustBeWellFormedInTheHeader) {
  const std::string good = "AK/" + kScope;
  for (const std::string& text :
       {std::string("AWS4-HMAC-SHA256"), std::string("AWS4-HMAC-SHA256 "), std::string("AWS4-HMAC-SHA256 ,,,"),
        Header("", "host", kSignature), Header("AK", "host", kSignature), Header(kScope, "host", kSignature),
        Header("AK/20130524/us-east-1/sns/aws4_request", "host", kSignature),
        Header("AK/20130524/us-east-1/s3/aws5_request", "host", kSignature),
        Header("AK/20130525/us-east-1/s3/aws4_request", "host", kSignature),
        Header("AK//us-east-1/s3/aws4_request", "host", kSignature),
        Header("AK/2013/us-east-1/s3/aws4_request", "host", kSignature), Header(good, "", kSignature),
        Header(good, "x-amz-date", kSignature), Header(good, "host;;x-amz-date", kSignature),
        Header(good, "host", ""), Header(good, "host", "abc"), Header(good, "host", std::string(64, 'G')),
        Header(good, "host", kSignature + "a"), Header(good, "host", kSignature) + ", Signature=" + kSignature,
        Header(good, "host", kSignature) + ", Extra=1"}) {
    EXPECT_THAT(ReadHeader(text), IsS3Error(S3Code::kAuthorizationHeaderMalformed)) << text;
  }
}

TEST(Credentials, NeedATime) {
  for (const char* date : {"", "20130524", "20130524T0000Z", "2013-05-24T00:00:00Z", "20131324T000000Z",
                           "20130524T250000Z", "2013052aT000000Z", "20130524T000000+"}) {
    EXPECT_THAT(ReadHeader(Header("AK/" + kScope, "host", kSignature), date), IsS3Error(S3Code::kAccessDenied)) << date;
  }
}

TEST(Credentials, MustBeWellFormedInTheQuery) {
  const std::pair<const char*, std::string> bad[] = {
      {"X-Amz-Algorithm", ""},         {"X-Amz-Algorithm", "AWS4-ECDSA-P256-SHA256"},
      {"X-Amz-Credential", ""},        {"X-Amz-Credential", "AK"},
      {"X-Amz-Date", ""},              {"X-Amz-Date", "yesterday"},
      {"X-Amz-Date", "20130525T000000Z"}, {"X-Amz-Expires", ""},
      {"X-Amz-Expires", "0"},          {"X-Amz-Expires", "-1"},
      {"X-Amz-Expires", "604801"},     {"X-Amz-Expires", "1e3"},
      {"X-Amz-Expires", "99999999999999999999"}, {"X-Amz-SignedHeaders", ""},
      {"X-Amz-SignedHeaders", "range"}, {"X-Amz-Signature", ""},
      {"X-Amz-Signature", "abc"}};
  for (const auto& [name, value] : bad) {
    EXPECT_THAT(ReadQuery(name, value), IsS3Error(S3Code::kAuthorizationQueryParametersError)) << name << "=" << value;
  }
}

TEST(Credentials, OfOlderKindsAreRefused) {
  EXPECT_THAT(ReadHeader("AWS AK:c2lnbmF0dXJl"), IsS3Error(S3Code::kInvalidRequest));
  EXPECT_THAT(ReadHeader("Basic YWxhZGRpbjpvcGVu"), IsS3Error(S3Code::kInvalidRequest));
  EXPECT_THAT(ReadHeader(""), IsS3Error(S3Code::kInvalidRequest));
  EXPECT_THAT(ReadHeader("AWS4-ECDSA-P256-SHA256 Credential=AK/x"), IsS3Error(S3Code::kInvalidRequest));
  EXPECT_THAT(ReadCredentials(WireRequest(http::Method::kGet, "/b?AWSAccessKeyId=AK&Expires=1&Signature=x")),
              IsS3Error(S3Code::kInvalidRequest));
}

TEST(Credentials, StandInOnePlace) {
  const auto request = WireRequest(http::Method::kGet, "/b?X-Amz-Signature=x",
                                   {{"Authorization", Header("AK/" + kScope, "host", kSignature)}});
  EXPECT_THAT(ReadCredentials(request), IsS3Error(S3Code::kInvalidArgument));
}

}  // namespace
}  // namespace tarn::extract::s3
