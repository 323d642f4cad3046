#include "services/transform/quality/dqdl/sql_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::dqdl {
namespace {

using testing::ElementsAre;

TEST(SqlText, TakesWhatClosesWithinItself) {
  for (const char* sql : {"a = 1", "(a = ')' OR b = \"(\") AND c", "a = 1 -- )", "a /* ) */ = 1",
                          "a = E'\\')'", "a = $$)$$", "a = $x$ ) $$ $x$", "a = ''')'", "a LIKE 'x;y'"}) {
    EXPECT_THAT(CheckClosed(sql), IsOk()) << sql;
  }
}

TEST(SqlText, RefusesWhatWouldReachBeyondIt) {
  for (const char* sql : {"a = 1) OR (b = 1", "a = (1", "a = 'x", "a = \"x", "a /* x", "a = 1; DROP TABLE t",
                          "a = $$x", "a = E'\\'", ")"}) {
    EXPECT_THAT(CheckClosed(sql), HasError(Code::kInvalidArgument, "")) << sql;
  }
}

TEST(SqlText, FindsNames) {
  EXPECT_THAT(
      NamesIn("select a.b1, \"C \"\"d\" from t -- not this\nwhere x = 'nor this' /* nor */ and $1 = 2"),
      ElementsAre("C \"d", "a", "and", "b1", "from", "select", "t", "where", "x"));
}

TEST(SqlText, QuotesPrimaryWhereItIsAName) {
  EXPECT_EQ(QuotePrimary("select Primary.a, 'primary', \"primary\" from primary -- primary"),
            "select \"primary\".a, 'primary', \"primary\" from \"primary\" -- primary");
  EXPECT_EQ(QuotePrimary("select primary_key, my_primary"), "select primary_key, my_primary");
}

}  // namespace
}  // namespace tarn::dqdl
