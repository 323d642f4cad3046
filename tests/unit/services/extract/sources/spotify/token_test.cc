#include "services/extract/sources/spotify/token.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"
#include "tests/unit/services/extract/lab.h"

namespace tarn::extract::spotify {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

class NoPages : public PageSink {
 public:
  Result<std::optional<std::string>> Find(const PageId&) override { return std::optional<std::string>(); }
  Status Put(const PageId&, std::string_view, int64_t) override { return Ok(); }
  Status Finish(const std::string&) override { return Ok(); }
};

class Counts : public ProgressReporter {
 public:
  void Advance(double) override {}
  void Count(std::string_view name, int64_t amount) override { counts[std::string(name)] += amount; }
  std::map<std::string, int64_t> counts;
};

class NoState : public SavedState {
 public:
  Result<std::string> Load() override { return std::string(); }
  Status Save(const std::string&) override { return Ok(); }
};

class TokenTest : public testing::Test {
 protected:
  TokenSource Source(const std::string& url) {
    options.token_url = url;
    options.client_id = "id";
    options.client_secret = "secret";
    return TokenSource(options, context, pause, [this] { return now; });
  }

  static RawServer::Answer Token(const std::string& token, const std::string& expires_in) {
    return RawServer::Ok(
        200, R"({"access_token":")" + token + R"(","token_type":"Bearer","expires_in":)" + expires_in + "}");
  }

  std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();
  http_client::HttpClient http;
  NoPages pages;
  Counts progress;
  NoState state;
  Pause pause;
  Options options;
  RunContext context{http, Lab::QuickRetries().retry, pages, state, progress, {}};
};

TEST_F(TokenTest, AsksWithTheCredentialsOfTheApplication) {
  std::string head, body;
  RawServer server([&](const auto& received) {
    head = received.head;
    body = received.body;
    return Token("t1", "3600");
  });
  EXPECT_EQ(*Source(server.Url("/api/token")).Get(), "t1");
  EXPECT_THAT(head, HasSubstr("POST /api/token "));
  EXPECT_THAT(head, HasSubstr("Authorization: Basic aWQ6c2VjcmV0\r\n"));
  EXPECT_EQ(body, "grant_type=client_credentials");
}

TEST_F(TokenTest, KeepsATokenUntilShortlyBeforeItExpires) {
  RawServer server([&](const auto& received) { return Token("t" + std::to_string(received.number), "100"); });
  TokenSource tokens = Source(server.Url());
  EXPECT_EQ(*tokens.Get(), "t1");
  now += seconds(85);
  EXPECT_EQ(*tokens.Get(), "t1");
  now += seconds(6);
  EXPECT_EQ(*tokens.Get(), "t2");
  EXPECT_EQ(progress.counts["requests"], 2);
}

TEST_F(TokenTest, GetsANewOneForADiscardedOne) {
  RawServer server(
      [&](const auto& received) { return Token("t" + std::to_string(received.number), "3600"); });
  TokenSource tokens = Source(server.Url());
  EXPECT_EQ(*tokens.Get(), "t1");
  tokens.Discard();
  EXPECT_EQ(*tokens.Get(), "t2");
}

TEST_F(TokenTest, TakesStrangeLifetimesWithoutTrusting) {
  for (const char* expires_in : {"-5", "0", "99999999999999", "null", "\"x\""}) {
    RawServer server([&](const auto&) { return Token("t", expires_in); });
    EXPECT_EQ(*Source(server.Url()).Get(), "t") << expires_in;
  }
}

TEST_F(TokenTest, SaysThatTheCredentialsWereRefused) {
  RawServer server([](const auto&) { return RawServer::Ok(400, R"({"error":"invalid_client"})"); });
  EXPECT_THAT(Source(server.Url()).Get(), HasError(Code::kUnauthenticated, "invalid_client"));
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(TokenTest, RefusesAnswersThatHoldNoToken) {
  for (const char* body : {"", "{", "[]", "{}", R"({"access_token":7})", R"({"access_token":""})"}) {
    RawServer server([&](const auto&) { return RawServer::Ok(200, body); });
    EXPECT_THAT(Source(server.Url()).Get(), HasError(Code::kUnprocessable, "token")) << body;
  }
}

TEST_F(TokenTest, RepeatsWhatMayPass) {
  RawServer server([](const auto& received) {
    return received.number < 3 ? RawServer::Ok(received.number == 1 ? 503 : 429, "") : Token("t", "3600");
  });
  EXPECT_EQ(*Source(server.Url()).Get(), "t");
  EXPECT_EQ(progress.counts["retries"], 2);
}

TEST_F(TokenTest, PausesWhenToldToWaitForLong) {
  RawServer server([](const auto&) { return RawServer::Ok(429, "", "retry-after: 5000\r\n"); });
  EXPECT_THAT(Source(server.Url()).Get(), HasError(Code::kResourceExhausted, "5000"));
  EXPECT_EQ(pause.delay(), seconds(5000));
}

}  // namespace
}  // namespace tarn::extract::spotify
