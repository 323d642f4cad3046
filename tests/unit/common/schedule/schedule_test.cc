#include "common/schedule/schedule.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "tests/support/result_matchers.h"

namespace tarn::schedule {
namespace {

Result<Schedule> Parse(const char* text) { return Schedule::Parse(*json::Parse(text), "/schedule"); }

TEST(Schedule, ReadsEveryMember) {
  const auto schedule = Parse(
      R"j({"cron":"cron(0 10 * * ? *)","time_zone":"Europe/Berlin","start":"2026-01-02","end":"2026-07-01T12:00:00Z",
          "jitter":"5m","missed":"all","max_missed":3,"overlap":"replace","paused":true})j");
  ASSERT_THAT(schedule, IsOk());
  EXPECT_EQ(schedule->kind, "cron");
  EXPECT_EQ(schedule->expression, "0 10 * * ? *");
  EXPECT_EQ(schedule->time_zone.name(), "Europe/Berlin");
  EXPECT_EQ(schedule->start, *ParseRfc3339("2026-01-01T23:00:00Z"));
  EXPECT_EQ(schedule->end, *ParseRfc3339("2026-07-01T12:00:00Z"));
  EXPECT_EQ(schedule->jitter, std::chrono::minutes(5));
  EXPECT_EQ(schedule->missed, Missed::kAll);
  EXPECT_EQ(schedule->max_missed, 3);
  EXPECT_EQ(schedule->overlap, Overlap::kReplace);
  EXPECT_TRUE(schedule->paused);
}

TEST(Schedule, HasDefaults) {
  const auto schedule = Parse(R"({"every":"1h"})");
  ASSERT_THAT(schedule, IsOk());
  EXPECT_EQ(schedule->ToJson(),
            *json::Parse(R"({"every":"1h","time_zone":"UTC","jitter":"0ms","missed":"once",
                                                  "max_missed":10,"overlap":"forbid","paused":false})"));
}

TEST(Schedule, ReadsWhatItShows) {
  const auto schedule = Parse(
      R"({"at":"2026-03-01T12:00","time_zone":"Asia/Tokyo","start":"2026-01-01","end":"2027-01-01","jitter":"1m"})");
  ASSERT_THAT(schedule, IsOk());
  const auto again = Schedule::Parse(schedule->ToJson(), "");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->ToJson(), schedule->ToJson());
  EXPECT_EQ(again->Timing(), schedule->Timing());
}

struct OneLine {
  const char* text;
  const char* kind;
  const char* expression;
};

TEST(Schedule, IsOneLineWhereThatIsEnough) {
  for (const OneLine& line : {
           OneLine{"rate(1 hour)", "rate", "1 hour"},
           OneLine{" rate( 5 minutes ) ", "rate", "5 minutes"},
           OneLine{"cron(0 10 * * ? *)", "cron", "0 10 * * ? *"},
           OneLine{"at(2026-01-02T03:04:05)", "at", "2026-01-02T03:04:05"},
           OneLine{"0 10 * * *", "cron", "0 10 * * *"},
           OneLine{"@hourly", "cron", "@hourly"},
           OneLine{"@daily", "cron", "@daily"},
           OneLine{"@weekly", "cron", "@weekly"},
           OneLine{"hourly", "cron", "hourly"},
           OneLine{"daily", "cron", "daily"},
           OneLine{"weekly", "cron", "weekly"},
       }) {
    const auto schedule = Schedule::Parse(line.text, "/schedule");
    ASSERT_THAT(schedule, IsOk()) << line.text;
    EXPECT_EQ(schedule->kind, line.kind);
    EXPECT_EQ(schedule->expression, line.expression);
  }
}

TEST(Schedule, IsAnotherTimingOnlyWhereItFiresAtOtherTimes) {
  const std::string timing = Parse(R"({"every":"1h"})")->Timing();
  EXPECT_EQ(
      Parse(R"({"every":"1h","missed":"all","overlap":"allow","jitter":"1m","max_missed":2})")->Timing(),
      timing);
  for (const char* other :
       {R"({"every":"2h"})", R"({"rate":"1 hour"})", R"({"every":"1h","start":"2026-01-01"})",
        R"({"every":"1h","end":"2027-01-01"})", R"({"every":"1h","paused":true})"}) {
    EXPECT_NE(Parse(other)->Timing(), timing) << other;
  }
}

struct Bad {
  const char* definition;
  const char* where;
  const char* mentions;
};

TEST(Schedule, SaysWhatIsWrongAndWhere) {
  for (const Bad& bad : {
           Bad{R"({})", "/schedule", "one member is required of every, rate, cron and at"},
           Bad{R"([])", "/schedule", "expected an object"},
           Bad{R"(7)", "/schedule", "expected an object"},
           Bad{R"("")", "/schedule", "expected rate(...), cron(...)"},
           Bad{R"("sometimes")", "/schedule", "expected rate(...), cron(...)"},
           Bad{R"("rate(5 minutes")", "/schedule", "expected rate(...), cron(...)"},
           Bad{R"j("cron(0 10 * * * *)")j", "/schedule", "must be ?"},
           Bad{R"j("cron(99 10 * * *)")j", "/schedule", "the field minute"},
           Bad{R"("0 0 31 2 *")", "/schedule", "never fire"},
           Bad{R"({"interval":"1h"})", "/schedule/interval", "unknown member"},
           Bad{R"({"every":"1h","cron":"@daily"})", "/schedule/cron", "only one may be there"},
           Bad{R"({"every":5})", "/schedule/every", "expected a string"},
           Bad{R"({"every":"soon"})", "/schedule/every", "a number with a unit"},
           Bad{R"({"every":"999ms"})", "/schedule/every", "one second or more"},
           Bad{R"({"every":"3651d"})", "/schedule/every", "3650 days or less"},
           Bad{R"({"rate":"1 hours"})", "/schedule/rate", "1 takes minute, hour or day"},
           Bad{R"({"rate":"5 minute"})", "/schedule/rate", "1 takes minute, hour or day"},
           Bad{R"({"rate":"0 minutes"})", "/schedule/rate", "1 or more"},
           Bad{R"({"rate":"-1 minutes"})", "/schedule/rate", "1 or more"},
           Bad{R"({"rate":"5 seconds"})", "/schedule/rate", "minutes, hours or days"},
           Bad{R"({"rate":"5minutes"})", "/schedule/rate", "minutes, hours or days"},
           Bad{R"({"rate":"five minutes"})", "/schedule/rate", "minutes, hours or days"},
           Bad{R"({"rate":"1.5 hours"})", "/schedule/rate", "minutes, hours or days"},
           Bad{R"({"rate":"9223372036854775807 days"})", "/schedule/rate", "3650 days or less"},
           Bad{R"({"rate":"99999999999999999999 days"})", "/schedule/rate", "a number"},
           Bad{R"({"cron":"0 10 * *"})", "/schedule/cron", "got 4"},
           Bad{R"({"cron":"0 0 31 2 ? *"})", "/schedule/cron", "never fire"},
           Bad{R"({"cron":"30 2 29 3 ? 2026","time_zone":"Europe/Berlin"})", "/schedule/cron", "never fire"},
           Bad{R"({"cron":"@daily","time_zone":"Europe/Belrin"})", "/schedule/time_zone",
               "no such time zone"},
           Bad{R"({"cron":"0 0 1 1 ?  2026","start":"2026-02-01"})", "/schedule/cron", "from start to end"},
           Bad{R"({"at":"2026-01-02T03:04:05","end":"2026-01-01"})", "/schedule/at", "from start to end"},
           Bad{R"({"at":"tomorrow"})", "/schedule/at", "a date and time"},
           Bad{R"({"at":"2026-03-29T02:30:00","time_zone":"Europe/Berlin"})", "/schedule/at",
               "skip this time"},
           Bad{R"({"at":"2300-01-01"})", "/schedule/at", "never fire"},
           Bad{R"({"every":"1h","start":"soon"})", "/schedule/start", "a date and time"},
           Bad{R"({"every":"1h","start":"2026-01-02","end":"2026-01-01"})", "/schedule/end", "before start"},
           Bad{R"({"every":"1h","jitter":"much"})", "/schedule/jitter", "a number with a unit"},
           Bad{R"({"every":"1h","jitter":"25h"})", "/schedule/jitter", "24h or less"},
           Bad{R"({"every":"1h","missed":"most"})", "/schedule/missed", "expected one of skip, once, all"},
           Bad{R"({"every":"1h","max_missed":0})", "/schedule/max_missed", "expected 1 to 1000"},
           Bad{R"({"every":"1h","max_missed":1001})", "/schedule/max_missed", "expected 1 to 1000"},
           Bad{R"({"every":"1h","overlap":"maybe"})", "/schedule/overlap", "forbid, queue, allow, replace"},
           Bad{R"({"every":"1h","paused":"no"})", "/schedule/paused", "expected true or false"},
       }) {
    const auto schedule = Parse(bad.definition);
    EXPECT_THAT(schedule, HasError(Code::kInvalidArgument, bad.mentions)) << bad.definition;
    EXPECT_EQ(schedule.ok() ? "" : schedule.error().where(), bad.where) << bad.definition;
  }
}

}  // namespace
}  // namespace tarn::schedule
