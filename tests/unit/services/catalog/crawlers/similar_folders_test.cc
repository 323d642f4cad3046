#include "services/catalog/crawlers/similar_folders.h"

#include <gmock/gmock.h>

namespace tarn::catalog {
namespace {

using testing::ElementsAre;

const ColumnNames kSongs = {"id", "name", "artist", "length"};
const ColumnNames kMoreSongs = {"id", "name", "artist", "length", "album"};
const ColumnNames kUsers = {"user", "mail", "city"};

TEST(Similarity, IsTheShareOfCommonColumns) {
  EXPECT_EQ(Similarity(kSongs, kSongs), 100);
  EXPECT_EQ(Similarity(kSongs, kMoreSongs), 88);
  EXPECT_EQ(Similarity(kSongs, kUsers), 0);
  EXPECT_EQ(Similarity({}, {}), 100);
}

TEST(GroupSimilar, MakesOneTableOfFoldersThatAreAlike) {
  EXPECT_THAT(GroupSimilar({{{"2023"}, kSongs}, {{"2024", "01"}, kMoreSongs}}, {}, 70), ElementsAre(0, 0));
}

TEST(GroupSimilar, MakesATableOfEachKindOfFolder) {
  EXPECT_THAT(
      GroupSimilar({{{"songs", "a"}, kSongs}, {{"songs", "b"}, kMoreSongs}, {{"users"}, kUsers}}, {}, 70),
      ElementsAre(1, 1, 1));
}

TEST(GroupSimilar, GoesDownAsFarAsItMust) {
  EXPECT_THAT(GroupSimilar({{{"x", "songs"}, kSongs}, {{"x", "users"}, kUsers}, {{"y"}, kSongs}}, {}, 70),
              ElementsAre(2, 2, 1));
}

TEST(GroupSimilar, MakesNoTableOfFilesBesideFoldersThatAreTables) {
  EXPECT_THAT(GroupSimilar({{{}, kUsers}, {{"songs"}, kSongs}}, {}, 70), ElementsAre(-1, 1));
}

TEST(GroupSimilar, KeepsPartitionsTogetherWhateverTheyHold) {
  EXPECT_THAT(GroupSimilar({{{"y=1"}, kSongs}, {{"y=2"}, kUsers}}, {}, 70), ElementsAre(0, 0));
}

TEST(GroupSimilar, MakesNoTableAboveOneThatIsThere) {
  EXPECT_THAT(GroupSimilar({{{"c"}, kSongs}, {{"d"}, kSongs}}, {{"a"}}, 70), ElementsAre(1, 1));
}

TEST(GroupSimilar, FollowsTheShareThatIsAskedFor) {
  EXPECT_THAT(GroupSimilar({{{"a"}, kSongs}, {{"b"}, kMoreSongs}}, {}, 95), ElementsAre(1, 1));
}

}  // namespace
}  // namespace tarn::catalog
