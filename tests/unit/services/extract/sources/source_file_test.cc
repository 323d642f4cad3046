#include "services/extract/sources/source_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "tests/support/result_matchers.h"

namespace tarn::extract {
namespace {

TEST(SourceFile, ReadsConnectorOptionsAndSchedule) {
  const auto file = ParseSourceFile(
      "connector: spotify\nschedule: {every: 90m}\noptions:\n  page_size: 20\n  playlists: [a, '37']\n  on: "
      "true\n");
  ASSERT_THAT(file, IsOk());
  EXPECT_EQ(file->connector, "spotify");
  ASSERT_TRUE(file->schedule);
  EXPECT_EQ(file->schedule->expression, "90m");
  EXPECT_EQ(file->options, nlohmann::json({{"page_size", 20}, {"playlists", {"a", "37"}}, {"on", true}}));
}

TEST(SourceFile, NamesWhatIsWrongAndWhere) {
  struct Case {
    const char* text;
    const char* where;
  };
  for (const Case& wrong : {
           Case{"connector: [", "line "},
           Case{"connector: spotify\n options: {}\n  x", "line "},
           Case{"", "/"},
           Case{"- a", "/"},
           Case{"options: {}", "/connector"},
           Case{"connector: 7", "/connector"},
           Case{"connector: spotify\nshedule: {every: 1h}", "/shedule"},
           Case{"connector: spotify\noptions: 3", "/options"},
           Case{"connector: spotify\nschedule: {every: soon}", "/schedule/every"},
           Case{"connector: spotify\nschedule: {every: 10ms}", "/schedule/every"},
           Case{"connector: spotify\nschedule: {cron: x}", "/schedule/cron"},
           Case{"connector: spotify\nschedule: {cron: '61 * * * *'}", "/schedule/cron"},
           Case{"connector: spotify\nschedule: {}", "/schedule"},
           Case{"connector: spotify\nschedule: {every: 1h, time_zone: Mars}", "/schedule/time_zone"},
           Case{"connector: spotify\nschedule: sometimes", "/schedule"},
           Case{"connector: spotify\nconnector: spotify", ""},
           Case{"connector: spotify\noptions: {? [a] : b}", "/options"},
       }) {
    EXPECT_THAT(ParseSourceFile(wrong.text), HasError(Code::kInvalidArgument, wrong.where)) << wrong.text;
  }
}

TEST(SourceFile, TakesAScheduleOfOneLine) {
  for (const char* line : {"hourly", "'@daily'", "weekly", "rate(1 hour)", "cron(0 10 * * ? *)", "0 10 * * *"}) {
    const auto file = ParseSourceFile(std::string("connector: spotify\nschedule: ") + line + "\n");
    ASSERT_THAT(file, IsOk()) << line;
    EXPECT_TRUE(file->schedule) << line;
  }
}

TEST(SourceFile, RefusesAliasesThatGrowWithoutBound) {
  std::string bomb = "connector: spotify\noptions:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "  a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below;
    for (int k = 0; k < 9; ++k) bomb += ", " + below;
    bomb += "]\n";
  }
  EXPECT_THAT(ParseSourceFile(bomb), HasError(Code::kTooLarge, "too many values"));
}

TEST(ExpandOptions, ReplacesVariablesInEveryText) {
  setenv("TARN_TEST_SECRET", "s: # {\"'", 1);
  unsetenv("TARN_TEST_UNSET");
  const auto options =
      ExpandOptions({{"secret", "${TARN_TEST_SECRET}"}, {"list", {"${TARN_TEST_UNSET:-a,b}"}}, {"n", 3}});
  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(*options, nlohmann::json({{"secret", "s: # {\"'"}, {"list", {"a,b"}}, {"n", 3}}));
}

TEST(ExpandOptions, NamesTheVariableThatIsMissingAndItsOption) {
  unsetenv("TARN_TEST_UNSET");
  EXPECT_THAT(ExpandOptions({{"client_id", "${TARN_TEST_UNSET}"}}),
              HasError(Code::kInvalidArgument, "TARN_TEST_UNSET"));
  EXPECT_THAT(ExpandOptions({{"a", {{"b", {"${TARN_TEST_UNSET}"}}}}}),
              HasError(Code::kInvalidArgument, "/options/a/b/0"));
}

}  // namespace
}  // namespace tarn::extract
