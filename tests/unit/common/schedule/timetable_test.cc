#include "common/schedule/timetable.h"

#include <nlohmann/json.hpp>
#include <set>

#include "common/json/json.h"
#include "tests/support/result_matchers.h"

namespace tarn::schedule {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

Timestamp Time(const char* text) { return *ParseRfc3339(text); }

Timetable Make(const char* definition, const std::string& name = "songs",
               Timestamp anchor = Time("2026-01-01T00:07:00Z")) {
  const auto schedule = Schedule::Parse(*json::Parse(definition), "");
  EXPECT_THAT(schedule, IsOk());
  return Timetable(*schedule, name, anchor);
}

std::string Firings(const Timetable& timetable, const char* after, int count) {
  std::string text;
  auto time = timetable.After(Time(after));
  for (; time && count > 0; time = timetable.After(*time), --count) {
    text += (text.empty() ? "" : " ") + FormatRfc3339(*time).substr(0, 16);
  }
  return text;
}

TEST(Timetable, CountsAnIntervalFromItsAnchor) {
  const Timetable timetable = Make(R"({"every":"1h"})");
  EXPECT_EQ(Firings(timetable, "2026-01-01T00:06:59Z", 2), "2026-01-01T00:07 2026-01-01T01:07");
  EXPECT_EQ(Firings(timetable, "2026-01-01T00:07:00Z", 2), "2026-01-01T01:07 2026-01-01T02:07");
  EXPECT_EQ(timetable.AtOrBefore(Time("2026-01-01T05:00:00Z")), Time("2026-01-01T04:07:00Z"));
  EXPECT_EQ(timetable.AtOrBefore(Time("2025-12-31T23:00:00Z")), Time("2025-12-31T22:07:00Z"));
}

TEST(Timetable, CountsAnIntervalFromItsStart) {
  const Timetable timetable =
      Make(R"({"rate":"6 hours","start":"2026-02-01T10:00:00Z","end":"2026-02-01T22:00:00Z"})");
  EXPECT_EQ(Firings(timetable, "2026-01-01T00:00:00Z", 9),
            "2026-02-01T10:00 2026-02-01T16:00 2026-02-01T22:00");
  EXPECT_EQ(timetable.AtOrBefore(Time("2026-02-01T09:59:59Z")), std::nullopt);
  EXPECT_EQ(timetable.AtOrBefore(Time("2027-01-01T00:00:00Z")), Time("2026-02-01T22:00:00Z"));
}

TEST(Timetable, FiresOnceAtATime) {
  const Timetable timetable = Make(R"({"at":"2026-05-01T12:00:00","time_zone":"America/New_York"})");
  EXPECT_EQ(Firings(timetable, "2026-01-01T00:00:00Z", 9), "2026-05-01T16:00");
  EXPECT_EQ(timetable.AtOrBefore(Time("2026-05-01T15:59:59Z")), std::nullopt);
  EXPECT_EQ(timetable.AtOrBefore(Time("2026-05-01T16:00:00Z")), Time("2026-05-01T16:00:00Z"));
}

TEST(Timetable, PassesOverALocalTimeThatDaylightSavingSkips) {
  const Timetable timetable = Make(R"({"cron":"30 2 * * *","time_zone":"Europe/Berlin"})");
  EXPECT_EQ(Firings(timetable, "2026-03-27T12:00:00Z", 3),
            "2026-03-28T01:30 2026-03-30T00:30 2026-03-31T00:30");
  EXPECT_EQ(timetable.AtOrBefore(Time("2026-03-29T12:00:00Z")), Time("2026-03-28T01:30:00Z"));
}

TEST(Timetable, FiresOnceAtALocalTimeThatDaylightSavingRepeats) {
  const Timetable timetable = Make(R"({"cron":"*/30 2,3 * * *","time_zone":"Europe/Berlin"})");
  EXPECT_EQ(Firings(timetable, "2026-10-25T00:00:00Z", 3),
            "2026-10-25T00:30 2026-10-25T02:00 2026-10-25T02:30");
  // In the hour that is repeated.
  EXPECT_EQ(Firings(timetable, "2026-10-25T01:10:00Z", 1), "2026-10-25T02:00");
  EXPECT_EQ(timetable.AtOrBefore(Time("2026-10-25T01:10:00Z")), Time("2026-10-25T00:30:00Z"));
  EXPECT_EQ(timetable.AtOrBefore(Time("2026-10-25T00:29:59Z")), Time("2026-10-25T00:00:00Z"));
}

TEST(Timetable, FindsTheSameFiringsForwardsAndBackwards) {
  for (const char* definition : {R"({"cron":"*/15 * * * *","time_zone":"Australia/Lord_Howe"})",
                                 R"({"cron":"0 0 * * ?  *","time_zone":"America/Santiago"})",
                                 R"({"cron":"5 1-3 L,1W * ? *","time_zone":"Africa/Casablanca"})"}) {
    const Timetable timetable = Make(definition);
    const Timestamp end = Time("2027-01-01T00:00:00Z");
    Timestamp time = Time("2026-01-01T00:00:00Z");
    std::optional<Timestamp> before = timetable.AtOrBefore(time);
    for (auto next = timetable.After(time); next && *next < end; next = timetable.After(*next)) {
      ASSERT_EQ(timetable.AtOrBefore(*next), next) << definition;
      ASSERT_EQ(timetable.AtOrBefore(*next - milliseconds(1)), before) << definition << FormatRfc3339(*next);
      before = next;
    }
  }
}

TEST(Timetable, EndsWithTheYear2199) {
  const Timetable timetable = Make(R"({"every":"3650d"})");
  EXPECT_EQ(timetable.After(Time("2199-12-31T00:00:00Z")), std::nullopt);
  EXPECT_EQ(Make(R"({"cron":"* * * * *"})").After(Time("9999-12-31T00:00:00Z")), std::nullopt);
  EXPECT_TRUE(Make(R"({"cron":"* * * * *"})").AtOrBefore(Time("9999-12-31T00:00:00Z")));
}

TEST(Timetable, JittersEachFiringAndScheduleDifferentlyButAlwaysTheSame) {
  const char* const definition = R"({"cron":"@hourly","jitter":"10m"})";
  const Timetable timetable = Make(definition), again = Make(definition), other = Make(definition, "albums");
  std::set<milliseconds> seen;
  int same_as_other = 0;
  auto firing = timetable.After(Time("2026-01-01T00:00:00Z"));
  for (int i = 0; i < 1000; ++i, firing = timetable.After(*firing)) {
    const milliseconds jitter = timetable.Due(*firing) - *firing;
    EXPECT_GE(jitter, milliseconds(0));
    EXPECT_LT(jitter, minutes(10));
    EXPECT_EQ(again.Due(*firing) - *firing, jitter);
    same_as_other += other.Due(*firing) - *firing == jitter;
    seen.insert(jitter);
  }
  EXPECT_GT(seen.size(), 900u);
  EXPECT_LT(same_as_other, 10);
  EXPECT_LT(*seen.begin(), std::chrono::seconds(10));
  EXPECT_GT(*seen.rbegin(), minutes(10) - std::chrono::seconds(10));
}

TEST(Timetable, NeverJittersIntoTheNextFiring) {
  const Timetable timetable = Make(R"({"cron":"* * * * *","jitter":"12h"})");
  auto firing = timetable.After(Time("2026-01-01T00:00:00Z"));
  for (int i = 0; i < 100; ++i) {
    const auto next = timetable.After(*firing);
    EXPECT_LT(timetable.Due(*firing), *next);
    firing = next;
  }
}

}  // namespace
}  // namespace tarn::schedule
