#include "services/extract/sources/spotify/entries_page.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::extract::spotify {
namespace {

using testing::ElementsAre;

constexpr WantedIds kAll{true, true, true};

std::string Track(const std::string& id, const std::string& member = "track") {
  return R"({"added_at":"2026-01-01T00:00:00Z","is_local":false,")" + member +
         R"(":{"type":"track","track":true,"episode":false,"id":")" + id + R"(","album":{"id":"al)" + id +
         R"("},"artists":[{"id":"ar1"},{"id":"ar)" + id + R"("}]}})";
}

std::string Body(const std::string& items) { return R"({"total":9,"items":[)" + items + "]}"; }

TEST(EntriesPage, ReadsBothShapesAlike) {
  for (const std::string member : {"track", "item"}) {
    const std::string body = R"({"items":[)" + Track("1", member) + "," + Track("2", member) +
                             R"(],"next":"http://x/2","total":9,"limit":2,"offset":4})";
    const auto page = ReadEntriesPage(body, kAll);
    ASSERT_THAT(page, IsOk());
    EXPECT_EQ(page->paging.records, 2);
    EXPECT_EQ(page->paging.total, 9);
    EXPECT_EQ(page->paging.limit, 2);
    EXPECT_EQ(page->paging.offset, 4);
    EXPECT_EQ(page->paging.next, "http://x/2");
    EXPECT_EQ(page->paging.first_item, Track("1", member));
    EXPECT_EQ(page->null_entries + page->episodes + page->local_tracks, 0);
    EXPECT_THAT(page->tracks, ElementsAre("1", "2"));
    EXPECT_THAT(page->albums, ElementsAre("al1", "al2"));
    EXPECT_THAT(page->artists, ElementsAre("ar1", "ar1", "ar1", "ar2"));
  }
}

TEST(EntriesPage, KeepsOnlyTheIdsThatAreWanted) {
  const auto page = ReadEntriesPage(Body(Track("1")), {.albums = true});
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->albums, ElementsAre("al1"));
  EXPECT_TRUE(page->tracks.empty());
  EXPECT_TRUE(page->artists.empty());
}

TEST(EntriesPage, CountsWhatIsNoSong) {
  const auto page = ReadEntriesPage(Body(R"(
        null,
        {"track":null},
        {"track":null,"item":null},
        {"is_local":true,"track":{"type":"track","is_local":true,"id":null,"album":{"id":null},"artists":[{"id":null}]}},
        {"track":{"type":"episode","episode":true,"track":false,"id":"e1","album":{"id":"never"}}},
        {"item":{"type":"episode","id":"e2"}},
        7, "x", [], {})"),
                                    kAll);
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->paging.records, 10);
  EXPECT_EQ(page->null_entries, 7);
  EXPECT_EQ(page->local_tracks, 1);
  EXPECT_EQ(page->episodes, 2);
  EXPECT_EQ(page->paging.next, "");
  EXPECT_TRUE(page->albums.empty());
  EXPECT_TRUE(page->artists.empty());
}

TEST(EntriesPage, TakesNoIdsThatAreNoIds) {
  for (const char* track :
       {"{}", R"({"album":7,"artists":{}})", R"({"id":"../x","album":{"id":3},"artists":[null,3,{"id":""}]})",
        R"({"id":"a&b","album":{"id":"a/b"},"artists":[{"id":"a,b"}]})"}) {
    const auto page = ReadEntriesPage(Body(std::string(R"({"track":)") + track + "}"), kAll);
    ASSERT_THAT(page, IsOk());
    EXPECT_TRUE(page->tracks.empty() && page->albums.empty() && page->artists.empty()) << track;
  }
}

TEST(EntriesPage, SaysWhereABodyIsWrong) {
  EXPECT_THAT(ReadEntriesPage(R"({"items":[{"a":)", kAll), HasError(Code::kUnprocessable, "byte 15"));
  EXPECT_THAT(ReadEntriesPage("", kAll), HasError(Code::kUnprocessable, "byte 0"));
  EXPECT_THAT(ReadEntriesPage("[]", kAll), HasError(Code::kUnprocessable, "/"));
  EXPECT_THAT(ReadEntriesPage("{}", kAll), HasError(Code::kUnprocessable, "/items"));
  EXPECT_THAT(ReadEntriesPage(R"({"items":{}})", kAll), HasError(Code::kUnprocessable, "/items"));
  for (const char* total : {"", R"(,"total":null)", R"(,"total":-1)", R"(,"total":"3")", R"(,"total":1e3)"}) {
    EXPECT_THAT(ReadEntriesPage(std::string(R"({"items":[])") + total + "}", kAll),
                HasError(Code::kUnprocessable, "/total"))
        << total;
  }
}

TEST(QueryNumber, FindsTheParameterWhereverItStands) {
  EXPECT_EQ(QueryNumber("http://x/y?offset=20&limit=5", "limit"), 5);
  EXPECT_EQ(QueryNumber("http://x/y?offset=20&limit=5", "offset"), 20);
  EXPECT_EQ(QueryNumber("http://x/y?myoffset=1&offset=20#offset=3", "offset"), 20);
  for (const char* url :
       {"http://x/offset=3", "http://x/?offset=", "http://x/?offset=3x", "http://x/?offset", ""}) {
    EXPECT_EQ(QueryNumber(url, "offset"), std::nullopt) << url;
  }
}

}  // namespace
}  // namespace tarn::extract::spotify
