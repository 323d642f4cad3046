#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"
#include "tests/unit/services/extract/sources/spotify/spotify_lab.h"

namespace tarn::extract::spotify {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(UnchangedPlaylist, IsAskedForItsSnapshotAndNothingMore) {
  SpotifyLab spotify;
  const nlohmann::json options = {{"playlists", {kTopSongs, kOddities}}};
  ASSERT_THAT(spotify.Run(options), IsOk());
  const int64_t before = spotify.Requests();
  const auto outcome = spotify.Run(options);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->unchanged);
  EXPECT_FALSE(outcome->anything_stored);
  EXPECT_EQ(spotify.Requests() - before, 2);
  EXPECT_THAT(spotify.lab.pages->pages(), IsEmpty());
  EXPECT_EQ(spotify.lab.progress->count("unchanged_lists"), 2);
  EXPECT_DOUBLE_EQ(spotify.lab.progress->fraction(), 1);
}

TEST(UnchangedPlaylist, IsLeftOutWhileAnotherIsRead) {
  SpotifyLab spotify({.generated = {{.id = "many", .entries = 10}}});
  const nlohmann::json options = {{"playlists", {kOddities, "many"}}};
  ASSERT_THAT(spotify.Run(options), IsOk());
  spotify.stand_in->music().SetGenerated({.id = "many", .entries = 11});
  const auto outcome = spotify.Run(options);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_FALSE(outcome->unchanged);
  EXPECT_FALSE(spotify.lab.pages->Finished(StreamOf(kOddities)));
  EXPECT_EQ(spotify.TrackIds(StreamOf("many")).size(), 11u);

  const auto third = spotify.Run(options);
  ASSERT_THAT(third, IsOk());
  EXPECT_TRUE(third->unchanged);
}

TEST(UnchangedPlaylist, IsReadAgainWhenItIsToBeReadDifferently) {
  SpotifyLab spotify;
  ASSERT_THAT(spotify.Run(), IsOk());
  for (const nlohmann::json& more : {nlohmann::json{{"market", "DE"}}, nlohmann::json{{"page_size", 10}},
                                     nlohmann::json{{"include", {"albums"}}}}) {
    const auto outcome = spotify.Run(more);
    ASSERT_THAT(outcome, IsOk());
    EXPECT_FALSE(outcome->unchanged) << more;
  }
  const auto outcome = spotify.Run({{"connections", 3}, {"include", {"albums"}}});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->unchanged);
}

TEST(UnchangedPlaylist, IsReadAgainAfterARunWithAProblem) {
  SpotifyLab spotify;
  ASSERT_THAT(spotify.Run({{"playlists", {kTopSongs, "nonesuch"}}}), IsOk());
  const auto outcome = spotify.Run();
  ASSERT_THAT(outcome, IsOk());
  EXPECT_FALSE(outcome->unchanged);
}

/// A playlist on 2 pages, whose snapshot changes so many times: each time its second page is read, or, if it
/// `grows`, its first one, from 3 entries to 4.
class ChangingApi {
 public:
  explicit ChangingApi(int changes, bool grows = false)
      : changes_(changes),
        grows_(grows),
        server_([this](const auto& received) { return Answer(received.head); }) {}
  std::string Url() const { return server_.Url(""); }

 private:
  RawServer::Answer Answer(const std::string& head) {
    if (head.starts_with("POST")) return RawServer::Ok(200, R"({"access_token":"t","expires_in":3600})");
    const int version = version_;
    if (head.find("fields=") != std::string::npos) {
      return RawServer::Ok(200, R"({"id":"p1","snapshot_id":"v)" + std::to_string(version) + R"("})");
    }
    const bool second = head.find("offset=2") != std::string::npos;
    if (second != grows_ && version_ < changes_) ++version_;
    const int total = grows_ ? std::min(3 + version, 4) : 4;
    nlohmann::json page = {
        {"items", nlohmann::json::array()}, {"limit", 2}, {"offset", second ? 2 : 0}, {"total", total}};
    const int on_page = second ? total - 2 : 2;
    for (int i = 0; i < on_page; ++i) {
      page["items"].push_back({{"track", {{"id", "v" + std::to_string(version)}, {"type", "track"}}}});
    }
    page["next"] =
        second ? nlohmann::json() : nlohmann::json(server_.Url("/v1/playlists/p1/items?offset=2&limit=2"));
    return RawServer::Ok(200, page.dump());
  }

  const int changes_;
  const bool grows_;
  std::atomic<int> version_ = 0;
  RawServer server_;
};

const nlohmann::json kOnePlaylist = {
    {"playlists", {"p1"}}, {"page_size", 2}, {"include", nlohmann::json::array()}};

TEST(ChangingPlaylist, IsReadAgainAndNeverMixedUnderAManifest) {
  for (const bool grows : {false, true}) {
    ChangingApi api(1, grows);
    ConnectorLab lab;
    const auto outcome = RunAgainst(lab, api.Url(), kOnePlaylist);
    ASSERT_THAT(outcome, IsOk());
    EXPECT_THAT(outcome->problems, IsEmpty());
    EXPECT_EQ(lab.progress->count("changed_while_read"), 1);
    EXPECT_FALSE(lab.pages->Finished(StreamOf("p1")));
    const std::string second_reading = StreamOf("p1") + "/reading=2";
    EXPECT_TRUE(lab.pages->Finished(second_reading));
    EXPECT_THAT(lab.pages->Content(second_reading + "/playlist.json"), HasSubstr("v1"));
    for (const char* page : {"/page-00000.json", "/page-00001.json"}) {
      EXPECT_THAT(lab.pages->Content(second_reading + page), HasSubstr("\"v1\"")) << page;
    }
    EXPECT_THAT(lab.state.cursor(), HasSubstr("v1"));
  }
}

TEST(ChangingPlaylist, IsGivenUpAfterThreeReadings) {
  ChangingApi api(100);
  ConnectorLab lab;
  const auto outcome = RunAgainst(lab, api.Url(), kOnePlaylist);
  ASSERT_THAT(outcome, IsOk());
  ASSERT_EQ(outcome->problems.size(), 1u);
  EXPECT_EQ(outcome->problems[0].code(), Code::kConflict);
  EXPECT_THAT(outcome->problems[0].message(), HasSubstr("p1 changed each of the 3 times"));
  for (const auto& key : lab.pages->written()) EXPECT_EQ(key.find("manifest"), std::string::npos) << key;
}

TEST(ChangingPlaylist, CostsOneLookMoreThanItsPages) {
  ChangingApi api(1);
  ConnectorLab lab;
  ASSERT_THAT(RunAgainst(lab, api.Url(), kOnePlaylist), IsOk());
  EXPECT_EQ(lab.progress->count("requests"), 1 + 2 * (1 + 2) + 1);  // token, two readings, the last look
}

}  // namespace
}  // namespace tarn::extract::spotify
