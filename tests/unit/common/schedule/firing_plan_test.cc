#include "common/schedule/firing_plan.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "tests/support/result_matchers.h"

namespace tarn::schedule {
namespace {

Timestamp Time(const std::string& text) { return *ParseRfc3339(text); }

Timetable Make(const std::string& definition) {
  return {*Schedule::Parse(*json::Parse(definition), ""), "songs", Time("2026-01-01T00:00:00Z")};
}

std::string Plan(const std::string& definition, const char* handled, const char* now) {
  const FiringPlan plan = PlanFirings(Make(definition), Time(handled), Time(now));
  std::string text;
  for (const Timestamp firing : plan.firings) text += FormatRfc3339(firing).substr(11, 8) + " ";
  text += "until " + FormatRfc3339(plan.handled).substr(11, 8);
  if (plan.missed_since) text += " missed since " + FormatRfc3339(*plan.missed_since).substr(11, 8);
  return text;
}

TEST(FiringPlan, HasOneFiringThatIsOnTime) {
  for (const char* missed : {"skip", "once", "all"}) {
    const std::string definition = std::string(R"({"cron":"@hourly","missed":")") + missed + "\"}";
    EXPECT_EQ(Plan(definition, "2026-01-01T09:00:00Z", "2026-01-01T09:59:59Z"), "until 09:00:00");
    EXPECT_EQ(Plan(definition, "2026-01-01T09:00:00Z", "2026-01-01T10:00:00Z"), "10:00:00 until 10:00:00");
    EXPECT_EQ(Plan(definition, "2026-01-01T09:00:00Z", "2026-01-01T10:00:59Z"), "10:00:00 until 10:00:00");
    EXPECT_EQ(Plan(definition, "2026-01-01T10:00:00Z", "2026-01-01T10:00:59Z"), "until 10:00:00");
  }
}

TEST(FiringPlan, FollowsThePolicyForMissedFirings) {
  const char* const handled = "2026-01-01T09:00:00Z";
  const char* const now = "2026-01-01T13:30:00Z";
  EXPECT_EQ(Plan(R"({"cron":"@hourly","missed":"skip"})", handled, now),
            "until 13:00:00 missed since 10:00:00");
  EXPECT_EQ(Plan(R"({"cron":"@hourly","missed":"once"})", handled, now),
            "13:00:00 until 13:00:00 missed since 10:00:00");
  EXPECT_EQ(Plan(R"({"cron":"@hourly","missed":"all"})", handled, now),
            "10:00:00 11:00:00 12:00:00 13:00:00 until 13:00:00 missed since 10:00:00");
  EXPECT_EQ(Plan(R"({"cron":"@hourly","missed":"all","max_missed":2})", handled, now),
            "12:00:00 13:00:00 until 13:00:00 missed since 10:00:00");
}

TEST(FiringPlan, CountsOneThatIsOnTimeBesideThoseThatAreNot) {
  const char* const handled = "2026-01-01T09:00:00Z";
  const char* const now = "2026-01-01T13:00:10Z";
  EXPECT_EQ(Plan(R"({"cron":"@hourly","missed":"skip"})", handled, now),
            "13:00:00 until 13:00:00 missed since 10:00:00");
  EXPECT_EQ(Plan(R"({"cron":"@hourly","missed":"once"})", handled, now),
            "13:00:00 until 13:00:00 missed since 10:00:00");
  EXPECT_EQ(Plan(R"({"cron":"@hourly","missed":"all","max_missed":2})", handled, now),
            "11:00:00 12:00:00 13:00:00 until 13:00:00 missed since 10:00:00");
}

TEST(FiringPlan, IsNoStormWhereManyAreDueWithinAMinute) {
  EXPECT_EQ(Plan(R"({"every":"1s"})", "2026-01-01T09:00:00Z", "2026-01-01T09:00:50Z"),
            "09:00:50 until 09:00:50 missed since 09:00:01");
}

TEST(FiringPlan, TakesBoundedTimeForYearsOfSeconds) {
  EXPECT_EQ(
      Plan(R"({"every":"1s","missed":"all","max_missed":2})", "1971-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
      "23:59:58 23:59:59 00:00:00 until 00:00:00 missed since 00:00:01");
}

TEST(FiringPlan, WaitsForTheJitterOfAFiring) {
  const Timetable timetable = Make(R"({"cron":"@hourly","jitter":"30m"})");
  const Timestamp handled = Time("2026-01-01T09:00:00Z"), firing = Time("2026-01-01T10:00:00Z");
  const Timestamp due = timetable.Due(firing);
  ASSERT_GT(due, firing);
  EXPECT_TRUE(PlanFirings(timetable, handled, due - std::chrono::milliseconds(1)).firings.empty());
  EXPECT_EQ(PlanFirings(timetable, handled, due).firings, std::vector{firing});
  EXPECT_FALSE(PlanFirings(timetable, handled, due).missed_since);
}

}  // namespace
}  // namespace tarn::schedule
