#include "services/extract/sources/spotify/connector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/lab.h"

namespace tarn::extract {
namespace {

using spotify_stand_in::Fault;
using spotify_stand_in::Shape;
using testing::HasSubstr;
using testing::IsSupersetOf;

const nlohmann::json kAllPlaylists = {{"playlists", {kTopSongs, kLateNight, kOddities}}, {"page_size", 20}};

int64_t CountRequests(const spotify_stand_in::StandIn& stand_in, const std::string& part) {
  const auto requests = stand_in.requests();
  return std::count_if(requests.begin(), requests.end(),
                       [&](const std::string& target) { return target.find(part) != std::string::npos; });
}

TEST(SpotifyConnector, StoresEveryPageAsItCameWithAManifestLast) {
  auto stand_in = StartStandIn();
  Lab lab;
  lab.WriteSpotifySource(*stand_in);
  const ExtractRun run = lab.RunToEnd(kAllPlaylists);
  ASSERT_EQ(run.state, RunState::kSucceeded) << run.error->message();
  EXPECT_EQ(run.progress, 1);

  const auto objects = lab.RawObjects();
  std::vector<std::string> keys;
  for (const auto& [key, content] : objects) keys.push_back(key);
  EXPECT_THAT(keys, IsSupersetOf({"spotify/playlist_items/playlist_id=" + kTopSongs + "/page-00000.json",
                                  "spotify/playlist_items/playlist_id=" + kTopSongs + "/page-00002.json",
                                  "spotify/playlist_items/playlist_id=" + kTopSongs + "/manifest.json",
                                  "spotify/playlist_items/playlist_id=" + kLateNight + "/page-00002.json",
                                  "spotify/playlist_items/playlist_id=" + kOddities + "/page-00000.json",
                                  std::string("spotify/albums/page-00000.json"),
                                  std::string("spotify/albums/manifest.json"),
                                  std::string("spotify/artists/page-00000.json")}));

  const auto page = nlohmann::json::parse(
      objects.at("spotify/playlist_items/playlist_id=" + kTopSongs + "/page-00001.json"));
  EXPECT_EQ(page, *stand_in->music().Page(kTopSongs, "tracks", Shape::kTracks, stand_in->api_url(), 20, 20));
  EXPECT_EQ(run.counts.at("records") - run.counts.at("null_entries") - run.counts.at("local_tracks") -
                run.counts.at("episodes") -
                nlohmann::json::parse(objects.at("spotify/albums/manifest.json"))["counts"]["records"]
                    .get<int64_t>() -
                nlohmann::json::parse(objects.at("spotify/artists/manifest.json"))["counts"]["records"]
                    .get<int64_t>(),
            57 + 50 + 2);  // the tracks of the three playlists
  EXPECT_EQ(run.counts.at("null_entries"), 1 + 1 + 2);
  EXPECT_EQ(run.counts.at("local_tracks"), 2);
  EXPECT_EQ(run.counts.at("episodes"), 3);
}

TEST(SpotifyConnector, ListsItsObjectsInTheManifest) {
  auto stand_in = StartStandIn();
  Lab lab;
  lab.WriteSpotifySource(*stand_in, "  page_size: 20\n");
  const ExtractRun run = lab.RunToEnd();
  const auto objects = lab.RawObjects();
  const std::string folder = "spotify/playlist_items/playlist_id=" + kTopSongs + "/";
  const auto manifest = nlohmann::json::parse(objects.at(folder + "manifest.json"));
  EXPECT_EQ(manifest["run_id"], run.id);
  EXPECT_EQ(manifest["source"], "spotify");
  EXPECT_EQ(manifest["counts"]["records"], 60);
  ASSERT_EQ(manifest["objects"].size(), 3u);
  const auto info = lab.objects->Head("raw", manifest["objects"][1]["key"]);
  ASSERT_THAT(info, IsOk());
  EXPECT_EQ(manifest["objects"][1]["etag"], info->etag);
  EXPECT_EQ(manifest["objects"][1]["bytes"], info->size_bytes);
  EXPECT_THAT(info->key,
              HasSubstr("/run=" + FormatCompact(run.created_at) + "_" + run.id + "/page-00001.json"));
}

TEST(SpotifyConnector, ReadsEitherShapeAndRemembersTheEndpointThatWorks) {
  for (const Shape shape : {Shape::kTracks, Shape::kItems, Shape::kBoth}) {
    auto stand_in = StartStandIn({.shape = shape});
    Lab lab;
    lab.WriteSpotifySource(*stand_in);
    for (int i = 0; i < 2; ++i) {
      const ExtractRun run = lab.RunToEnd(kAllPlaylists);
      ASSERT_EQ(run.state, RunState::kSucceeded) << run.error->message();
      EXPECT_EQ(run.counts.at("episodes"), 3);
    }
    const bool has_items = shape != Shape::kTracks;
    EXPECT_EQ(CountRequests(*stand_in, "/tracks?"), has_items ? 0 : 2 * 7);
    EXPECT_EQ(CountRequests(*stand_in, "/items?"), has_items ? 2 * 7 : 1);
  }
}

TEST(SpotifyConnector, FallsBackFromARememberedEndpointThatIsClosed) {
  auto old_api = StartStandIn({.shape = Shape::kTracks});
  auto new_api = StartStandIn({.shape = Shape::kItems});
  Lab lab;
  lab.WriteSpotifySource(*old_api);
  EXPECT_EQ(lab.RunToEnd().state, RunState::kSucceeded);
  lab.WriteSpotifySource(*new_api);
  EXPECT_EQ(lab.RunToEnd().state, RunState::kSucceeded);
  EXPECT_EQ(CountRequests(*new_api, "/tracks?"), 1);
  EXPECT_EQ(CountRequests(*new_api, "/items?"), 2);
}

TEST(SpotifyConnector, AsksOneByOneWhereBatchesAreGone) {
  auto with = StartStandIn();
  auto without = StartStandIn({.batches = false});
  Lab lab;
  lab.WriteSpotifySource(*with, "", "with");
  lab.WriteSpotifySource(*without, "", "without");
  ASSERT_EQ(lab.RunSource("with").state, RunState::kSucceeded);
  ASSERT_EQ(lab.RunSource("without").state, RunState::kSucceeded);
  const auto objects = lab.RawObjects();
  for (const std::string page :
       {"/albums/page-00000.json", "/albums/page-00001.json", "/artists/page-00000.json"}) {
    EXPECT_EQ(nlohmann::json::parse(objects.at("with" + page)),
              nlohmann::json::parse(objects.at("without" + page)));
  }
  EXPECT_EQ(CountRequests(*without, "/albums?ids="), 1);
}

TEST(SpotifyConnector, LeavesOutWhatIsNotIncluded) {
  auto stand_in = StartStandIn();
  Lab lab;
  lab.WriteSpotifySource(*stand_in, "  include: []\n  market: DE\n");
  ASSERT_EQ(lab.RunToEnd().state, RunState::kSucceeded);
  EXPECT_EQ(CountRequests(*stand_in, "/albums"), 0);
  EXPECT_EQ(CountRequests(*stand_in, "/artists"), 0);
  EXPECT_GT(CountRequests(*stand_in, "market=DE"), 0);
}

TEST(SpotifyConnector, ReplacesATokenThatExpiresInTheMiddle) {
  auto stand_in = StartStandIn({.tokens = {.max_requests = 2}});
  Lab lab;
  lab.WriteSpotifySource(*stand_in, "  page_size: 10\n");
  const ExtractRun run = lab.RunToEnd();
  ASSERT_EQ(run.state, RunState::kSucceeded) << run.error->message();
  EXPECT_GT(stand_in->tokens().issued(), 3);
}

TEST(SpotifyConnector, GivesUpWhenANewTokenIsRefusedToo) {
  auto stand_in = StartStandIn();
  stand_in->faults().Add({.path_contains = "/playlists/", .count = -1, .status = 401});
  Lab lab;
  lab.WriteSpotifySource(*stand_in);
  const ExtractRun run = lab.RunToEnd();
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_EQ(run.error->code(), Code::kUnauthenticated);
  EXPECT_EQ(CountRequests(*stand_in, "/playlists/"), 2);
}

TEST(SpotifyConnector, SaysThatTheCredentialsAreWrong) {
  auto stand_in = StartStandIn({.tokens = {.client_secret = "another"}});
  Lab lab;
  lab.WriteSpotifySource(*stand_in);
  const ExtractRun run = lab.RunToEnd();
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.error->message(), HasSubstr("client_secret"));
}

TEST(SpotifyConnector, WaitsForRateLimitsAndRepeatsServerErrors) {
  auto stand_in = StartStandIn();
  stand_in->faults().Add({.path_contains = "/tracks", .count = 1, .status = 429, .retry_after = "1"});
  stand_in->faults().Add({.path_contains = "/albums", .count = 2, .status = 429});
  stand_in->faults().Add({.path_contains = "/artists", .count = 2, .status = 502});
  Lab lab;
  lab.WriteSpotifySource(*stand_in);
  const ExtractRun run = lab.RunToEnd();
  ASSERT_EQ(run.state, RunState::kSucceeded) << run.error->message();
  EXPECT_EQ(run.counts.at("retries"), 5);
  EXPECT_GE(*run.finished_at - *run.started_at, std::chrono::seconds(1));
}

TEST(SpotifyConnector, ComesBackLaterWhenToldToWaitForLong) {
  auto stand_in = StartStandIn();
  stand_in->faults().Add({.path_contains = "offset=20", .count = 1, .status = 429, .retry_after = "86400"});
  Lab lab;
  lab.WriteSpotifySource(*stand_in, "  page_size: 20\n");
  const auto started = lab.runner->Start("spotify", "request", nlohmann::json::object());
  const ExtractRun paused =
      lab.Await(started->id, [](const ExtractRun& run) { return run.not_before.has_value(); });
  EXPECT_EQ(paused.state, RunState::kQueued);
  EXPECT_GT(*paused.not_before, Now() + std::chrono::hours(23));
  EXPECT_THAT(paused.error->message(), HasSubstr("86400"));

  // The time has come.
  ASSERT_THAT(lab.database->Transact([&] { return lab.database->Execute("UPDATE runs SET not_before = 1"); }),
              IsOk());
  lab.Restart();
  const ExtractRun run = lab.AwaitEnd(started->id);
  EXPECT_EQ(run.state, RunState::kSucceeded);
  EXPECT_FALSE(run.error.has_value());
  EXPECT_EQ(CountRequests(*stand_in, "/tracks?limit=20&offset=0"),
            1);  // the first page was not asked for again
}

TEST(SpotifyConnector, SaysWhichPlaylistIsMissingAndGoesOnWithTheOthers) {
  auto stand_in = StartStandIn();
  Lab lab;
  lab.WriteSpotifySource(*stand_in);
  ExtractRun run = lab.RunToEnd({{"playlists", {"nonesuch", kOddities}}});
  EXPECT_EQ(run.state, RunState::kPartiallySucceeded);
  EXPECT_EQ(run.error->code(), Code::kNotFound);
  EXPECT_THAT(run.error->message(), HasSubstr("nonesuch"));
  EXPECT_EQ(lab.RawObjects().count("spotify/playlist_items/playlist_id=" + kOddities + "/manifest.json"), 1u);

  run = lab.RunToEnd({{"playlists", {"nonesuch", "missing"}}});
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.error->message(), HasSubstr("(and 1 more)"));
}

TEST(SpotifyConnector, SaysThatAPlaylistIsForbidden) {
  auto stand_in = StartStandIn();
  stand_in->faults().Add({.path_contains = "/playlists/", .count = -1, .status = 403});
  Lab lab;
  lab.WriteSpotifySource(*stand_in);
  const ExtractRun run = lab.RunToEnd();
  EXPECT_EQ(run.error->code(), Code::kPermissionDenied);
  EXPECT_THAT(run.error->message(), HasSubstr(kTopSongs));
}

TEST(SpotifyConnector, SaysWhereAMalformedPageIsWrong) {
  auto stand_in = StartStandIn();
  stand_in->faults().Add({.path_contains = "offset=20", .malformed = true});
  Lab lab;
  lab.WriteSpotifySource(*stand_in, "  page_size: 20\n");
  const ExtractRun run = lab.RunToEnd();
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.error->message(), HasSubstr("page 1 of playlist " + kTopSongs));
  EXPECT_THAT(run.error->where(), HasSubstr("byte "));
  const auto objects = lab.RawObjects();
  EXPECT_EQ(objects.count("spotify/playlist_items/playlist_id=" + kTopSongs + "/page-00000.json"), 1u);
  EXPECT_EQ(objects.count("spotify/playlist_items/playlist_id=" + kTopSongs + "/page-00001.json"), 0u);
  EXPECT_EQ(objects.count("spotify/playlist_items/playlist_id=" + kTopSongs + "/manifest.json"), 0u);
}

TEST(SpotifyConnector, FailsWhenTheApiStaysAway) {
  auto stand_in = StartStandIn();
  stand_in->faults().Add({.path_contains = "/albums", .count = -1, .status = 500});
  Lab lab;
  lab.WriteSpotifySource(*stand_in);
  const ExtractRun run = lab.RunToEnd();
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_EQ(run.error->code(), Code::kUnavailable);
  EXPECT_THAT(run.error->where(), HasSubstr("/v1/albums?ids="));
}

}  // namespace
}  // namespace tarn::extract
