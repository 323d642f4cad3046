#include "common/schedule/zone_tail.h"

#include <gtest/gtest.h>

namespace tarn::schedule {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year;

TEST(ZoneTail, FollowsTheRuleOfTheNorth) {
  const auto tail = ZoneTail::Parse("CET-1CEST,M3.5.0,M10.5.0/3");
  ASSERT_TRUE(tail);
  const auto begin = sys_days(year(2050) / 3 / 27) + hours(1);
  EXPECT_EQ(tail->OffsetAt(begin - std::chrono::seconds(1)), hours(1));
  EXPECT_EQ(tail->OffsetAt(begin), hours(2));
  const auto end = sys_days(year(2050) / 10 / 30) + hours(1);
  EXPECT_EQ(tail->OffsetAt(end - std::chrono::seconds(1)), hours(2));
  EXPECT_EQ(tail->OffsetAt(end), hours(1));
}

TEST(ZoneTail, FollowsTheRuleOfTheSouth) {
  const auto tail = ZoneTail::Parse("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0");
  ASSERT_TRUE(tail);
  EXPECT_EQ(tail->OffsetAt(sys_days(year(2050) / 1 / 1)), hours(11));
  EXPECT_EQ(tail->OffsetAt(sys_days(year(2050) / 7 / 1)), hours(10) + minutes(30));
}

TEST(ZoneTail, KnowsDaysOfTheYearAndTimesOnOtherDays) {
  const auto with_leap_day = ZoneTail::Parse("AAA0BBB,59/0,300/0");
  ASSERT_TRUE(with_leap_day);
  EXPECT_EQ(with_leap_day->OffsetAt(sys_days(year(2052) / 2 / 29)), hours(1));
  const auto without = ZoneTail::Parse("AAA0BBB,J60/0,J300/0");
  ASSERT_TRUE(without);
  EXPECT_EQ(without->OffsetAt(sys_days(year(2052) / 2 / 29)), hours(0));
  EXPECT_EQ(without->OffsetAt(sys_days(year(2052) / 3 / 1)), hours(1));
  const auto negative = ZoneTail::Parse("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
  ASSERT_TRUE(negative);
  EXPECT_EQ(negative->OffsetAt(sys_days(year(2050) / 3 / 27) + hours(1)), hours(-1));
  EXPECT_EQ(negative->OffsetAt(sys_days(year(2050) / 3 / 27) + minutes(59)), hours(-2));
}

TEST(ZoneTail, IsNothingWithoutDaylightSavingOrWithoutARule) {
  for (const char* text :
       {"", "JST-9", "<+0545>-5:45", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/3x", ",,,", "<", "CET-1CEST,M3.6.0,M10.5.0", "CET-999CEST,1,2"}) {
    EXPECT_FALSE(ZoneTail::Parse(text)) << text;
  }
}

}  // namespace
}  // namespace tarn::schedule
