#include <gtest/gtest.h>

#include "tests/sql/query/golden_file.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_lake.h"

namespace tarn::query {
namespace {

// Not one test per case: the lake is made once.
TEST(AthenaGoldenSql, GivesTheExpectedRows) {
  TestLake lake;
  AddGoldenTables(lake);
  const auto cases = ReadGoldenCases(TARN_GOLDEN_FOLDER);
  ASSERT_GT(cases.size(), 60u);
  for (const auto& golden : cases) {
    SCOPED_TRACE(golden.file + ':' + std::to_string(golden.line) + ": " + golden.sql);
    const auto answer = lake.Run(golden.sql, golden.database, {}, Dialect::kAthena);
    if (golden.fails) {
      const std::string mention = golden.expected.substr(0, golden.expected.find('\n'));
      EXPECT_FALSE(answer.ok()) << *answer;
      if (!answer.ok()) {
        EXPECT_THAT(answer.error().message() + " (" + answer.error().where() + ')',
                    testing::HasSubstr(mention));
      }
    } else {
      EXPECT_THAT(answer, IsOk());
      EXPECT_EQ(answer.ok() ? *answer : "", golden.expected);
    }
  }
}

TEST(AthenaGoldenSql, TakesParametersOfTheTypeThatTheirPlaceAsksFor) {
  TestLake lake;
  AddGoldenTables(lake);
  const auto answer = lake.Run("SELECT song_id FROM songs WHERE duration_ms > ? AND song_name LIKE ?",
                               "spotify", {"100", "T%"}, Dialect::kAthena);
  EXPECT_EQ(answer.ok() ? *answer : answer.error().message(), "song_id VARCHAR\n[\"s2\"]\n");
}

}  // namespace
}  // namespace tarn::query
