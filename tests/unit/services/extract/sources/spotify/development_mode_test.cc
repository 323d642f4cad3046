#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/spotify/spotify_lab.h"

namespace tarn::extract::spotify {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(DevelopmentMode, GivesTheOwnerEverything) {
  SpotifyLab spotify({.development_mode = true});
  const auto outcome =
      spotify.Run({{"refresh_token", "stand-in-refresh"}, {"include", {"albums", "artists", "tracks"}}});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  for (const char* stream : {"albums", "artists", "tracks"})
    EXPECT_TRUE(spotify.lab.pages->Finished(stream)) << stream;
}

TEST(DevelopmentMode, SaysThatItemsAreForTheOwnerOnly) {
  struct Case {
    nlohmann::json options;
    std::string user;
  };
  const Case cases[] = {{nlohmann::json::object(), "tarn"},
                        {{{"refresh_token", "stand-in-refresh"}}, "another"}};
  for (const auto& [options, user] : cases) {
    SpotifyLab spotify({.development_mode = true, .user = user});
    const auto outcome = spotify.Run(options);
    ASSERT_THAT(outcome, IsOk());
    ASSERT_EQ(outcome->problems.size(), 1u);
    EXPECT_EQ(outcome->problems[0].code(), Code::kPermissionDenied);
    EXPECT_THAT(outcome->problems[0].message(), HasSubstr("only to its owner"));
    EXPECT_THAT(outcome->problems[0].message(), HasSubstr("refresh_token of its owner"));
    EXPECT_THAT(outcome->problems[0].message(), HasSubstr("(Spotify: Forbidden)"));
    EXPECT_THAT(outcome->problems[0].message(), testing::EndsWith(kTopSongs));
    EXPECT_FALSE(outcome->anything_stored);
    EXPECT_FALSE(spotify.lab.pages->Finished(StreamOf(kTopSongs)));
  }
}

TEST(DevelopmentMode, SaysThatPlaylistsOfSpotifyItselfAreGone) {
  SpotifyLab spotify;
  const auto outcome = spotify.Run({{"playlists", {"37i9dQZF1DXcBWIGoYBM5M"}}});
  ASSERT_THAT(outcome, IsOk());
  ASSERT_EQ(outcome->problems.size(), 1u);
  EXPECT_EQ(outcome->problems[0].code(), Code::kNotFound);
  EXPECT_THAT(outcome->problems[0].message(), HasSubstr("no longer gives playlists of its own making"));
  EXPECT_THAT(outcome->problems[0].message(), HasSubstr("copy the songs"));
}

TEST(DevelopmentMode, SaysWhichScopeTheUserHasToGrant) {
  struct Case {
    const char* option;
    const char* path;
    const char* scope;
  };
  for (const auto& [option, path, scope] :
       {Case{"saved_tracks", "/me/tracks", "user-library-read"},
        Case{"recently_played", "/me/player", "user-read-recently-played"}}) {
    SpotifyLab spotify;
    spotify.stand_in->faults().Add({.path_contains = path, .count = -1, .status = 403});
    const auto outcome = spotify.Run({{option, true}, {"refresh_token", "stand-in-refresh"}});
    ASSERT_THAT(outcome, IsOk());
    EXPECT_EQ(outcome->problems.at(0).code(), Code::kPermissionDenied);
    EXPECT_THAT(outcome->problems[0].message(), HasSubstr(scope));
  }
}

TEST(DevelopmentMode, RemembersWhatWorked) {
  SpotifyLab spotify({.development_mode = true});
  const nlohmann::json options = {
      {"refresh_token", "stand-in-refresh"}, {"search", {{{"query", "a"}}}}, {"playlists", {kTopSongs}}};
  ASSERT_THAT(spotify.Run(options), IsOk());
  const int64_t refused = spotify.Requests("limit=50&offset=0");
  EXPECT_EQ(spotify.Requests("/albums?ids="), 1);
  nlohmann::json again = options;
  again["market"] = "DE";
  ASSERT_THAT(spotify.Run(again), IsOk());
  EXPECT_EQ(spotify.Requests("/albums?ids="), 1);
  EXPECT_EQ(spotify.Requests("/search?q=a&type=track&limit=50"), 1);
  EXPECT_EQ(spotify.Requests("/tracks?limit"), 0);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace tarn::extract::spotify
