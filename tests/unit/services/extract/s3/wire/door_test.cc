#include "services/extract/s3/wire/door.h"

#include <gtest/gtest.h>

#include "services/extract/s3/wire/payload.h"
#include "services/extract/s3/wire/xml_reader.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

using http::Method;

class DoorTest : public testing::Test {
 protected:
  void SetUp() override {
    keys_ = std::move(*auth::AccessKeyStore::Open(directory_.path()));
    authenticator_ = std::make_unique<Authenticator>(*keys_);
    router_ = MakeDoorRouter({}, *authenticator_, [this](S3Request& request) { return Operate(request); });
  }

  // Says what it was asked for; a key that starts with "no" is not there.
  S3Result<http::Response> Operate(S3Request& request) {
    if (request.key.starts_with("no")) return S3Error(S3Code::kNoSuchKey).With("Key", request.key);
    return http::Response::Text(200, std::string(http::MethodName(request.method())) + " " + request.bucket + "|" +
                                         request.key + (request.HasQuery("uploads") ? "|uploads" : ""));
  }

  http::Response Ask(Method method, const std::string& target, const Fields& fields = {}, const std::string& body = "") {
    http::Request request;
    request.method = method;
    request.target = target;
    request.remote_address = "127.0.0.1";
    for (const auto& [name, value] : fields) request.headers.Add(name, value);
    if (!body.empty()) request.body_reader = std::make_unique<PiecewiseBody>(body, 100);
    std::string allow;
    const auto route = router_.Match(request, &allow);
    if (!route.ok()) return DoorCustoms({}).Render(http::ToRefusal(route.error()), request);
    auto response = (*route)->handler(request);
    unread_ = 0;
    char byte;
    while (request.body_reader && *request.body_reader->Read(&byte, 1) == 1) ++unread_;
    return std::move(*response);
  }

  static std::string CodeOf(const http::Response& response) {
    const auto xml = ReadXml(response.body);
    return xml.ok() ? xml->ChildText("Code").value_or("") : "no XML: " + response.body;
  }

  TempDirectory directory_;
  std::unique_ptr<auth::AccessKeyStore> keys_;
  std::unique_ptr<Authenticator> authenticator_;
  http::Router router_;
  size_t unread_ = 0;
};

TEST_F(DoorTest, HandsOverBucketAndKey) {
  EXPECT_EQ(Ask(Method::kGet, "/").body, "GET |");
  EXPECT_EQ(Ask(Method::kPut, "/raw").body, "PUT raw|");
  EXPECT_EQ(Ask(Method::kHead, "/raw/a%20b/%2e%2E/c").body, "HEAD raw|a b/../c");
  EXPECT_EQ(Ask(Method::kPost, "/raw/a?uploads").body, "POST raw|a|uploads");
  EXPECT_EQ(Ask(Method::kDelete, "/a", {{"Host", "raw.localhost:8100"}}).body, "DELETE raw|a");
}

TEST_F(DoorTest, GivesEveryAnswerAnIdentity) {
  const auto good = Ask(Method::kGet, "/raw/a"), bad = Ask(Method::kGet, "/raw/nothing");
  EXPECT_THAT(std::string(*good.headers.Find("x-amz-request-id")), testing::MatchesRegex("[0-9A-F]{16}"));
  EXPECT_NE(good.headers.Find("x-amz-request-id"), bad.headers.Find("x-amz-request-id"));
  EXPECT_TRUE(good.headers.Find("x-amz-id-2"));
  const auto xml = ReadXml(bad.body);
  ASSERT_THAT(xml, IsS3Ok());
  EXPECT_EQ(xml->ChildText("Code"), "NoSuchKey");
  EXPECT_EQ(xml->ChildText("Key"), "nothing");
  EXPECT_EQ(xml->ChildText("Resource"), "/raw/nothing");
  EXPECT_EQ(xml->ChildText("RequestId"), std::string(*bad.headers.Find("x-amz-request-id")));
  EXPECT_EQ(xml->ChildText("HostId"), std::string(*bad.headers.Find("x-amz-id-2")));
}

TEST_F(DoorTest, LetsNobodyInWithoutASignatureOnceThereIsAKey) {
  ASSERT_TRUE(keys_->Create("etl").ok());
  const auto answer = Ask(Method::kGet, "/raw/a");
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(CodeOf(answer), "AccessDenied");
}

TEST_F(DoorTest, LetsNoScriptRunWhereNobodySigned) {
  const auto policy = [](const http::Response& response) {
    return std::string(response.headers.Find("Content-Security-Policy").value_or(""));
  };
  EXPECT_EQ(policy(Ask(Method::kGet, "/raw/a")), "sandbox; default-src 'none'");
  EXPECT_EQ(policy(Ask(Method::kGet, "/raw/nothing")), "sandbox; default-src 'none'");
  EXPECT_EQ(policy(Ask(Method::kPatch, "/raw")), "sandbox; default-src 'none'");
  const auto key = keys_->Create("etl");
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(policy(Ask(Method::kGet, "/raw/a")), "sandbox; default-src 'none'");
  const auto presigned =
      Presigned(Method::kGet, "/raw/a", key->key.id, key->secret, FormatCompact(Now()), "60");
  const auto signed_answer = Ask(Method::kGet, presigned.target, {{"Host", "localhost:8100"}});
  EXPECT_EQ(signed_answer.status, 200) << signed_answer.body;
  EXPECT_EQ(policy(signed_answer), "");
}

TEST_F(DoorTest, RefusesRepeatedHeadersOfItsOwn) {
  const auto repeated = Ask(Method::kPut, "/raw/a", {{"x-amz-acl", "private"}, {"X-Amz-Acl", "public-read"}});
  EXPECT_EQ(repeated.status, 400);
  EXPECT_EQ(CodeOf(repeated), "InvalidRequest");
  EXPECT_EQ(Ask(Method::kPut, "/raw/a", {{"x-amz-meta-a", "1"}, {"x-amz-meta-a", "2"}}).status, 200);
}

TEST_F(DoorTest, AsksBrowsersOfThisMachineOnlyWhileThereIsNoKey) {
  EXPECT_EQ(Ask(Method::kOptions, "/raw", {{"Host", "localhost"}}).status, 200);
  EXPECT_EQ(CodeOf(Ask(Method::kOptions, "/raw", {{"Host", "evil.example"}})), "AccessDenied");
  ASSERT_TRUE(keys_->Create("etl").ok());
  EXPECT_EQ(Ask(Method::kOptions, "/raw", {{"Host", "tarn.example"}}).status, 200);
}

TEST_F(DoorTest, SpeaksXmlWhereTheTransportRefuses) {
  EXPECT_EQ(CodeOf(Ask(Method::kGet, "/raw/%zz")), "InvalidURI");
  EXPECT_EQ(CodeOf(Ask(Method::kGet, "/raw?prefix=%ff")), "InvalidURI");
  EXPECT_EQ(CodeOf(Ask(Method::kPatch, "/raw")), "MethodNotAllowed");
  const http::ServerCustoms customs = DoorCustoms({});
  const auto code = [&](int status, const char* where = "") {
    const auto response = customs.Render({status, "x", "why", where}, WireRequest(Method::kGet, "/raw"));
    EXPECT_TRUE(response.headers.Find("x-amz-request-id"));
    return CodeOf(response);
  };
  EXPECT_EQ(code(400), "BadRequest");
  EXPECT_EQ(code(400, "end of body"), "IncompleteBody");
  EXPECT_EQ(code(403), "AccessDenied");
  EXPECT_EQ(code(408), "RequestTimeout");
  EXPECT_EQ(code(413), "EntityTooLarge");
  EXPECT_EQ(code(421), "BadRequest");
  EXPECT_EQ(code(431), "BadRequest");
  EXPECT_EQ(code(500), "InternalError");
  EXPECT_EQ(code(501), "NotImplemented");
  EXPECT_EQ(code(503), "SlowDown");
}

TEST_F(DoorTest, ReadsTheRestOfASmallBody) {
  Ask(Method::kPut, "/raw", {}, std::string(10'000, 'x'));
  EXPECT_EQ(unread_, 0u);
  Ask(Method::kPut, "/raw/no", {}, std::string(10'000, 'x'));
  EXPECT_EQ(unread_, 0u);
  Ask(Method::kPut, "/raw", {}, std::string(1'000'000, 'x'));
  EXPECT_GT(unread_, 900'000u);
  Ask(Method::kPut, "/raw", {{"Expect", "100-continue"}}, std::string(10, 'x'));
  EXPECT_EQ(unread_, 10u);
  ASSERT_TRUE(keys_->Create("etl").ok());
  EXPECT_EQ(Ask(Method::kPut, "/raw", {}, std::string(10'000, 'x')).status, 403);
  EXPECT_EQ(unread_, 10'000u);
}

}  // namespace
}  // namespace tarn::extract::s3
