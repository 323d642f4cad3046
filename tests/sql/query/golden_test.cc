#include <gtest/gtest.h>

#include "tests/sql/query/golden_file.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_lake.h"

namespace tarn::query {
namespace {

// Not one test per case: the lake is made once.
TEST(GoldenSql, GivesTheExpectedRows) {
  TestLake lake;
  AddGoldenTables(lake);
  const auto cases = ReadGoldenCases(TARN_GOLDEN_FOLDER);
  ASSERT_GT(cases.size(), 40u);
  for (const auto& golden : cases) {
    SCOPED_TRACE(golden.file + ':' + std::to_string(golden.line) + ": " + golden.sql);
    const auto answer = lake.Run(golden.sql, golden.database);
    if (golden.fails) {
      const std::string mention = golden.expected.substr(0, golden.expected.find('\n'));
      ASSERT_FALSE(answer.ok());
      EXPECT_THAT(answer.error().message() + " (" + answer.error().where() + ')', testing::HasSubstr(mention));
    } else {
      EXPECT_THAT(answer, IsOk());
      EXPECT_EQ(answer.ok() ? *answer : "", golden.expected);
    }
  }
}

}  // namespace
}  // namespace tarn::query
