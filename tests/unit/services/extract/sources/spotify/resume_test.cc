#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>
#include <thread>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/spotify/spotify_lab.h"

namespace tarn::extract::spotify {
namespace {

using testing::IsEmpty;

const nlohmann::json kOptions = {{"playlists", {"many", kOddities, kTopSongs}},
                                 {"page_size", 20},
                                 {"include", {"albums", "artists", "tracks"}},
                                 {"search", {{{"query", "Quiet"}}}}};

spotify_stand_in::Options WithGenerated() {
  // The first request for a playlist finds the newer endpoint, so that none is spent on looking for it.
  return {.shape = spotify_stand_in::Shape::kItems,
          .generated = {{.id = "many", .entries = 90, .entry_bytes = 100}}};
}

/// Without the pages of the entries, which hold links to the port of their stand-in.
std::map<std::string, int64_t> RecordsByPage(const MemoryPages& pages) {
  std::map<std::string, int64_t> records;
  for (const auto& [key, page] : pages.pages()) records[key] = page.facts.records;
  return records;
}

TEST(InterruptedRun, GoesOnAfterADeathAtAnyPageAndAsksForNothingTwice) {
  SpotifyLab straight(WithGenerated());
  ASSERT_THAT(straight.Run(kOptions), IsOk());
  const auto expected = RecordsByPage(*straight.lab.pages);
  const auto steps = static_cast<int64_t>(straight.lab.pages->written().size());
  const int64_t requests = straight.Requests();

  for (int64_t dies_after = 1; dies_after < steps; ++dies_after) {
    for (const bool record_last : {true, false}) {
      SCOPED_TRACE(std::to_string(dies_after) + (record_last ? ", recorded" : ", the last not recorded"));
      SpotifyLab spotify(WithGenerated());
      spotify.lab.pages->DieAfter(dies_after, record_last);
      EXPECT_THAT(spotify.Start(kOptions), HasError(Code::kInternal, "dead"));
      const auto outcome = spotify.Resume(kOptions);
      ASSERT_THAT(outcome, IsOk());
      EXPECT_THAT(outcome->problems, IsEmpty());
      EXPECT_EQ(RecordsByPage(*spotify.lab.pages), expected);
      EXPECT_EQ(spotify.lab.pages->written().size(), static_cast<size_t>(steps));
      EXPECT_EQ(spotify.TrackIds(StreamOf("many")), straight.TrackIds(StreamOf("many")));
      // One more if it died between the last look at a playlist and its manifest.
      EXPECT_LE(spotify.Requests(), requests + 1);
      EXPECT_EQ(spotify.lab.progress->expected(), straight.lab.progress->expected());
    }
  }
}

TEST(InterruptedRun, DecidesAsBeforeWhatIsUnchanged) {
  SpotifyLab spotify(WithGenerated());
  const nlohmann::json options = {{"playlists", {"many", kTopSongs}}, {"page_size", 20}};
  ASSERT_THAT(spotify.Run({{"playlists", {"many"}}, {"page_size", 20}}), IsOk());

  spotify.lab.pages = std::make_unique<MemoryPages>();
  spotify.lab.pages->DieAfter(3);
  EXPECT_THAT(spotify.Start(options), HasError(Code::kInternal, "dead"));
  spotify.stand_in->music().SetGenerated({.id = "many", .entries = 91, .entry_bytes = 100});
  ASSERT_THAT(spotify.Resume(options), IsOk());
  EXPECT_FALSE(spotify.lab.pages->Finished(StreamOf("many")));
  EXPECT_TRUE(spotify.lab.pages->Finished(StreamOf(kTopSongs)));

  ASSERT_THAT(spotify.Run(options), IsOk());
  EXPECT_EQ(spotify.TrackIds(StreamOf("many")).size(), 91u);
}

TEST(InterruptedRun, ReadsAPlaylistAgainThatChangedMeanwhile) {
  SpotifyLab spotify(WithGenerated());
  const nlohmann::json options = {{"playlists", {"many"}}, {"page_size", 20}};
  spotify.lab.pages->DieAfter(4);
  EXPECT_THAT(spotify.Start(options), HasError(Code::kInternal, "dead"));
  spotify.stand_in->music().SetGenerated({.id = "many", .entries = 91, .entry_bytes = 100});
  spotify.lab.pages->Revive();
  spotify.lab.pages->DieAfter(3);
  EXPECT_THAT(spotify.Start(options), HasError(Code::kInternal, "dead"));

  const int64_t before = spotify.Requests("/items");
  const auto outcome = spotify.Resume(options);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  EXPECT_FALSE(spotify.lab.pages->Finished(StreamOf("many")));
  EXPECT_TRUE(spotify.lab.pages->Finished(StreamOf("many") + "/reading=2"));
  EXPECT_EQ(spotify.TrackIds(StreamOf("many") + "/reading=2").size(), 91u);
  EXPECT_LT(spotify.Requests("/items") - before, 5);  // the pages of the second reading that were there stay
}

TEST(InterruptedRun, KeepsTheBatchesThatItBegan) {
  SpotifyLab spotify(WithGenerated());
  const nlohmann::json options = {{"playlists", {"many", "TarnLateNight000000001"}}, {"include", {"albums"}}};
  // In the batches, which come after both playlists.
  spotify.lab.pages->DieAfter(9);
  EXPECT_THAT(spotify.Start(options), HasError(Code::kInternal, "dead"));
  const auto before = spotify.lab.pages->pages();
  ASSERT_TRUE(before.contains("albums/page-00000.json"));
  ASSERT_THAT(spotify.Resume(options), IsOk());
  EXPECT_EQ(spotify.Page("albums/page-00000.json"), before.at("albums/page-00000.json").content);
}

TEST(CancelledRun, StopsAtOnce) {
  for (const int connections : {1, 4}) {
    SpotifyLab spotify(WithGenerated());
    spotify.stand_in->faults().Add(
        {.path_contains = "offset=", .count = -1, .delay = std::chrono::minutes(5)});
    auto running = std::async(std::launch::async, [&] {
      return spotify.Run({{"playlists", {"many"}}, {"page_size", 20}, {"connections", connections}});
    });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (spotify.Requests("offset=") == 0 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    const auto asked_at = std::chrono::steady_clock::now();
    spotify.lab.cancel.request_stop();
    EXPECT_THAT(running.get(), HasError(Code::kCancelled, ""));
    EXPECT_LT(std::chrono::steady_clock::now() - asked_at, std::chrono::seconds(5));
  }
}

}  // namespace
}  // namespace tarn::extract::spotify
