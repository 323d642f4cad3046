#include <gtest/gtest.h>

#include "tests/unit/services/query/formats/render.h"

namespace tarn::query {
namespace {

TEST(TextFormat, AlignsColumnsNumbersToTheRight) {
  EXPECT_EQ(Render("FROM (VALUES ('Ann', 7), ('Bartholomew', 1234)) t(name, plays)", FormatName::kText),
            " name        | plays\n"
            "-------------+-------\n"
            " Ann         |     7\n"
            " Bartholomew |  1234\n"
            "(2 rows)\n");
}

TEST(TextFormat, CountsWhatATerminalShows) {
  EXPECT_EQ(Render("FROM (VALUES ('日本', 1), ('Zoë', 2)) t(a, b)", FormatName::kText),
            " a    | b\n------+---\n 日本 | 1\n Zoë  | 2\n(2 rows)\n");
}

TEST(TextFormat, LetsNoValueSteerTheTerminal) {
  EXPECT_EQ(
      Render("SELECT E'a\\x1b[2J\\nb\\\\' || chr(155) AS \"x\ty\", NULL::VARCHAR AS n", FormatName::kText),
      " x\\ty              | n\n-------------------+------\n a\\x1b[2J\\nb\\\\\\x9b | NULL\n(1 row)\n");
}

TEST(TextFormat, IsWholeWithoutRows) {
  EXPECT_EQ(Render("SELECT 1 AS a WHERE false", FormatName::kText), " a\n---\n(0 rows)\n");
}

TEST(TextFormat, GoesOnWithTheWidthsOfTheFirstRows) {
  const std::string text =
      Render("SELECT CASE WHEN i = 599 THEN 'much longer' ELSE 'x' END AS a, i FROM range(600) t(i)",
             FormatName::kText);
  EXPECT_NE(text.find("\n x | 598\n much longer | 599\n(600 rows)\n"), std::string::npos);
}

}  // namespace
}  // namespace tarn::query
