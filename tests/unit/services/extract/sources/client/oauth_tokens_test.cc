#include "services/extract/sources/client/oauth_tokens.h"

#include <atomic>
#include <deque>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "services/extract/sources/client/notes.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"
#include "tests/unit/services/extract/sources/client/client_lab.h"

namespace tarn::extract {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class Notes : public SavedState {
 public:
  Result<std::string> LoadCursor() override { return std::string(); }
  void StageCursor(std::string) override {}
  Result<std::string> LoadNotes() override {
    const std::lock_guard lock(mutex_);
    return text;
  }
  Status SaveNotes(const std::string& notes) override {
    const std::lock_guard lock(mutex_);
    const bool fails = disk_full || (!next_fail.empty() && next_fail.front());
    if (!next_fail.empty()) next_fail.pop_front();
    if (fails) return Error(Code::kResourceExhausted, "the disk is full");
    text = notes;
    return Ok();
  }
  nlohmann::json Json() const { return nlohmann::json::parse(text); }

  std::string text;
  bool disk_full = false;
  std::deque<bool> next_fail;  ///< whether the next calls of SaveNotes do

 private:
  std::mutex mutex_;
};

RawServer::Answer Token(const std::string& token, const std::string& more = R"("expires_in":3600)") {
  return RawServer::Ok(200, R"({"access_token":")" + token + R"(","token_type":"Bearer",)" + more + "}");
}

RawServer::Answer Rotated(const std::string& token, const std::string& refresh_token) {
  return Token(token, R"("expires_in":3600,"refresh_token":")" + refresh_token + "\"");
}

RawServer::Answer Refused(const std::string& error, int status = 400) {
  return RawServer::Ok(status, R"({"error":")" + error + "\"}");
}

class OAuthTokensTest : public ClientLab {
 protected:
  OAuthTokensTest() {
    options.client_id = "id";
    options.client_secret = "secret";
  }
  void Refresh(const std::string& token) {
    options.grant = OAuthOptions::Grant::kRefreshToken;
    options.refresh_token = token;
  }
  OAuthTokens Tokens(const RawServer& server) {
    options.token_url = server.Url("/token");
    return OAuthTokens(options, client, notes, [this] { return now; });
  }

  std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();
  Notes notes;
  OAuthOptions options;
  SourceClient client = Client();
};

TEST_F(OAuthTokensTest, AsksWithTheCredentialsOfTheApplication) {
  std::string head, body;
  RawServer server([&](const auto& received) {
    head = received.head;
    body = received.body;
    return Token("t1");
  });
  options.scope = "read write";
  options.more = {{"audience", "https://api/"}};
  EXPECT_EQ(*Tokens(server).Get(), "t1");
  EXPECT_THAT(head, HasSubstr("POST /token "));
  EXPECT_THAT(head, HasSubstr("Authorization: Basic aWQ6c2VjcmV0\r\n"));
  EXPECT_EQ(body, "audience=https%3A%2F%2Fapi%2F&grant_type=client_credentials&scope=read%20write");
}

TEST_F(OAuthTokensTest, SendsTheCredentialsInTheFormWhenAskedTo) {
  std::string head, body;
  RawServer server([&](const auto& received) {
    head = received.head;
    body = received.body;
    return Token("t1");
  });
  options.credentials_in_body = true;
  options.client_secret = "a&b";
  EXPECT_EQ(*Tokens(server).Get(), "t1");
  EXPECT_THAT(head, Not(HasSubstr("Authorization")));
  EXPECT_EQ(body, "client_id=id&client_secret=a%26b&grant_type=client_credentials");
}

TEST_F(OAuthTokensTest, KeepsATokenUntilShortlyBeforeItExpires) {
  RawServer server([](const auto& received) {
    return Token("t" + std::to_string(received.number), R"("expires_in":"100")");
  });
  OAuthTokens tokens = Tokens(server);
  EXPECT_EQ(*tokens.Get(), "t1");
  now += seconds(85);
  EXPECT_EQ(*tokens.Get(), "t1");
  now += seconds(6);
  EXPECT_EQ(*tokens.Get(), "t2");
}

TEST_F(OAuthTokensTest, GetsANewTokenForADiscardedOneButOnlyForThatOne) {
  RawServer server([](const auto& received) { return Token("t" + std::to_string(received.number)); });
  OAuthTokens tokens = Tokens(server);
  EXPECT_EQ(*tokens.Get(), "t1");
  tokens.Discard("t1");
  EXPECT_EQ(*tokens.Get(), "t2");
  tokens.Discard("t1");
  EXPECT_EQ(*tokens.Get(), "t2");
}

TEST_F(OAuthTokensTest, AsksOnceForManyThreads) {
  RawServer server([](const auto&) { return Token("t"); });
  OAuthTokens tokens = Tokens(server);
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { right += *tokens.Get() == "t"; });
  threads.clear();
  EXPECT_EQ(right, 8);
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(OAuthTokensTest, UsesTheRefreshTokenThatCameLastAlsoInLaterRuns) {
  std::vector<std::string> used;
  RawServer server([&](const auto& received) {
    used.push_back(received.body.substr(received.body.find("refresh_token=")));
    return Rotated("t", "r" + std::to_string(received.number));
  });
  Refresh("r0");
  notes.text = R"({"etag":"kept"})";
  OAuthTokens tokens = Tokens(server);
  EXPECT_EQ(*tokens.Get(), "t");
  EXPECT_EQ(notes.Json()["refresh_token"], "r1");
  EXPECT_EQ(notes.Json()["etag"], "kept");
  tokens.Discard("t");
  EXPECT_EQ(*tokens.Get(), "t");
  EXPECT_EQ(*Tokens(server).Get(), "t");
  EXPECT_EQ(used, (std::vector<std::string>{"refresh_token=r0", "refresh_token=r1", "refresh_token=r2"}));
}

TEST_F(OAuthTokensTest, StartsAnewFromAnotherRefreshTokenInTheOptions) {
  std::string body;
  RawServer server([&](const auto& received) {
    body = received.body;
    return Rotated("t", "rotated");
  });
  Refresh("first");
  EXPECT_THAT(Tokens(server).Get(), IsOk());
  EXPECT_THAT(notes.text, Not(HasSubstr("first")));
  Refresh("second");
  EXPECT_THAT(Tokens(server).Get(), IsOk());
  EXPECT_THAT(body, HasSubstr("refresh_token=second"));
  EXPECT_EQ(notes.Json()["refresh_token"], "rotated");
}

TEST_F(OAuthTokensTest, ExchangesNoRefreshTokenWhereTheNextOneCouldNotBeStored) {
  std::vector<std::string> used;
  RawServer server([&](const auto& received) {
    used.push_back(received.body.substr(received.body.find("refresh_token=")));
    return Rotated("t", "r1");
  });
  Refresh("r0");
  notes.disk_full = true;
  OAuthTokens tokens = Tokens(server);
  EXPECT_THAT(tokens.Get(), HasError(Code::kResourceExhausted, "disk"));
  EXPECT_THAT(tokens.Get(), HasError(Code::kResourceExhausted, "disk"));
  notes.disk_full = false;
  EXPECT_THAT(tokens.Get(), IsOk());
  EXPECT_EQ(used, (std::vector<std::string>{"refresh_token=r0"}));
  EXPECT_EQ(notes.Json()["refresh_token"], "r1");
}

TEST_F(OAuthTokensTest, GivesNoTokenAwayBeforeTheNewRefreshTokenIsDurable) {
  RawServer server([&](const auto&) { return Rotated("t", "r1"); });
  Refresh("r0");
  notes.next_fail = {false, true, true};
  EXPECT_EQ(*Tokens(server).Get(), "t");
  EXPECT_EQ(notes.Json()["refresh_token"], "r1");
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(OAuthTokensTest, KeepsARefreshTokenThatCannotBeStoredForTheRunsAfterThisOne) {
  std::vector<std::string> used;
  RawServer server([&](const auto& received) {
    used.push_back(received.body.substr(received.body.find("refresh_token=")));
    return Rotated("t", "r" + std::to_string(received.number));
  });
  Refresh("r0");
  notes.next_fail = {false, true, true, true, true};
  EXPECT_THAT(Tokens(server).Get(), HasError(Code::kResourceExhausted, "disk"));
  SourceClient next_run = Client();
  OAuthTokens tokens(options, next_run, notes);
  notes.disk_full = true;
  EXPECT_THAT(tokens.Get(), HasError(Code::kResourceExhausted, "disk"));
  EXPECT_EQ(used.size(), 1U);
  notes.disk_full = false;
  EXPECT_THAT(tokens.Get(), IsOk());
  EXPECT_EQ(used, (std::vector<std::string>{"refresh_token=r0", "refresh_token=r1"}));
  EXPECT_EQ(notes.Json()["refresh_token"], "r2");
}

TEST_F(OAuthTokensTest, ForgetsARefreshTokenThatCannotBeStoredWhenAnotherOneIsSet) {
  std::string body;
  RawServer server([&](const auto& received) {
    body = received.body;
    return Rotated("t", "rotated");
  });
  Refresh("first");
  notes.next_fail = {false, true, true, true, true};
  EXPECT_THAT(Tokens(server).Get(), HasError(Code::kResourceExhausted, "disk"));
  Refresh("second");
  EXPECT_THAT(Tokens(server).Get(), IsOk());
  EXPECT_THAT(body, HasSubstr("refresh_token=second"));
}

TEST_F(OAuthTokensTest, LosesNoNoteToOthersWhoWriteAtTheSameTime) {
  RawServer server([](const auto& received) { return Rotated("t", "r" + std::to_string(received.number)); });
  Refresh("r0");
  OAuthTokens tokens = Tokens(server);
  std::jthread connector([&] {
    for (int i = 1; i <= 500; ++i) {
      ASSERT_THAT(UpdateNotes(client, notes, [&](nlohmann::json& all) { all["count"] = i; }), IsOk());
    }
  });
  for (int i = 0; i < 50; ++i) {
    tokens.Discard("t");
    ASSERT_THAT(tokens.Get(), IsOk());
  }
  connector.join();
  EXPECT_EQ(notes.Json()["count"], 500);
  EXPECT_EQ(notes.Json()["refresh_token"], "r50");
}

TEST_F(OAuthTokensTest, TriesTheRefreshTokenThatAnotherProcessStoredMeanwhile) {
  Refresh("r0");
  RawServer first([](const auto&) { return Rotated("t", "r1"); });
  Notes others;
  options.token_url = first.Url();
  EXPECT_THAT(OAuthTokens(options, client, others).Get(), IsOk());

  RawServer server([&](const auto& received) {
    if (received.body.ends_with("=r1")) return Token("t2");
    notes.text = others.text;
    return Refused("invalid_grant");
  });
  EXPECT_EQ(*Tokens(server).Get(), "t2");
}

TEST_F(OAuthTokensTest, SaysWhatToDoWhenTheRefreshTokenIsRefused) {
  RawServer server([](const auto&) { return Refused("invalid_grant"); });
  Refresh("r0");
  const auto token = Tokens(server).Get();
  ASSERT_THAT(token, HasError(Code::kUnauthenticated, "authorise again"));
  EXPECT_THAT(token.error().message(), HasSubstr("invalid_grant"));
  EXPECT_EQ(token.error().where(), server.Url("/token"));
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(OAuthTokensTest, SaysWhenTheApplicationsCredentialsAreRefused) {
  for (const auto& [error, status] :
       {std::pair("invalid_client", 401), {"unauthorized_client", 400}, {"", 403}, {"bad", 200}}) {
    RawServer server([&](const auto&) { return Refused(error, status); });
    EXPECT_THAT(Tokens(server).Get(), HasError(Code::kUnauthenticated, "client_id")) << error;
  }
}

TEST_F(OAuthTokensTest, NeverRepeatsTheWordsOfAHostileEndpoint) {
  RawServer server([](const auto&) { return Refused("<script>secret</script>"); });
  EXPECT_THAT(Describe(Tokens(server).Get().error()), Not(HasSubstr("script")));
}

TEST_F(OAuthTokensTest, TellsAnswersThatAreNoTokens) {
  for (const std::string body :
       {"", "{}", "[]", "<html>", R"({"access_token":7})", R"({"access_token":""})",
        R"({"access_token":"a b"})", R"({"access_token":"a\r\nX: y"})", R"({"access_token":"x)"}) {
    RawServer server([&](const auto&) { return RawServer::Ok(200, body); });
    EXPECT_THAT(Tokens(server).Get(), HasError(Code::kUnprocessable, "no token")) << body;
  }
}

TEST_F(OAuthTokensTest, TellsEndpointsThatAreNotThere) {
  RawServer missing([](const auto&) { return RawServer::Ok(404, "<html>"); });
  EXPECT_THAT(Tokens(missing).Get(), HasError(Code::kUnprocessable, "check the token URL"));
  RawServer down([](const auto&) { return RawServer::Ok(500, ""); });
  EXPECT_THAT(Tokens(down).Get(), HasError(Code::kUnavailable, "500"));
  EXPECT_EQ(down.requests(), 4);
  RawServer busy([](const auto&) { return Refused("temporarily_unavailable"); });
  EXPECT_THAT(Tokens(busy).Get(), HasError(Code::kUnavailable, "temporarily_unavailable"));
}

TEST_F(OAuthTokensTest, TakesNoCredentialsAlongWhenTheEndpointRedirects) {
  std::string head;
  RawServer elsewhere([&](const auto& received) {
    head = received.head + received.body;
    return Token("t");
  });
  RawServer server(
      [&](const auto&) { return RawServer::Ok(307, "", "Location: " + elsewhere.Url() + "\r\n"); });
  EXPECT_THAT(Tokens(server).Get(), HasError(Code::kPermissionDenied, "another host"));
  EXPECT_EQ(elsewhere.requests(), 0);
}

TEST_F(OAuthTokensTest, TakesAbsurdLifetimesForSomethingSensible) {
  for (const std::string value : {"0", "-5", "null", "\"x\"", "{}", "1e300"}) {
    RawServer server([&](const auto&) { return Token("t", "\"expires_in\":" + value); });
    OAuthTokens tokens = Tokens(server);
    EXPECT_EQ(*tokens.Get(), "t");
    now += std::chrono::minutes(50);
    EXPECT_EQ(*tokens.Get(), "t");
    EXPECT_EQ(server.requests(), 1) << value;
  }
}

}  // namespace
}  // namespace tarn::extract
