#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/spotify/spotify_lab.h"

namespace tarn::extract::spotify {
namespace {

using spotify_stand_in::Shape;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

const nlohmann::json kAllPlaylists = {{"playlists", {kTopSongs, kLateNight, kOddities}}, {"page_size", 20}};

TEST(SpotifyPlaylists, AreStoredAsTheyCameWithAManifestLast) {
  SpotifyLab spotify;
  const auto outcome = spotify.Run(kAllPlaylists);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  EXPECT_TRUE(outcome->anything_stored);
  EXPECT_FALSE(outcome->unchanged);
  EXPECT_DOUBLE_EQ(spotify.lab.progress->fraction(), 1);

  const auto written = spotify.lab.pages->written();
  EXPECT_THAT(
      written,
      IsSupersetOf({StreamOf(kTopSongs) + "/playlist.json", StreamOf(kTopSongs) + "/page-00000.json",
                    StreamOf(kTopSongs) + "/page-00002.json", StreamOf(kTopSongs) + "/manifest.json",
                    StreamOf(kLateNight) + "/page-00002.json", StreamOf(kOddities) + "/page-00000.json",
                    std::string("albums/page-00000.json"), std::string("albums/manifest.json"),
                    std::string("artists/page-00000.json"), std::string("artists/manifest.json")}));
  EXPECT_EQ(written.at(4), StreamOf(kTopSongs) + "/manifest.json");
  EXPECT_EQ(spotify.JsonPage(StreamOf(kTopSongs) + "/page-00001.json"),
            *spotify.stand_in->music().Page(kTopSongs, "tracks", Shape::kTracks, spotify.stand_in->api_url(),
                                            20, 20));

  EXPECT_EQ(spotify.lab.progress->count("null_entries"), 1 + 1 + 2);
  EXPECT_EQ(spotify.lab.progress->count("local_tracks"), 2);
  EXPECT_EQ(spotify.lab.progress->count("episodes"), 3);
  EXPECT_EQ(spotify.lab.progress->expected(), spotify.lab.pages->records());
}

TEST(SpotifyPlaylists, KeepTheirNameAndSnapshotBesideTheirPages) {
  SpotifyLab spotify;
  ASSERT_THAT(spotify.Run(), IsOk());
  const auto state = spotify.JsonPage(StreamOf(kTopSongs) + "/playlist.json");
  EXPECT_EQ(state["name"], "Top Songs");
  EXPECT_EQ(state["snapshot_id"], "s1-0");
  EXPECT_FALSE(state.contains("tracks"));
  EXPECT_EQ(spotify.lab.pages->pages().at(StreamOf(kTopSongs) + "/playlist.json").facts.records, 0);
}

TEST(SpotifyPlaylists, SayOfEachPageWhatWasAskedAndWhatItHolds) {
  SpotifyLab spotify;
  ASSERT_THAT(spotify.Run({{"page_size", 40}, {"market", "DE"}}), IsOk());
  const auto pages = spotify.lab.pages->pages();
  const auto& first = pages.at(StreamOf(kTopSongs) + "/page-00000.json");
  const auto& last = pages.at(StreamOf(kTopSongs) + "/page-00001.json");
  EXPECT_EQ(first.facts.records, 40);
  EXPECT_EQ(last.facts.records, 20);
  EXPECT_EQ(first.facts.request, "GET " + spotify.stand_in->api_url() + "/playlists/" + kTopSongs +
                                     "/tracks?limit=40&offset=0&additional_types=track,episode&market=DE");
  EXPECT_EQ(nlohmann::json::parse(first.facts.first_record),
            nlohmann::json::parse(first.content)["items"][0]);
  EXPECT_EQ(nlohmann::json::parse(last.facts.first_record), nlohmann::json::parse(last.content)["items"][0]);
  EXPECT_THAT(pages.at("albums/page-00000.json").facts.request, HasSubstr("/albums?ids="));
  EXPECT_THAT(pages.at("albums/page-00000.json").facts.first_record, HasSubstr("\"id\""));
}

TEST(SpotifyPlaylists, AreReadInEitherShapeAndTheEndpointThatWorksIsRemembered) {
  for (const Shape shape : {Shape::kTracks, Shape::kItems, Shape::kBoth}) {
    SpotifyLab spotify({.shape = shape});
    for (const int page_size : {20, 21}) {
      nlohmann::json options = kAllPlaylists;
      options["page_size"] = page_size;
      const auto outcome = spotify.Run(options);
      ASSERT_THAT(outcome, IsOk());
      EXPECT_THAT(outcome->problems, IsEmpty());
      EXPECT_EQ(spotify.lab.progress->count("episodes"), 3);
    }
    const bool has_items = shape != Shape::kTracks;
    EXPECT_EQ(spotify.Requests("/tracks?limit"), has_items ? 0 : 2 * 7);
    EXPECT_EQ(spotify.Requests("/items?limit"), has_items ? 2 * 7 : 1);
  }
}

TEST(SpotifyPlaylists, AreFoundAgainWhenTheRememberedEndpointIsClosed) {
  SpotifyLab old_api({.shape = Shape::kTracks}), new_api({.shape = Shape::kItems});
  ASSERT_THAT(old_api.Run(), IsOk());
  ASSERT_THAT(new_api.lab.state.SaveNotes(old_api.lab.state.notes()), IsOk());
  const auto outcome = new_api.Run();
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  EXPECT_EQ(new_api.Requests("/tracks?limit"), 1);
  EXPECT_EQ(new_api.Requests("/items?limit"), 2);
}

TEST(SpotifyPlaylists, AreReadWithSmallerPagesWhereTheApiTakesNoLargeOnes) {
  SpotifyLab spotify({.development_mode = true});
  const auto outcome = spotify.Run({{"page_size", 100}, {"refresh_token", "stand-in-refresh"}});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  EXPECT_EQ(spotify.JsonPage(StreamOf(kTopSongs) + "/page-00001.json")["items"].size(), 10u);
}

TEST(SpotifyPlaylists, ComeInOrderOverSeveralConnections) {
  std::vector<std::string> one, eight;
  for (auto* ids : {&one, &eight}) {
    SpotifyLab spotify({.generated = {{.id = "many", .entries = 1'003, .entry_bytes = 100}}});
    const int connections = ids == &one ? 1 : 8;
    ASSERT_THAT(spotify.Run({{"playlists", {"many"}}, {"page_size", 50}, {"connections", connections}}),
                IsOk());
    EXPECT_EQ(spotify.lab.pages->pages().count(StreamOf("many") + "/page-00020.json"), 1u);
    *ids = spotify.TrackIds(StreamOf("many"));
    std::vector<std::string> albums;
    for (int page = 0; page < 6; ++page) {
      const auto batch = spotify.JsonPage(MemoryPages::Key({"albums", page}));
      for (const auto& album : batch["albums"]) albums.push_back(album["id"]);
    }
    EXPECT_TRUE(std::is_sorted(albums.begin(), albums.end()));
    EXPECT_EQ(albums.size(), 101u);
  }
  EXPECT_EQ(one.size(), 1'003u);
  EXPECT_EQ(one, eight);
  EXPECT_EQ(one.back(), spotify_stand_in::GeneratedTrackId(1'002));
}

TEST(SpotifyPlaylists, MayBeEmpty) {
  SpotifyLab spotify({.generated = {{.id = "empty", .entries = 0}}});
  const auto outcome = spotify.Run({{"playlists", {"empty"}}});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  EXPECT_TRUE(spotify.lab.pages->Finished(StreamOf("empty")));
  EXPECT_FALSE(spotify.lab.pages->Finished("albums"));
}

TEST(SpotifyPlaylists, ThatAreMissingAreNamedAndTheOthersAreRead) {
  SpotifyLab spotify;
  const auto outcome = spotify.Run({{"playlists", {"nonesuch", kOddities}}});
  ASSERT_THAT(outcome, IsOk());
  ASSERT_EQ(outcome->problems.size(), 1u);
  EXPECT_EQ(outcome->problems[0].code(), Code::kNotFound);
  EXPECT_THAT(outcome->problems[0].message(), HasSubstr("nonesuch"));
  EXPECT_TRUE(outcome->anything_stored);
  EXPECT_TRUE(spotify.lab.pages->Finished(StreamOf(kOddities)));

  const auto nothing = spotify.Run({{"playlists", {"nonesuch", "missing"}}});
  ASSERT_THAT(nothing, IsOk());
  EXPECT_EQ(nothing->problems.size(), 2u);
  EXPECT_FALSE(nothing->anything_stored);
}

TEST(SpotifyPlaylists, ThatAreForbiddenAreNamed) {
  SpotifyLab spotify;
  spotify.stand_in->faults().Add({.path_contains = "/playlists/", .count = -1, .status = 403});
  const auto outcome = spotify.Run();
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->problems.at(0).code(), Code::kPermissionDenied);
  EXPECT_THAT(outcome->problems[0].message(), HasSubstr(kTopSongs));
}

}  // namespace
}  // namespace tarn::extract::spotify
