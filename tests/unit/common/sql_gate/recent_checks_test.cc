#include "common/sql_gate/recent_checks.h"

#include <gtest/gtest.h>

#include "common/sql_gate/gate.h"
#include "tests/support/result_matchers.h"

namespace tarn::sql_gate {
namespace {

CheckedStatement Reading(const std::string& table) {
  CheckedStatement checked;
  checked.tables.push_back({"", table});
  return checked;
}

std::string Name(size_t number) { return "t" + std::to_string(number); }

TEST(RecentChecks, FindWhatWasAdded) {
  RecentChecks recent;
  recent.Add("FROM t", Reading("t"));
  recent.Add("FROM t", Reading("other"));
  ASSERT_TRUE(recent.Find("FROM t"));
  EXPECT_EQ(recent.Find("FROM t")->tables[0].table, "t");
  EXPECT_FALSE(recent.Find("FROM T"));
}

TEST(RecentChecks, ForgetWhatNobodyAskedForTheLongest) {
  RecentChecks recent;
  for (size_t i = 0; i < RecentChecks::kMaxStatements; ++i) recent.Add(Name(i), Reading(Name(i)));
  EXPECT_TRUE(recent.Find(Name(0)));
  recent.Add("one more", Reading("one"));
  EXPECT_EQ(recent.size(), RecentChecks::kMaxStatements);
  EXPECT_TRUE(recent.Find(Name(0)));
  EXPECT_FALSE(recent.Find(Name(1)));
  EXPECT_EQ(recent.Find(Name(2))->tables[0].table, Name(2));
}

TEST(RecentChecks, DoNotKeepLongTexts) {
  RecentChecks recent;
  const std::string text(RecentChecks::kMaxSqlBytes + 1, ' ');
  recent.Add(text, Reading("t"));
  EXPECT_FALSE(recent.Find(text));
}

TEST(RecentChecks, LetNobodyThroughWhereOnlyATranslationMayGo) {
  duckdb::ScalarFunction own;
  own.name = "tarn_own_function";
  const auto gate = Gate::Open(std::span(&own, 1));
  ASSERT_THAT(gate, IsOk());
  const std::string sql = "SELECT tarn_own_function(1)";
  for (int repeated = 0; repeated < 2; ++repeated) {
    EXPECT_THAT((*gate)->CheckTranslated(sql), IsOk());
    EXPECT_THAT((*gate)->Check(sql), HasError(Code::kUnprocessable, "tarn_own_function"));
  }
}

}  // namespace
}  // namespace tarn::sql_gate
