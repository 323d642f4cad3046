#include <gtest/gtest.h>

#include "services/extract/sources/spotify/search_reader.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"
#include "tests/unit/services/extract/sources/spotify/spotify_lab.h"

namespace tarn::extract::spotify {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

nlohmann::json Searches(const nlohmann::json& search) {
  return {{"search", nlohmann::json::array({search})}};
}

std::vector<std::string> IdsOf(const SpotifyLab& spotify, const std::string& stream, const char* member) {
  std::vector<std::string> ids;
  for (int64_t number = 0;; ++number) {
    const std::string page = spotify.Page(MemoryPages::Key({stream, number}));
    if (page.empty()) return ids;
    const auto parsed = nlohmann::json::parse(page);
    for (const auto& found : parsed.at(member).at("items")) ids.push_back(found.at("id"));
  }
}

std::vector<std::string> IdsOf(const std::vector<nlohmann::json>& things) {
  std::vector<std::string> ids;
  for (const auto& thing : things) ids.push_back(thing.at("id"));
  return ids;
}

TEST(SpotifySearch, StoresEveryResultOfEachType) {
  SpotifyLab spotify;
  const auto outcome = spotify.Run(Searches({{"query", "e"}, {"types", {"track", "artist"}}}));
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  for (const std::string type : {"track", "artist"}) {
    const std::string stream = SearchReader::StreamOf({.query = "e"}, type);
    EXPECT_TRUE(spotify.lab.pages->Finished(stream));
    EXPECT_EQ(IdsOf(spotify, stream, (type + "s").c_str()),
              IdsOf(spotify.stand_in->music().Search(type + "s", "e")));
  }
  EXPECT_EQ(spotify.lab.progress->expected(), spotify.lab.pages->records());
}

TEST(SpotifySearch, AsksForTenResultsAPageInDevelopmentMode) {
  SpotifyLab spotify({.development_mode = true});
  const auto outcome = spotify.Run(Searches({{"query", "e"}}));
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  const std::string stream = SearchReader::StreamOf({.query = "e"}, "track");
  EXPECT_EQ(spotify.JsonPage(stream + "/page-00000.json")["tracks"]["items"].size(), 10u);
  EXPECT_EQ(IdsOf(spotify, stream, "tracks"), IdsOf(spotify.stand_in->music().Search("tracks", "e")));
  EXPECT_EQ(spotify.Requests("limit=50"), 1);
}

TEST(SpotifySearch, StopsAtTheMostResultsThatAreWanted) {
  SpotifyLab spotify;
  const auto outcome = spotify.Run({{"search", {{{"query", "e"}, {"max_results", 20}}}}, {"page_size", 10}});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  EXPECT_EQ(IdsOf(spotify, SearchReader::StreamOf({.query = "e"}, "track"), "tracks").size(), 20u);
  EXPECT_EQ(spotify.Requests("/search"), 2);
}

TEST(SpotifySearch, NamesStreamsSoThatTwoQueriesNeverShareOne) {
  EXPECT_THAT(SearchReader::StreamOf({.query = "artist:Émilie Lac"}, "album"),
              testing::MatchesRegex("search/query=artist-milie-lac-[0-9a-f]{8}/type=album"));
  EXPECT_NE(SearchReader::StreamOf({.query = "a b"}, "track"),
            SearchReader::StreamOf({.query = "a-b"}, "track"));
  EXPECT_THAT(SearchReader::StreamOf({.query = "夜"}, "track"),
              testing::MatchesRegex("search/query=[0-9a-f]{8}/type=track"));
}

TEST(SpotifySearch, IsNoSuccessWithFewerResultsThanThereAre) {
  RawServer server([](const auto& received) {
    if (received.head.starts_with("POST"))
      return RawServer::Ok(200, R"({"access_token":"t","expires_in":3600})");
    return RawServer::Ok(200,
                         R"({"tracks":{"items":[{"id":"a"}],"total":7,"limit":50,"offset":0,"next":null}})");
  });
  ConnectorLab lab;
  const auto outcome = RunAgainst(lab, server.Url(""), Searches({{"query", "a"}}));
  ASSERT_THAT(outcome, IsOk());
  ASSERT_EQ(outcome->problems.size(), 1u);
  EXPECT_THAT(outcome->problems[0].message(), HasSubstr("has 7 results, says the API, but 1 came"));
  EXPECT_FALSE(lab.pages->Finished(SearchReader::StreamOf({.query = "a"}, "track")));
}

}  // namespace
}  // namespace tarn::extract::spotify
