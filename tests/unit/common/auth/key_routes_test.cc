#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/auth/routes.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::auth {
namespace {

using nlohmann::json;

class KeyRoutesTest : public testing::Test {
 protected:
  void SetUp() override {
    keys_ = std::move(*AccessKeyStore::Open(directory_.path()));
    AddKeyRoutes(router_, *keys_);
  }

  Result<http::Response> Ask(http::Method method, const std::string& target, const std::string& body = "") {
    http::Request request;
    request.method = method;
    request.target = target;
    request.body = body;
    request.remote_address = peer_;
    request.headers = headers_;
    std::string allow;
    TARN_ASSIGN(const http::Route* route, router_.Match(request, &allow));
    return route->handler(request);
  }

  TempDirectory directory_;
  std::unique_ptr<AccessKeyStore> keys_;
  http::Router router_;
  std::string peer_ = "127.0.0.1";
  http::Headers headers_;
};

TEST_F(KeyRoutesTest, ShowsTheSecretOnce) {
  const auto created = Ask(http::Method::kPost, "/v1/keys", R"({"name":"etl","expires_at":"2999-01-01T00:00:00Z"})");
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->status, 201);
  const json key = json::parse(created->body);
  const std::string id = key["id"], secret = key["secret"];
  EXPECT_EQ(created->headers.Find("Location"), "/v1/keys/" + id);
  EXPECT_EQ(created->headers.Find("Cache-Control"), "no-store");
  EXPECT_EQ(keys_->Find(id)->secret, secret);

  const auto got = Ask(http::Method::kGet, "/v1/keys/" + id), listed = Ask(http::Method::kGet, "/v1/keys");
  for (const auto* answer : {&got, &listed}) {
    ASSERT_THAT(*answer, IsOk());
    EXPECT_THAT((*answer)->body, testing::HasSubstr(id));
    EXPECT_THAT((*answer)->body, testing::Not(testing::HasSubstr(secret)));
  }
  EXPECT_EQ(json::parse(got->body)["expires_at"], "2999-01-01T00:00:00.000Z");
}

TEST_F(KeyRoutesTest, DeletesKeys) {
  const std::string id = keys_->Create("etl")->key.id;
  EXPECT_EQ(Ask(http::Method::kDelete, "/v1/keys/" + id)->status, 204);
  EXPECT_THAT(Ask(http::Method::kDelete, "/v1/keys/" + id), HasError(Code::kNotFound, id));
  EXPECT_THAT(Ask(http::Method::kGet, "/v1/keys/" + id), HasError(Code::kNotFound, id));
}

TEST_F(KeyRoutesTest, AreForThisMachineOnly) {
  const std::string key = "/v1/keys/" + keys_->Create("etl")->key.id;
  for (const char* peer : {"203.0.113.7", "::ffff:203.0.113.7", ""}) {
    peer_ = peer;
    EXPECT_THAT(Ask(http::Method::kGet, "/v1/keys"), HasError(Code::kPermissionDenied, "this machine"));
    EXPECT_THAT(Ask(http::Method::kPost, "/v1/keys", "{}"), HasError(Code::kPermissionDenied, "this machine"));
    EXPECT_THAT(Ask(http::Method::kGet, key), HasError(Code::kPermissionDenied, "this machine"));
    EXPECT_THAT(Ask(http::Method::kDelete, key), HasError(Code::kPermissionDenied, "this machine"));
  }
  peer_ = "::ffff:127.0.0.1";
  EXPECT_THAT(Ask(http::Method::kGet, key), IsOk());
}

// The server may be bound to every address, where admission lets every Host and Origin pass.
TEST_F(KeyRoutesTest, AreForNoPageOfElsewhere) {
  for (const char* host : {"evil.example", "evil.example:8101", "", "localhost.evil.example"}) {
    headers_.Set("Host", host);
    EXPECT_THAT(Ask(http::Method::kGet, "/v1/keys"), HasError(Code::kPermissionDenied, "localhost")) << host;
    EXPECT_THAT(Ask(http::Method::kPost, "/v1/keys", "{}"), HasError(Code::kPermissionDenied, "localhost")) << host;
  }
  headers_.Set("Host", "localhost:8101");
  for (const char* origin : {"http://evil.example", "null", "http://localhost@evil.example"}) {
    headers_.Set("Origin", origin);
    EXPECT_THAT(Ask(http::Method::kPost, "/v1/keys", "{}"), HasError(Code::kPermissionDenied, "elsewhere")) << origin;
  }
  EXPECT_TRUE(keys_->empty());
  headers_.Set("Origin", "http://127.0.0.1:8104");
  EXPECT_THAT(Ask(http::Method::kPost, "/v1/keys", "{}"), IsOk());
}

TEST_F(KeyRoutesTest, RefusesWhatItDoesNotUnderstand) {
  const auto create = [&](const std::string& body) { return Ask(http::Method::kPost, "/v1/keys", body); };
  EXPECT_THAT(create(""), HasError(Code::kInvalidArgument, "body"));
  EXPECT_THAT(create("[]"), HasError(Code::kInvalidArgument, ""));
  EXPECT_THAT(create(R"({"name":1})"), HasError(Code::kInvalidArgument, "/name"));
  EXPECT_THAT(create(R"({"secret":"mine"})"), HasError(Code::kInvalidArgument, "/secret"));
  EXPECT_THAT(create(R"({"expires_at":"tomorrow"})"), HasError(Code::kInvalidArgument, "/expires_at"));
  EXPECT_THAT(create(R"({"expires_at":"2001-01-01T00:00:00Z"})"), HasError(Code::kInvalidArgument, "/expires_at"));
  EXPECT_TRUE(keys_->empty());
}

}  // namespace
}  // namespace tarn::auth
