#include "common/text/near_names.h"

#include <gmock/gmock.h>

namespace tarn::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(NearNames, RanksTheNearestFirst) {
  EXPECT_THAT(NearNames("song", {"sing", "songs_2", "song_"}), ElementsAre("sing", "song_"));
  EXPECT_THAT(NearNames("sogns", {"albums", "artists", "songs", "song_artists", "sings"}), ElementsAre("songs"));
  EXPECT_THAT(NearNames("SONG", {"songs"}), ElementsAre("songs"));
}

TEST(NearNames, NamesNothingThatIsFarOff) {
  EXPECT_THAT(NearNames("songs", {"warehouse", "zz"}), IsEmpty());
  EXPECT_THAT(NearNames("", {"warehouse"}), IsEmpty());
  EXPECT_THAT(NearNames(std::string(10'000, 'x'), {"x"}), IsEmpty());
}

TEST(NearNames, NamesFiveAtMost) { EXPECT_EQ(NearNames("aa", {"a1", "a2", "a3", "a4", "a5", "a6"}).size(), 5u); }

}  // namespace
}  // namespace tarn::text
