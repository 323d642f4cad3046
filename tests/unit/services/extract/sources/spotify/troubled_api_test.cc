#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/spotify/spotify_lab.h"

namespace tarn::extract::spotify {
namespace {

using spotify_stand_in::GeneratedTrackId;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(TroubledApi, GivesAPlaylistOf10000EntriesCompleteAndInOrder) {
  for (const int connections : {1, 8}) {
    SpotifyLab spotify({.generated = {{.id = "long", .entries = 10'000, .entry_bytes = 1}},
                        .chaos = {.seed = 7,
                                  .errors_percent = 5,
                                  .rate_limits_percent = 5,
                                  .expire_tokens_at = 40,
                                  .drop_at = 60}});
    spotify.lab.retry.max_attempts = 10;  // several connections may let one page meet most of the failures
    const auto outcome = spotify.Run({{"playlists", {"long"}},
                                      {"page_size", 100},
                                      {"include", nlohmann::json::array()},
                                      {"connections", connections}});
    ASSERT_THAT(outcome, IsOk());
    EXPECT_THAT(outcome->problems, IsEmpty());
    const auto ids = spotify.TrackIds(StreamOf("long"));
    ASSERT_EQ(ids.size(), 10'000u);
    for (int64_t i = 0; i < 10'000; ++i) ASSERT_EQ(ids[static_cast<size_t>(i)], GeneratedTrackId(i));
    EXPECT_EQ(spotify.lab.pages->pages().size(), 100u + 1);
    EXPECT_EQ(spotify.lab.pages->records(), 10'000);
    EXPECT_EQ(spotify.lab.progress->expected(), 10'000);

    const int64_t hits = spotify.stand_in->chaos().hits();
    EXPECT_GE(hits, 6);
    EXPECT_EQ(spotify.lab.progress->count("retries"), hits);
    EXPECT_GE(spotify.stand_in->tokens().issued(), 2);
    const int64_t tokens = spotify.stand_in->tokens().issued();
    EXPECT_EQ(spotify.lab.progress->count("requests"), spotify.Requests() + tokens);
  }
}

TEST(TroubledApi, GetsANewTokenWhenOneExpiresInTheMiddle) {
  SpotifyLab spotify({.tokens = {.max_requests = 2}});
  const auto outcome = spotify.Run({{"page_size", 10}});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  EXPECT_GT(spotify.stand_in->tokens().issued(), 3);
}

TEST(TroubledApi, IsLeftWhenItRefusesANewTokenToo) {
  SpotifyLab spotify;
  spotify.stand_in->faults().Add({.path_contains = "/playlists/", .count = -1, .status = 401});
  EXPECT_THAT(spotify.Run(), HasError(Code::kUnauthenticated, "new access token"));
  EXPECT_EQ(spotify.Requests("/playlists/"), 2);
}

TEST(TroubledApi, IsLeftWhenTheCredentialsAreWrong) {
  SpotifyLab spotify({.tokens = {.client_secret = "another"}});
  EXPECT_THAT(spotify.Run(), HasError(Code::kUnauthenticated, "client_secret"));
}

TEST(TroubledApi, IsAskedAgainAfterRateLimitsAndServerErrors) {
  SpotifyLab spotify;
  spotify.stand_in->faults().Add({.path_contains = "/tracks", .count = 1, .status = 429, .retry_after = "0"});
  spotify.stand_in->faults().Add({.path_contains = "/albums", .count = 2, .status = 429});
  spotify.stand_in->faults().Add({.path_contains = "/artists", .count = 2, .status = 502});
  const auto outcome = spotify.Run();
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  EXPECT_EQ(spotify.lab.progress->count("retries"), 5);
}

TEST(TroubledApi, PutsTheRunOffWhenItAsksToWaitForLong) {
  SpotifyLab spotify;
  spotify.stand_in->faults().Add(
      {.path_contains = "offset=20", .count = 1, .status = 429, .retry_after = "86400"});
  const nlohmann::json options = {{"page_size", 20}};
  EXPECT_THAT(spotify.Run(options), HasError(Code::kResourceExhausted, "86400"));
  EXPECT_GT(spotify.lab.resume_after.value_or(std::chrono::seconds(0)), std::chrono::hours(23));
  const auto outcome = spotify.Resume(options);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  EXPECT_EQ(spotify.Requests("/tracks?limit=20&offset=0"), 1);
}

TEST(TroubledApi, FailsTheRunWhenItStaysAway) {
  SpotifyLab spotify;
  spotify.stand_in->faults().Add({.path_contains = "/albums", .count = -1, .status = 500});
  const auto outcome = spotify.Run();
  EXPECT_THAT(outcome, HasError(Code::kUnavailable, "/v1/albums"));
  EXPECT_EQ(outcome.error().where().find('?'), std::string::npos);
}

TEST(TroubledApi, IsToldWhereAPageIsWrongAndNothingOfItIsStored) {
  SpotifyLab spotify;
  spotify.stand_in->faults().Add({.path_contains = "offset=20", .malformed = true});
  const auto outcome = spotify.Run({{"page_size", 20}, {"include", nlohmann::json::array()}});
  ASSERT_THAT(outcome, IsOk());
  ASSERT_EQ(outcome->problems.size(), 1u);
  EXPECT_THAT(outcome->problems[0].message(), HasSubstr("page 1 of playlist " + kTopSongs));
  EXPECT_THAT(outcome->problems[0].where(), HasSubstr("byte "));
  EXPECT_NE(spotify.Page(StreamOf(kTopSongs) + "/page-00000.json"), "");
  EXPECT_EQ(spotify.Page(StreamOf(kTopSongs) + "/page-00001.json"), "");
  EXPECT_FALSE(spotify.lab.pages->Finished(StreamOf(kTopSongs)));
}

}  // namespace
}  // namespace tarn::extract::spotify
