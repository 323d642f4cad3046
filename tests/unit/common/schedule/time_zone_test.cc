#include "common/schedule/time_zone.h"

#include "tests/support/result_matchers.h"

namespace tarn::schedule {
namespace {

std::string Utc(const TimeZone& zone, const char* local) {
  const auto time = zone.ToUtc(*ParseLocalTime(local));
  return time ? FormatRfc3339(*time) : "none";
}

TEST(TimeZone, TurnsLocalTimesIntoUtc) {
  const TimeZone berlin = *TimeZone::Find("Europe/Berlin");
  EXPECT_EQ(Utc(berlin, "2026-01-02T03:04:05"), "2026-01-02T02:04:05.000Z");
  EXPECT_EQ(Utc(berlin, "2026-07-02T03:04:05"), "2026-07-02T01:04:05.000Z");
  EXPECT_EQ(Utc(TimeZone(), "2026-07-02"), "2026-07-02T00:00:00.000Z");
}

TEST(TimeZone, HasNoTimeThatDaylightSavingSkips) {
  EXPECT_EQ(Utc(*TimeZone::Find("Europe/Berlin"), "2026-03-29T02:00:00"), "none");
  EXPECT_EQ(Utc(*TimeZone::Find("Europe/Berlin"), "2026-03-29T02:59:59"), "none");
  EXPECT_EQ(Utc(*TimeZone::Find("Europe/Berlin"), "2026-03-29T03:00:00"), "2026-03-29T01:00:00.000Z");
  EXPECT_EQ(Utc(*TimeZone::Find("Australia/Lord_Howe"), "2026-10-04T02:15:00"), "none");
  EXPECT_EQ(Utc(*TimeZone::Find("Pacific/Apia"), "2011-12-30T12:00:00"), "none");
}

TEST(TimeZone, TakesTheFirstOfATimeThatDaylightSavingRepeats) {
  EXPECT_EQ(Utc(*TimeZone::Find("Europe/Berlin"), "2026-10-25T02:30:00"), "2026-10-25T00:30:00.000Z");
  EXPECT_EQ(Utc(*TimeZone::Find("America/New_York"), "2026-11-01T01:59:59"), "2026-11-01T05:59:59.000Z");
}

TEST(TimeZone, KnowsDaylightSavingBehindTheEndOfItsTables) {
  EXPECT_EQ(Utc(*TimeZone::Find("Europe/Berlin"), "2099-07-01T12:00:00"), "2099-07-01T10:00:00.000Z");
  EXPECT_EQ(Utc(*TimeZone::Find("Europe/Berlin"), "2099-12-01T12:00:00"), "2099-12-01T11:00:00.000Z");
  EXPECT_EQ(Utc(*TimeZone::Find("Australia/Sydney"), "2150-01-01T12:00:00"), "2150-01-01T01:00:00.000Z");
  EXPECT_EQ(Utc(*TimeZone::Find("Asia/Tokyo"), "2150-01-01T12:00:00"), "2150-01-01T03:00:00.000Z");
}

TEST(TimeZone, FormatsWithItsOffset) {
  const Timestamp time = *ParseRfc3339("2026-07-02T01:04:05Z");
  EXPECT_EQ(TimeZone::Find("Asia/Kathmandu")->Format(time), "2026-07-02T06:49:05+05:45");
  EXPECT_EQ(TimeZone::Find("America/New_York")->Format(time), "2026-07-01T21:04:05-04:00");
}

TEST(TimeZone, RefusesNamesThatAreNone) {
  for (const char* name :
       {"", "Mars/Olympus", "../../etc/passwd", "/usr/share/zoneinfo/UTC", "europe/berlin", "CEST"}) {
    EXPECT_THAT(TimeZone::Find(name), HasError(Code::kInvalidArgument, "no such time zone")) << name;
  }
}

TEST(LocalTime, RefusesWhatIsNoTime) {
  for (const char* text : {"", "2026", "2026-02-30", "2026-01-02T24:00:00", "2026-01-02 03:04:05", "2026-1-2",
                           "2026-01-02T03:04:60", "2026-01-02T03:04:05x", "2026-13-01"}) {
    EXPECT_THAT(ParseLocalTime(text), HasError(Code::kInvalidArgument, "2026-01-02T03:04:05")) << text;
  }
}

}  // namespace
}  // namespace tarn::schedule
