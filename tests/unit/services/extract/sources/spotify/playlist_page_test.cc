#include "services/extract/sources/spotify/playlist_page.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/result_matchers.h"

namespace tarn::extract::spotify {
namespace {

using testing::ElementsAre;

std::string Track(const std::string& id, const std::string& member = "track") {
  return R"({"added_at":"2026-01-01T00:00:00Z","is_local":false,")" + member +
         R"(":{"type":"track","track":true,"episode":false,"id":")" + id + R"(","album":{"id":"al)" + id +
         R"("},"artists":[{"id":"ar1"},{"id":"ar)" + id + R"("}]}})";
}

TEST(PlaylistPage, ReadsBothShapesAlike) {
  for (const std::string member : {"track", "item"}) {
    IdList albums, artists;
    const auto page = ReadPlaylistPage(R"({"items":[)" + Track("1", member) + "," + Track("2", member) +
                                           R"(],"next":"http://x/2","total":9})",
                                       albums, artists);
    ASSERT_THAT(page, IsOk());
    EXPECT_EQ(page->records, 2);
    EXPECT_EQ(page->total, 9);
    EXPECT_EQ(page->next, "http://x/2");
    EXPECT_EQ(page->null_entries + page->episodes + page->local_tracks, 0);
    EXPECT_THAT(albums.ids(), ElementsAre("al1", "al2"));
    EXPECT_THAT(artists.ids(), ElementsAre("ar1", "ar2"));
  }
}

TEST(PlaylistPage, CountsWhatIsNoSong) {
  IdList albums, artists;
  const auto page = ReadPlaylistPage(
      R"({"next":null,"items":[
        null,
        {"track":null},
        {"track":null,"item":null},
        {"is_local":true,"track":{"type":"track","is_local":true,"id":null,"album":{"id":null},"artists":[{"id":null}]}},
        {"track":{"type":"episode","episode":true,"track":false,"id":"e1","album":{"id":"never"}}},
        {"item":{"type":"episode","id":"e2"}},
        7, "x", [], {}
      ]})",
      albums, artists);
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->records, 10);
  EXPECT_EQ(page->null_entries, 7);
  EXPECT_EQ(page->local_tracks, 1);
  EXPECT_EQ(page->episodes, 2);
  EXPECT_EQ(page->next, "");
  EXPECT_TRUE(albums.ids().empty());
  EXPECT_TRUE(artists.ids().empty());
}

TEST(PlaylistPage, SurvivesTracksOfTheWrongShape) {
  for (const char* track :
       {"{}", R"({"album":7,"artists":{}})", R"({"album":{"id":3},"artists":[null,3,{"id":""}]})"}) {
    IdList albums, artists;
    EXPECT_THAT(ReadPlaylistPage(std::string(R"({"items":[{"track":)") + track + "}]}", albums, artists),
                IsOk());
    EXPECT_TRUE(albums.ids().empty());
  }
}

TEST(PlaylistPage, SaysWhereABodyIsWrong) {
  IdList albums, artists;
  EXPECT_THAT(ReadPlaylistPage(R"({"items":[{"a":)", albums, artists),
              HasError(Code::kUnprocessable, "byte 15"));
  EXPECT_THAT(ReadPlaylistPage("", albums, artists), HasError(Code::kUnprocessable, "byte 0"));
  EXPECT_THAT(ReadPlaylistPage("[]", albums, artists), HasError(Code::kUnprocessable, "/"));
  EXPECT_THAT(ReadPlaylistPage("{}", albums, artists), HasError(Code::kUnprocessable, "/items"));
  EXPECT_THAT(ReadPlaylistPage(R"({"items":{}})", albums, artists), HasError(Code::kUnprocessable, "/items"));
}

}  // namespace
}  // namespace tarn::extract::spotify
