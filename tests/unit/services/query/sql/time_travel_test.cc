#include "services/query/sql/time_travel.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::query {
namespace {

std::string Rewritten(const std::string& sql) {
  const auto present = TakeFormerTables(sql);
  EXPECT_THAT(present, IsOk()) << sql;
  return present.ok() ? present->sql : "";
}

TEST(TimeTravel, GivesEachTableANameOfItsOwn) {
  EXPECT_EQ(Rewritten("SELECT * FROM d.Songs FOR VERSION AS OF 3 WHERE Songs.a = 1"),
            "SELECT * FROM d.\"songs@1\" AS Songs        WHERE Songs.a = 1");
  EXPECT_EQ(Rewritten("FROM t FOR VERSION AS OF 1 AS u, \"T\" FOR VERSION AS OF 2 v"),
            "FROM \"t@1\"                 AS u, \"t@2\"                   v");
  EXPECT_EQ(Rewritten("SELECT 'FOR VERSION AS OF', extract(year FROM d) FROM t"),
            "SELECT 'FOR VERSION AS OF', extract(year FROM d) FROM t");
}

TEST(TimeTravel, ReadsTimes) {
  for (const char* time : {"TIMESTAMP '2026-01-02 03:04:05'", "TIMESTAMP '2026-01-02 03:04:05 UTC'",
                           "TIMESTAMP '2026-01-02 03:04:05.000'", "'2026-01-02T05:04:05+02:00'"}) {
    const auto present = TakeFormerTables(std::string("FROM t FOR TIMESTAMP AS OF ") + time);
    ASSERT_THAT(present, IsOk()) << time;
    EXPECT_EQ(FormatRfc3339(*present->tables.at(0).as_of),
              FormatRfc3339(*ParseRfc3339("2026-01-02T03:04:05Z")))
        << time;
  }
  const auto ago = TakeFormerTables("FROM t FOR TIMESTAMP AS OF current_timestamp - INTERVAL '1' DAY");
  ASSERT_THAT(ago, IsOk());
  EXPECT_LT(*ago->tables.at(0).as_of, Now() - std::chrono::hours(23));
}

TEST(TimeTravel, RefusesWhatIsNoVersionOrTime) {
  EXPECT_THAT(TakeFormerTables("FROM t FOR VERSION AS OF 0"), HasError(Code::kUnprocessable, "from 1 on"));
  EXPECT_THAT(TakeFormerTables("FROM t FOR VERSION AS OF 'x'"), HasError(Code::kUnprocessable, "from 1 on"));
  EXPECT_THAT(TakeFormerTables("FROM t FOR TIMESTAMP AS OF yesterday"),
              HasError(Code::kUnprocessable, "expected a time"));
  EXPECT_THAT(TakeFormerTables("FROM (t) FOR VERSION AS OF 1"),
              HasError(Code::kUnprocessable, "table's name"));
}

}  // namespace
}  // namespace tarn::query
