#include "services/extract/sources/spotify/options.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"

namespace tarn::extract::spotify {
namespace {

nlohmann::json With(const nlohmann::json& more) {
  nlohmann::json options = {{"client_id", "a"}, {"client_secret", "b"}, {"playlists", {"p1"}}};
  options.update(more);
  return options;
}

TEST(SpotifyOptions, HaveTheRealApiAsDefault) {
  const auto options = ParseOptions(With(nlohmann::json::object()));
  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->base_url, "https://api.spotify.com/v1");
  EXPECT_EQ(options->token_url, "https://accounts.spotify.com/api/token");
  EXPECT_EQ(options->page_size, 50);
  EXPECT_TRUE(options->albums);
  EXPECT_TRUE(options->artists);
}

TEST(SpotifyOptions, TakeSeveralPlaylistsInOneTextAndEachOnce) {
  const auto options = ParseOptions(With({{"playlists", {"p1, p2,p1", "", "p3"}}}));
  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->playlists, (std::vector<std::string>{"p1", "p2", "p3"}));
}

TEST(SpotifyOptions, TakeAnythingToReadInPlaceOfPlaylists) {
  const nlohmann::json cases[] = {
      {{"albums", {"a1"}}},
      {{"artists", {"a1,a2"}}},
      {{"tracks", {"t1"}}},
      {{"search", {{{"query", "x"}, {"types", {"artist", "album"}}, {"max_results", 20}}}}},
      {{"saved_tracks", true}, {"refresh_token", "r"}},
      {{"recently_played", true}, {"refresh_token", "r"}}};
  for (const auto& more : cases) {
    nlohmann::json options = With(more);
    options.erase("playlists");
    EXPECT_THAT(ParseOptions(options), IsOk()) << more;
  }
}

TEST(SpotifyOptions, NameWhatIsWrong) {
  struct Case {
    nlohmann::json more;
    const char* where;
  };
  const Case cases[] = {
      {{{"client_id", nullptr}}, "/options/client_id"},
      {{{"client_secret", ""}}, "/options/client_secret"},
      {{{"playlists", {"../x"}}}, "/options/playlists"},
      {{{"playlists", {""}}}, "/options/playlists"},
      {{{"playlists", nlohmann::json::array()}}, "/options/playlists"},
      {{{"albums", {"a/b"}}}, "/options/albums"},
      {{{"artists", {"a b"}}}, "/options/artists"},
      {{{"tracks", "x"}}, "/options/tracks"},
      {{{"include", {"shows"}}}, "/options/include"},
      {{{"saved_tracks", true}}, "/options/saved_tracks"},
      {{{"recently_played", true}}, "/options/recently_played"},
      {{{"search", {{{"types", {"track"}}}}}}, "/options/search/0/query"},
      {{{"search", {{{"query", ""}}}}}, "/options/search/0/query"},
      {{{"search", {{{"query", "a"}, {"types", {"song"}}}}}}, "/options/search/0/types"},
      {{{"search", {{{"query", "a"}, {"max_results", 1001}}}}}, "/options/search/0/max_results"},
      {{{"search", {{{"query", "a"}, {"more", 1}}}}}, "/options/search/0/more"},
      {{{"search", {"a"}}}, "/options/search/0"},
      {{{"connections", 0}}, "/options/connections"},
      {{{"connections", 17}}, "/options/connections"},
      {{{"market", "DEU"}}, "/options/market"},
      {{{"market", "D&"}}, "/options/market"},
      {{{"page_size", 101}}, "/options/page_size"},
      {{{"page_size", "50"}}, "/options/page_size"},
      {{{"base_url", "ftp://x"}}, "/options/base_url"},
      {{{"base_url", "http://u:p@x/"}}, "/options/base_url"},
      {{{"token_url", "x"}}, "/options/token_url"},
      {{{"base_url", "http://x/?a=b"}}, "/options/base_url"},
      {{{"extra", 1}}, "/options/extra"},
  };
  for (const auto& [more, where] : cases) {
    EXPECT_THAT(ParseOptions(With(more)), HasError(Code::kInvalidArgument, where)) << more;
  }
}

TEST(Origin, IsSchemeHostAndPort) {
  EXPECT_EQ(Origin("https://api.spotify.com/v1/x?y"), "https://api.spotify.com");
  EXPECT_EQ(Origin("http://127.0.0.1:81"), "http://127.0.0.1:81");
  EXPECT_EQ(Origin("http://127.0.0.1:81?x"), "http://127.0.0.1:81");
}

TEST(Origin, IsNothingForUrlsThatCouldDeceive) {
  for (const char* url : {"", "x", "//x/", "file:///etc", "https:///x", "https://a@b/",
                          "https://api.spotify.com\\@evil/", "https://a b/", "HTTPS://x/"}) {
    EXPECT_EQ(Origin(url), "") << url;
  }
}

}  // namespace
}  // namespace tarn::extract::spotify
