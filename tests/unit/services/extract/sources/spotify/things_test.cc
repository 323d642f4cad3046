#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/spotify/spotify_lab.h"

namespace tarn::extract::spotify {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> IdsIn(const nlohmann::json& page, const char* kind) {
  std::vector<std::string> ids;
  for (const auto& thing : page.at(kind))
    ids.push_back(thing.is_null() ? "" : thing.at("id").get<std::string>());
  return ids;
}

TEST(SpotifyThings, OfPlaylistsAreLeftOutUnlessIncluded) {
  SpotifyLab spotify;
  ASSERT_THAT(spotify.Run({{"include", nlohmann::json::array()}, {"market", "DE"}}), IsOk());
  EXPECT_EQ(spotify.Requests("/albums"), 0);
  EXPECT_EQ(spotify.Requests("/artists"), 0);
  EXPECT_GT(spotify.Requests("market=DE"), 0);
}

TEST(SpotifyThings, OfPlaylistsMayBeTheTracksThemselves) {
  SpotifyLab spotify({.generated = {{.id = "many", .entries = 120, .entry_bytes = 100}}});
  ASSERT_THAT(spotify.Run({{"playlists", {"many"}}, {"include", {"tracks"}}}), IsOk());
  std::vector<std::string> ids;
  for (int64_t page = 0; page < 3; ++page) {
    const auto of_page = IdsIn(spotify.JsonPage(MemoryPages::Key({"tracks", page})), "tracks");
    ids.insert(ids.end(), of_page.begin(), of_page.end());
  }
  EXPECT_EQ(ids, spotify.TrackIds(StreamOf("many")));
  EXPECT_TRUE(spotify.lab.pages->Finished("tracks"));
}

TEST(SpotifyThings, AreReadByTheirIdsWithoutAnyPlaylist) {
  SpotifyLab spotify({.generated = {{.id = "many", .entries = 1}}});
  const std::string track = spotify_stand_in::GeneratedTrackId(7);
  const std::string album = "L" + track.substr(1), artist = "R" + track.substr(1);
  const auto outcome = spotify.Run({{"tracks", {track}}, {"albums", {album}}, {"artists", {artist}}});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->anything_stored);
  EXPECT_EQ(IdsIn(spotify.JsonPage("tracks/page-00000.json"), "tracks"), std::vector{track});
  EXPECT_EQ(IdsIn(spotify.JsonPage("albums/page-00000.json"), "albums"), std::vector{album});
  EXPECT_EQ(IdsIn(spotify.JsonPage("artists/page-00000.json"), "artists"), std::vector{artist});
  EXPECT_DOUBLE_EQ(spotify.lab.progress->fraction(), 1);
}

TEST(SpotifyThings, ThatTheApiDoesNotKnowAreCounted) {
  for (const bool batches : {true, false}) {
    SpotifyLab spotify({.batches = batches});
    ASSERT_THAT(spotify.Run({{"albums", {"nonesuch", "missing"}}}), IsOk());
    EXPECT_EQ(spotify.lab.progress->count("missing_albums"), 2);
    EXPECT_EQ(spotify.Page("albums/page-00000.json"), R"({"albums":[null,null]})");
  }
}

TEST(SpotifyThings, AreAskedForOneByOneWhereBatchesAreGone) {
  SpotifyLab with, without({.batches = false});
  ASSERT_THAT(with.Run(), IsOk());
  ASSERT_THAT(without.Run(), IsOk());
  for (const char* page : {"albums/page-00000.json", "albums/page-00001.json", "artists/page-00000.json"}) {
    EXPECT_EQ(with.JsonPage(page), without.JsonPage(page));
  }
  EXPECT_EQ(without.Requests("/albums?ids="), 1);
}

TEST(SpotifyThings, AreAskedForTogetherAgainAfterAWeek) {
  SpotifyLab spotify({.batches = false});
  const nlohmann::json options = {{"albums", {"a1"}}};
  ASSERT_THAT(spotify.Run(options), IsOk());
  spotify.lab.created_at += std::chrono::hours(6 * 24);
  ASSERT_THAT(spotify.Run(options), IsOk());
  EXPECT_EQ(spotify.Requests("/albums?ids="), 1);
  spotify.lab.created_at += std::chrono::hours(24);
  ASSERT_THAT(spotify.Run(options), IsOk());
  EXPECT_EQ(spotify.Requests("/albums?ids="), 2);
}

TEST(SpotifyThings, ThatAreForbiddenAreAProblem) {
  SpotifyLab spotify({.batches = false});
  spotify.stand_in->faults().Add({.path_contains = "/albums/", .count = -1, .status = 403});
  const auto outcome = spotify.Run();
  ASSERT_THAT(outcome, IsOk());
  ASSERT_EQ(outcome->problems.size(), 1u);
  EXPECT_EQ(outcome->problems[0].code(), Code::kPermissionDenied);
  EXPECT_THAT(outcome->problems[0].message(), HasSubstr("albums/"));
  EXPECT_TRUE(spotify.lab.pages->Finished("artists"));
  EXPECT_FALSE(spotify.lab.pages->Finished("albums"));
}

}  // namespace
}  // namespace tarn::extract::spotify
