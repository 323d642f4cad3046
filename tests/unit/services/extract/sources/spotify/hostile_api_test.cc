#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"
#include "tests/unit/services/extract/sources/spotify/spotify_lab.h"

namespace tarn::extract::spotify {
namespace {

using testing::HasSubstr;

const nlohmann::json kOnePlaylist = {
    {"playlists", {"p1"}}, {"page_size", 2}, {"include", nlohmann::json::array()}};

/// Answers a token, the state of a playlist, and whatever `page` says to everything else.
class HostileApi {
 public:
  using Page = std::function<RawServer::Answer(const HostileApi& api, const std::string& head)>;
  explicit HostileApi(Page page)
      : page_(std::move(page)), server_([this](const auto& received) {
          if (received.head.starts_with("POST /token")) {
            return RawServer::Ok(200, R"({"access_token":"t","expires_in":3600})");
          }
          if (received.head.find("fields=") != std::string::npos)
            return RawServer::Ok(200, R"({"snapshot_id":"s"})");
          return page_(*this, received.head);
        }) {}

  std::string Url(const std::string& path) const { return server_.Url(path); }

  /// The error of the only problem of a run.
  Error Problem(ConnectorLab& lab) const {
    const auto outcome = RunAgainst(lab, server_.Url(""), kOnePlaylist);
    if (!outcome.ok()) return outcome.error();
    if (outcome->problems.size() != 1) return Error(Code::kInternal, "no problem");
    return outcome->problems[0];
  }

 private:
  Page page_;
  RawServer server_;
};

RawServer::Answer PageOf(int items, int total, int limit, int offset, const nlohmann::json& next) {
  nlohmann::json page = {{"items", nlohmann::json::array()},
                         {"total", total},
                         {"limit", limit},
                         {"offset", offset},
                         {"next", next}};
  for (int i = 0; i < items; ++i) page["items"].push_back({{"track", {{"type", "track"}, {"id", "t"}}}});
  return RawServer::Ok(200, page.dump());
}

TEST(HostileApi, IsNotFollowedToAnotherHost) {
  RawServer thief([](const auto&) { return RawServer::Ok(200, "{}"); });
  for (const std::string& next :
       {thief.Url("/v1/x?offset=2"), std::string("//127.0.0.1/x?offset=2"), std::string("file:///etc/passwd"),
        std::string("https://api.spotify.com/v1/x?offset=2")}) {
    HostileApi api([&](const auto&, const auto&) { return PageOf(2, 4, 2, 0, next); });
    ConnectorLab lab;
    const Error error = api.Problem(lab);
    EXPECT_THAT(error.message(), HasSubstr("another host")) << next;
    EXPECT_EQ(error.where(), next);
    EXPECT_FALSE(lab.pages->Finished(StreamOf("p1")));
  }
  EXPECT_EQ(thief.requests(), 0);
}

TEST(HostileApi, IsLeftWhenAPageIsNotTheOneItShouldBe) {
  struct Case {
    const char* what;
    int items, total, limit, offset;
    const char* next;
    const char* message;
  };
  const Case cases[] = {
      {"points to itself", 2, 4, 2, 0, "/v1/x?offset=0&limit=2", "points to itself"},
      {"points to nothing", 2, 4, 2, 0, "/v1/x", "points to itself"},
      {"leaves entries out", 2, 9, 2, 0, "/v1/x?offset=4&limit=2", "begins at entry 4 instead of 2"},
      {"is another page", 2, 4, 2, 2, "/v1/x?offset=2&limit=2", "begins at entry 2 instead of 0"},
      {"has no end", 2, 2'000'000, 2, 0, "/v1/x?offset=2&limit=2", "do not end"},
      {"is the last before the end", 2, 5, 2, 0, nullptr, "no page follows after 2 of 5 entries"},
      {"goes on after the end", 2, 2, 2, 0, "/v1/x?offset=2&limit=2", "2 entries only"},
      {"has too few entries", 1, 2, 2, 0, nullptr, "has 2 entries, says the API, but 1 came"},
      {"has too many entries", 3, 2, 2, 0, nullptr, "has 2 entries, says the API, but 3 came"},
  };
  for (const Case& c : cases) {
    HostileApi api([&](const HostileApi& self, const auto&) {
      return PageOf(c.items, c.total, c.limit, c.offset,
                    c.next ? nlohmann::json(self.Url(c.next)) : nlohmann::json());
    });
    ConnectorLab lab;
    const Error error = api.Problem(lab);
    EXPECT_EQ(error.code(), Code::kUnprocessable) << c.what;
    EXPECT_THAT(error.message(), HasSubstr(c.message)) << c.what;
    EXPECT_FALSE(lab.pages->Finished(StreamOf("p1"))) << c.what;
  }
}

TEST(HostileApi, IsNoSuccessWithFewerEntriesThanThereAre) {
  HostileApi api([](const HostileApi& self, const std::string& head) {
    const bool second = head.find("offset=2") != std::string::npos;
    if (second) return PageOf(1, 4, 2, 2, nullptr);
    return PageOf(2, 4, 2, 0, self.Url("/v1/x?offset=2&limit=2"));
  });
  ConnectorLab lab;
  const Error error = api.Problem(lab);
  EXPECT_EQ(error.code(), Code::kUnprocessable);
  EXPECT_THAT(error.message(), HasSubstr("playlist p1 has 4 entries, says the API, but 3 came"));
  EXPECT_FALSE(lab.pages->Finished(StreamOf("p1")));
}

TEST(HostileApi, IsToldWhatIsWrongWithABody) {
  struct Case {
    std::string body;
    const char* message;
    const char* where;
  };
  const Case cases[] = {
      {"<!DOCTYPE html><html></html>", "HTML instead of JSON", "byte 0"},
      {R"({"items":[{"track":)", "cut off: it ends at byte 19", "byte 19"},
      {"{\"items\":[\"\xff\xfe\"],\"total\":1}", "not UTF-8", "byte 11"},
      {"", "", "byte 0"},
      {"[]", "expected an object", "/"},
      {R"({"items":[]})", "number of all entries", "/total"},
  };
  for (const auto& [body, message, where] : cases) {
    HostileApi api([&](const auto&, const auto&) { return RawServer::Ok(200, body); });
    ConnectorLab lab;
    const Error error = api.Problem(lab);
    EXPECT_EQ(error.code(), Code::kUnprocessable) << body;
    EXPECT_THAT(error.message(), HasSubstr("page 0 of playlist p1 is not what the API documents")) << body;
    EXPECT_THAT(error.message(), HasSubstr(message)) << body;
    EXPECT_EQ(error.where(), where) << body;
  }
}

TEST(HostileApi, CannotRedirectTheTokenAway) {
  std::string seen;
  RawServer thief([&](const auto& received) {
    seen += received.head;
    return RawServer::Ok(404, "{}");
  });
  HostileApi api(
      [&](const auto&, const auto&) { return RawServer::Ok(302, "", "Location: " + thief.Url() + "\r\n"); });
  ConnectorLab lab;
  EXPECT_NE(api.Problem(lab).code(), Code::kInternal);
  EXPECT_EQ(seen.find("Bearer"), std::string::npos);
}

TEST(HostileApi, CannotSendAnEndlessPage) {
  HostileApi api([](const auto&, const auto&) {
    return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\n\r\n" + std::string(1 << 20, ' '), .repeat = true};
  });
  ConnectorLab lab;
  EXPECT_EQ(api.Problem(lab).code(), Code::kTooLarge);
}

}  // namespace
}  // namespace tarn::extract::spotify
