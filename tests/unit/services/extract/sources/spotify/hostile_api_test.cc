#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"
#include "tests/unit/services/extract/lab.h"

namespace tarn::extract {
namespace {

using testing::HasSubstr;

/// Extracts from a server that answers a token, and `answer` to everything else.
Run RunAgainst(const RawServer& server, Lab& lab) {
  lab.WriteSource("spotify", "connector: spotify\noptions: {base_url: '" + server.Url("/v1") +
                                 "', token_url: '" + server.Url("/token") +
                                 "', client_id: a, client_secret: b, playlists: [p1]}\n");
  return lab.RunToEnd();
}

RawServer::Answer TokenOr(const RawServer::Received& received,
                          const std::function<RawServer::Answer()>& answer) {
  if (received.head.rfind("POST /token", 0) == 0)
    return RawServer::Ok(200, R"({"access_token":"t","expires_in":3600})");
  return answer();
}

TEST(HostileApi, IsNotFollowedToAnotherHost) {
  RawServer thief([](const auto&) { return RawServer::Ok(200, "{}"); });
  const std::vector<std::string> links = {thief.Url("/v1/x"), "//127.0.0.1/x", "file:///etc/passwd",
                                          "https://api.spotify.com/v1/x"};
  for (const std::string& next : links) {
    RawServer server([&](const auto& received) {
      return TokenOr(received, [&] {
        return RawServer::Ok(200, nlohmann::json{{"items", nlohmann::json::array()}, {"next", next}}.dump());
      });
    });
    Lab lab;
    const ExtractRun run = RunAgainst(server, lab);
    EXPECT_EQ(run.state, RunState::kFailed);
    EXPECT_THAT(run.error->message(), HasSubstr("another host")) << next;
    EXPECT_EQ(run.error->where(), next);
  }
  EXPECT_EQ(thief.requests(), 0);
}

TEST(HostileApi, IsLeftWhenItsPagesGoInACircle) {
  RawServer* self = nullptr;
  RawServer server([&](const auto& received) {
    return TokenOr(received, [&] {
      return RawServer::Ok(
          200, nlohmann::json{{"items", nlohmann::json::array()}, {"next", self->Url("/v1/again")}}.dump());
    });
  });
  self = &server;
  Lab lab;
  const ExtractRun run = RunAgainst(server, lab);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.error->message(), HasSubstr("do not end"));
}

TEST(HostileApi, CannotRedirectTheTokenAway) {
  RawServer thief([](const auto&) { return RawServer::Ok(200, "{}"); });
  RawServer server([&](const auto& received) {
    return TokenOr(received, [&] { return RawServer::Ok(302, "", "Location: " + thief.Url() + "\r\n"); });
  });
  Lab lab;
  EXPECT_EQ(RunAgainst(server, lab).state, RunState::kFailed);
  EXPECT_EQ(thief.requests(), 0);
}

TEST(HostileApi, CannotSendAnEndlessPage) {
  RawServer server([&](const auto& received) {
    return TokenOr(received, [] {
      return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\n\r\n" + std::string(1 << 20, ' '),
                               .repeat = true};
    });
  });
  Lab lab;
  const ExtractRun run = RunAgainst(server, lab);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_EQ(run.error->code(), Code::kTooLarge);
}

}  // namespace
}  // namespace tarn::extract
