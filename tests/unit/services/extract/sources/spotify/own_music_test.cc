#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/spotify/spotify_lab.h"

namespace tarn::extract::spotify {
namespace {

using spotify_stand_in::GeneratedTrackId;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const nlohmann::json kSaved = {{"saved_tracks", true}, {"refresh_token", "stand-in-refresh"}};
const nlohmann::json kPlayed = {{"recently_played", true}, {"refresh_token", "stand-in-refresh"}};

TEST(SpotifyRefreshToken, IsReplacedByTheOneThatCameLast) {
  SpotifyLab spotify({.tokens = {.rotate = true}});
  spotify.stand_in->library().SetSavedTracks(3);
  for (int64_t run = 1; run <= 3; ++run) {
    ASSERT_THAT(spotify.Run(kSaved), IsOk());
    EXPECT_EQ(spotify.stand_in->tokens().issued(), run);
  }
  EXPECT_THAT(spotify.lab.state.notes(), HasSubstr("refresh_token"));
}

TEST(SpotifyRefreshToken, IsKeptBesideWhatElseIsRemembered) {
  SpotifyLab spotify({.development_mode = true, .tokens = {.rotate = true}});
  const nlohmann::json options = {{"playlists", {kTopSongs}}, {"refresh_token", "stand-in-refresh"}};
  ASSERT_THAT(spotify.Run(options), IsOk());
  const auto notes = nlohmann::json::parse(spotify.lab.state.notes());
  EXPECT_TRUE(notes.contains("refresh_token"));
  EXPECT_TRUE(notes["batches_gone"].contains("albums"));
  nlohmann::json again = options;
  again["market"] = "DE";
  ASSERT_THAT(spotify.Run(again), IsOk());
}

TEST(SpotifyRefreshToken, ThatIsRefusedEndsTheRun) {
  SpotifyLab spotify;
  nlohmann::json options = kSaved;
  options["refresh_token"] = "stolen";
  const auto outcome = spotify.Run(options);
  EXPECT_THAT(outcome, HasError(Code::kUnauthenticated, "refresh token"));
  EXPECT_EQ(outcome.error().message().find("stolen"), std::string::npos);
}

TEST(SpotifySavedTracks, AreReadPageByPageWithTheirAlbums) {
  SpotifyLab spotify;
  spotify.stand_in->library().SetSavedTracks(120);
  const auto outcome = spotify.Run(kSaved);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  const auto ids = spotify.TrackIds("saved_tracks");
  ASSERT_EQ(ids.size(), 120u);
  EXPECT_EQ(ids.front(), GeneratedTrackId(119));
  EXPECT_EQ(ids.back(), GeneratedTrackId(0));
  EXPECT_TRUE(spotify.lab.pages->Finished("saved_tracks"));
  EXPECT_TRUE(spotify.lab.pages->Finished("albums"));
}

TEST(SpotifySavedTracks, AreReadAgainOnlyWhenThereAreOthers) {
  SpotifyLab spotify;
  spotify.stand_in->library().SetSavedTracks(60);
  ASSERT_THAT(spotify.Run(kSaved), IsOk());
  const int64_t before = spotify.Requests();
  auto outcome = spotify.Run(kSaved);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->unchanged);
  EXPECT_EQ(spotify.Requests() - before, 1);
  spotify.stand_in->library().SetSavedTracks(61);
  outcome = spotify.Run(kSaved);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_FALSE(outcome->unchanged);
  EXPECT_EQ(spotify.TrackIds("saved_tracks").size(), 61u);
}

TEST(SpotifyRecentlyPlayed, GoesOnAfterTheLatestPlayOfTheRunBefore) {
  SpotifyLab spotify;
  spotify.stand_in->library().Play(3);
  ASSERT_THAT(spotify.Run(kPlayed), IsOk());
  EXPECT_THAT(spotify.TrackIds("recently_played"),
              ElementsAre(GeneratedTrackId(2), GeneratedTrackId(1), GeneratedTrackId(0)));

  spotify.stand_in->library().Play(2);
  ASSERT_THAT(spotify.Run(kPlayed), IsOk());
  EXPECT_THAT(spotify.TrackIds("recently_played"), ElementsAre(GeneratedTrackId(4), GeneratedTrackId(3)));
  EXPECT_TRUE(spotify.lab.pages->Finished("recently_played"));

  const auto outcome = spotify.Run(kPlayed);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->unchanged);
  EXPECT_THAT(spotify.lab.pages->pages(), IsEmpty());
}

TEST(SpotifyRecentlyPlayed, CountsWindowsThatMayHaveLostPlays) {
  SpotifyLab spotify;
  spotify.stand_in->library().Play(10);
  ASSERT_THAT(spotify.Run(kPlayed), IsOk());
  EXPECT_EQ(spotify.lab.progress->count("full_windows"), 0);
  spotify.stand_in->library().Play(70);
  ASSERT_THAT(spotify.Run(kPlayed), IsOk());
  EXPECT_EQ(spotify.lab.progress->count("full_windows"), 1);
  EXPECT_EQ(spotify.TrackIds("recently_played").size(), 50u);
}

TEST(SpotifyRecentlyPlayed, IsReadAgainAfterARunThatFailed) {
  SpotifyLab spotify;
  spotify.stand_in->library().Play(3);
  nlohmann::json options = kPlayed;
  options["playlists"] = {"nonesuch"};
  const auto outcome = spotify.Run(options);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->problems.size(), 1u);
  ASSERT_THAT(spotify.Run(kPlayed), IsOk());
  EXPECT_EQ(spotify.TrackIds("recently_played").size(), 3u);
}

}  // namespace
}  // namespace tarn::extract::spotify
