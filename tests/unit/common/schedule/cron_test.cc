#include "common/schedule/cron.h"

#include "tests/support/result_matchers.h"

namespace tarn::schedule {
namespace {

std::string Format(LocalTime time) { return FormatRfc3339(Timestamp(time.time_since_epoch())).substr(0, 16); }

/// The first firings in the years from 2026 on, with spaces between them.
std::string Firings(const char* expression, int count) {
  const auto cron = CronExpression::Parse(expression);
  if (!cron.ok()) return Describe(cron.error());
  std::string text;
  auto time = cron->Next(*ParseLocalTime("2026-01-01") - std::chrono::seconds(1));
  for (; time && count > 0; time = cron->Next(*time), --count)
    text += (text.empty() ? "" : " ") + Format(*time);
  return text;
}

struct Good {
  const char* expression;
  const char* firings;
};

TEST(CronExpression, FiresWhenItSays) {
  for (const Good& good : {
           // Minutes and hours.
           Good{"*/20 * * * *", "2026-01-01T00:00 2026-01-01T00:20 2026-01-01T00:40"},
           Good{"50/5 * * * *", "2026-01-01T00:50 2026-01-01T00:55 2026-01-01T01:50"},
           Good{"1-7/3,59 23 * * *", "2026-01-01T23:01 2026-01-01T23:04 2026-01-01T23:07"},
           Good{"  0\t12  * * * ", "2026-01-01T12:00 2026-01-02T12:00 2026-01-03T12:00"},
           // Names, lists and ranges.
           Good{"0 0 1 jan,JUL *", "2026-01-01T00:00 2026-07-01T00:00 2027-01-01T00:00"},
           Good{"0 0 1 */5 *", "2026-01-01T00:00 2026-06-01T00:00 2026-11-01T00:00"},
           Good{"0 9 * * MON-FRI", "2026-01-01T09:00 2026-01-02T09:00 2026-01-05T09:00"},
           Good{"0 9 * * SAT-MON", "2026-01-03T09:00 2026-01-04T09:00 2026-01-05T09:00"},
           // Sunday is 0 and 7 in five fields, and 1 in six.
           Good{"0 0 * * 0", "2026-01-04T00:00 2026-01-11T00:00 2026-01-18T00:00"},
           Good{"0 0 * * 7", "2026-01-04T00:00 2026-01-11T00:00 2026-01-18T00:00"},
           Good{"0 0 * * 5-7", "2026-01-02T00:00 2026-01-03T00:00 2026-01-04T00:00"},
           Good{"0 0 ? * 1 *", "2026-01-04T00:00 2026-01-11T00:00 2026-01-18T00:00"},
           Good{"0 0 ? * 7-2 *", "2026-01-03T00:00 2026-01-04T00:00 2026-01-05T00:00"},
           // Five fields: either day fits where both are restricted, both must where one begins with a star.
           Good{"0 0 13 * FRI", "2026-01-02T00:00 2026-01-09T00:00 2026-01-13T00:00"},
           Good{"0 0 */2 * FRI", "2026-01-09T00:00 2026-01-23T00:00 2026-02-13T00:00"},
           Good{"0 0 13 * *", "2026-01-13T00:00 2026-02-13T00:00 2026-03-13T00:00"},
           // The last day, and days before it.
           Good{"0 0 L * ? *", "2026-01-31T00:00 2026-02-28T00:00 2026-03-31T00:00"},
           Good{"0 0 L-2 * ? *", "2026-01-29T00:00 2026-02-26T00:00 2026-03-29T00:00"},
           Good{"0 0 LW * ? *", "2026-01-30T00:00 2026-02-27T00:00 2026-03-31T00:00"},
           Good{"0 0 1,L * *", "2026-01-01T00:00 2026-01-31T00:00 2026-02-01T00:00"},
           // Weekdays near a day stay in its month; a day that a month lacks is none.
           Good{"0 0 1W * ? *", "2026-01-01T00:00 2026-02-02T00:00 2026-03-02T00:00"},
           Good{"0 0 15W 8-11 ? *", "2026-08-14T00:00 2026-09-15T00:00 2026-10-15T00:00"},
           Good{"0 0 31W 5-8 ? *", "2026-05-29T00:00 2026-07-31T00:00 2026-08-31T00:00"},
           Good{"0 0 1W 8 ? *", "2026-08-03T00:00 2027-08-02T00:00 2028-08-01T00:00"},
           // Numbered and last weekdays.
           Good{"0 0 ? * 2#1 *", "2026-01-05T00:00 2026-02-02T00:00 2026-03-02T00:00"},
           Good{"0 0 ? * FRI#5 *", "2026-01-30T00:00 2026-05-29T00:00 2026-07-31T00:00"},
           Good{"0 0 ? * 6L *", "2026-01-30T00:00 2026-02-27T00:00 2026-03-27T00:00"},
           Good{"0 0 * * friL", "2026-01-30T00:00 2026-02-27T00:00 2026-03-27T00:00"},
           Good{"0 0 ? * L *", "2026-01-03T00:00 2026-01-10T00:00 2026-01-17T00:00"},
           Good{"0 0 ? * MON#1,FRIL *", "2026-01-05T00:00 2026-01-30T00:00 2026-02-02T00:00"},
           // Leap days and years.
           Good{"0 0 29 2 *", "2028-02-29T00:00 2032-02-29T00:00 2036-02-29T00:00"},
           Good{"0 0 29 2 ? 2090-2199", "2092-02-29T00:00 2096-02-29T00:00 2104-02-29T00:00"},
           Good{"30 10 1 1 ? 2030,2199", "2030-01-01T10:30 2199-01-01T10:30"},
           Good{"59 23 31 12 ? 2027/100", "2027-12-31T23:59 2127-12-31T23:59"},
           // One word.
           Good{"@hourly", "2026-01-01T00:00 2026-01-01T01:00 2026-01-01T02:00"},
           Good{"daily", "2026-01-01T00:00 2026-01-02T00:00 2026-01-03T00:00"},
           Good{"@weekly", "2026-01-04T00:00 2026-01-11T00:00 2026-01-18T00:00"},
           Good{"@monthly", "2026-01-01T00:00 2026-02-01T00:00 2026-03-01T00:00"},
           Good{"@yearly", "2026-01-01T00:00 2027-01-01T00:00 2028-01-01T00:00"},
       }) {
    EXPECT_EQ(Firings(good.expression, 3), good.firings) << good.expression;
  }
}

TEST(CronExpression, GoesBackTheWayItCame) {
  for (const char* expression :
       {"*/7 3-5 * * *", "0 0 29 2 *", "15 10 ? * 6L *", "0 12 1W,L * ? *", "59 23 31 12 ? *"}) {
    const auto cron = CronExpression::Parse(expression);
    ASSERT_THAT(cron, IsOk());
    std::vector<LocalTime> forwards, backwards;
    LocalTime time = *ParseLocalTime("2026-01-01");
    for (int i = 0; i < 40; ++i) {
      const auto next = cron->Next(time);
      if (!next) break;
      forwards.push_back(time = *next);
    }
    backwards.push_back(time);
    while (backwards.size() < forwards.size()) backwards.push_back(*cron->Previous(backwards.back()));
    std::reverse(backwards.begin(), backwards.end());
    EXPECT_EQ(forwards, backwards) << expression;
  }
}

TEST(CronExpression, EndsInsideItsYears) {
  const auto cron = CronExpression::Parse("* * * * *");
  ASSERT_THAT(cron, IsOk());
  EXPECT_EQ(Format(*cron->Next(*ParseLocalTime("1066-10-14"))), "1970-01-01T00:00");
  EXPECT_EQ(cron->Next(*ParseLocalTime("2199-12-31T23:59")), std::nullopt);
  EXPECT_EQ(Format(*cron->Previous(*ParseLocalTime("3000-01-01"))), "2199-12-31T23:59");
  EXPECT_EQ(cron->Previous(*ParseLocalTime("1970-01-01")), std::nullopt);
}

TEST(CronExpression, NeverFiresOnADayThatNoMonthHas) {
  for (const char* expression :
       {"0 0 31 2 *", "0 0 31 2,4,6,9,11 ? *", "0 0 30W 2 ? *", "0 0 29 2 ? 2100", "0 0 31 6 ?  *"}) {
    const auto cron = CronExpression::Parse(expression);
    ASSERT_THAT(cron, IsOk());
    EXPECT_EQ(cron->Next(*ParseLocalTime("1970-01-01")), std::nullopt) << expression;
    EXPECT_EQ(cron->Previous(*ParseLocalTime("2199-12-31")), std::nullopt) << expression;
  }
}

struct Bad {
  const char* expression;
  const char* mentions;
};

TEST(CronExpression, SaysWhichFieldIsWrongAndWhy) {
  for (const Bad& bad : {
           Bad{"", "expected 5 fields"},
           Bad{"* * * *", "got 4"},
           Bad{"0 0 12 * * ? *", "got 7"},
           Bad{"@fortnightly", "got 1"},
           Bad{"60 * * * *", "the field minute: expected 0 to 59, got: 60"},
           Bad{"-1 * * * *", "the field minute"},
           Bad{"+1 * * * *", "the field minute"},
           Bad{"1.5 * * * *", "the field minute"},
           Bad{"99999999999999999999 * * * *", "the field minute"},
           Bad{"* 24 * * *", "the field hour: expected 0 to 23, got: 24"},
           Bad{"* * 0 * *", "the field day-of-month: expected 1 to 31, got: 0"},
           Bad{"* * 32 * *", "the field day-of-month"},
           Bad{"* * * 13 *", "the field month: expected 1 to 12 or JAN to DEC, got: 13"},
           Bad{"* * * MAI *", "the field month"},
           Bad{"* * * * 8", "the field day-of-week: expected 0 to 7 or SUN to SAT, got: 8"},
           Bad{"* * ? * 0 *", "the field day-of-week: expected 1 to 7"},
           Bad{"* * * * FUN", "the field day-of-week"},
           Bad{"0 0 ? * 2 1969", "the field year: expected 1970 to 2199, got: 1969"},
           Bad{"0 0 ? * 2 2200", "the field year"},
           Bad{"0 0 ? * 2 ?", "the field year"},
           Bad{"? * * * *", "the field minute"},
           Bad{"*/0 * * * *", "the field minute: a step must be a number from 1 to 59, got: 0"},
           Bad{"*/60 * * * *", "the field minute: a step"},
           Bad{"*/x * * * *", "the field minute: a step"},
           Bad{"*/ * * * *", "the field minute: a step"},
           Bad{"*/5/5 * * * *", "the field minute: a step"},
           Bad{"5-1 * * * *", "the field minute: the range runs backwards, got: 5-1"},
           Bad{"1- * * * *", "the field minute"},
           Bad{"1-2-3 * * * *", "the field minute"},
           Bad{"1,,2 * * * *", "the field minute: a part of the list is empty"},
           Bad{"1, * * * *", "the field minute: a part of the list is empty"},
           Bad{"* * *,? * *", "the field day-of-month"},
           Bad{"* * W * *", "the field day-of-month"},
           Bad{"* * 32W * *", "the field day-of-month"},
           Bad{"* * 1-5W * *", "the field day-of-month"},
           Bad{"* * L-31 * *", "the field day-of-month"},
           Bad{"* * L-0 * *", "the field day-of-month"},
           Bad{"* * L5 * *", "the field day-of-month"},
           Bad{"0 0 ? * 2#6 *", "the field day-of-week, after #: expected 1 to 5, got: 6"},
           Bad{"0 0 ? * 2#0 *", "the field day-of-week, after #"},
           Bad{"0 0 ? * #1 *", "the field day-of-week"},
           Bad{"0 0 ? * 2# *", "the field day-of-week"},
           Bad{"0 0 ? * 8L *", "the field day-of-week"},
           Bad{"0 0 * * * *", "one of the two must be ?"},
           Bad{"0 0 1 * MON *", "one of the two must be ?"},
           Bad{"0 0 ? * ? *", "only one of the two may be ?"},
           Bad{"0 0 ? * ?", "only one of the two may be ?"},
       }) {
    EXPECT_THAT(CronExpression::Parse(bad.expression), HasError(Code::kInvalidArgument, bad.mentions))
        << bad.expression;
  }
}

TEST(CronExpression, IsNotLong) {
  EXPECT_THAT(CronExpression::Parse(std::string(1001, '*')), HasError(Code::kInvalidArgument, "too long"));
}

}  // namespace
}  // namespace tarn::schedule
