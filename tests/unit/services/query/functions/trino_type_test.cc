#include "services/query/functions/trino_type.h"

#include <gtest/gtest.h>

#include "services/query/functions/calendar.h"
#include "services/query/functions/java_number.h"
#include "services/query/functions/json_tree.h"
#include "services/query/functions/regexp.h"
#include "services/query/functions/time_patterns.h"
#include "tests/support/result_matchers.h"

namespace tarn::query {
namespace {

std::string Name(std::string_view text) {
  const auto type = ParseTrinoType(text);
  return type.ok() ? type->Name() : "error";
}

TEST(TrinoType, ReadsTypesOfTrinoAndHive) {
  EXPECT_EQ(Name("ARRAY(ROW(a bigint, \"B c\" double))"), "array(row(a bigint, B c double))");
  EXPECT_EQ(Name("array<struct<a:int,b:string>>"), "array(row(a integer, b varchar))");
  EXPECT_EQ(Name("timestamp(6) with time zone"), "timestamp(6) with time zone");
  EXPECT_EQ(Name("decimal(10,2)"), "decimal(10,2)");
  EXPECT_EQ(Name("map(varchar(3), int)"), "map(varchar, integer)");
  for (const auto* bad : {"", "hugeint", "decimal(39,1)", "timestamp(9)", "array(", "row()", "map(int)",
                          "int int", "time with time zone"}) {
    EXPECT_EQ(Name(bad), "error") << bad;
  }
}

TEST(TrinoType, BoundsNesting) {
  std::string nested;
  for (int i = 0; i < 1000; ++i) nested += "array(";
  EXPECT_EQ(Name(nested + "int" + std::string(1000, ')')), "error");
}

TEST(TrinoType, FindsTheTypeThatBothCoerceTo) {
  const auto common = [](const char* a, const char* b) {
    TrinoType type;
    return CommonType(*ParseTrinoType(a), *ParseTrinoType(b), type) ? type.Name() : "none";
  };
  EXPECT_EQ(common("integer", "decimal(3,1)"), "decimal(11,1)");
  EXPECT_EQ(common("decimal(3,1)", "double"), "double");
  EXPECT_EQ(common("date", "timestamp(3)"), "timestamp(3)");
  EXPECT_EQ(common("array(unknown)", "array(bigint)"), "array(bigint)");
  EXPECT_EQ(common("varchar", "integer"), "none");
  EXPECT_EQ(common("row(a integer)", "row(a bigint, b bigint)"), "none");
}

TEST(JavaNumber, WritesDoublesAsJavaDoes) {
  EXPECT_EQ(JavaDouble(1e7), "1.0E7");
  EXPECT_EQ(JavaDouble(1234567), "1234567.0");
  EXPECT_EQ(JavaDouble(0.001), "0.001");
  EXPECT_EQ(JavaDouble(0.0001), "1.0E-4");
  EXPECT_EQ(JavaDouble(-0.0), "-0.0");
  EXPECT_EQ(ScientificDouble(123.5), "1.235E2");
}

TEST(Calendar, KnowsWeeksOfIso8601) {
  const CivilTime time = TakeApart(DaysFromCivil(2021, 1, 3) * kMicrosPerDay - 1);
  EXPECT_EQ(time.date.day, 2);
  EXPECT_EQ(time.week, 53);
  EXPECT_EQ(time.week_year, 2020);
  EXPECT_EQ(time.weekday, 6);
}

TEST(TimePatterns, RefuseWhatDoesNotFit) {
  for (const auto& [text, pattern] :
       {std::pair("2020-13-01", "%Y-%m-%d"), std::pair("2020-02-30", "%Y-%m-%d"), std::pair("2020", "%Y-%m"),
        std::pair("2020x", "%Y"), std::pair("1", "%U")}) {
    EXPECT_FALSE(ParseMysql(text, pattern).ok()) << text;
  }
  EXPECT_FALSE(ParseJoda("20", "yy").ok());
  EXPECT_FALSE(FormatMysql(0, "%D").ok());
  EXPECT_FALSE(FormatJoda(0, "G", 0, "").ok());
}

TEST(JsonTree, KeepsNumbersAsTheyAreWritten) {
  const auto tree = ReadJson(R"({"b": 123456789012345678901234567890, "a": [1, {"c": null}]})");
  ASSERT_TRUE(tree);
  EXPECT_EQ(WriteJson(*tree, true), R"({"a":[1,{"c":null}],"b":123456789012345678901234567890})");
  EXPECT_FALSE(ReadJson("{\"a\":}"));
  EXPECT_FALSE(ReadJson(std::string(1000, '[') + std::string(1000, ']')));
}

TEST(JsonTree, FollowsPaths) {
  const auto tree = ReadJson(R"({"a": {"b c": [10, 20]}})");
  bool valid = false;
  const JsonTree* found = FollowPath(*tree, R"($.a["b c"][1])", &valid);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->text, "20");
  EXPECT_EQ(FollowPath(*tree, "$.x.y", &valid), nullptr);
  EXPECT_TRUE(valid);
  for (const auto* bad : {"", "a", "$.", "$..a", "$.*", "$[", "$[\"a]", "$a"}) {
    FollowPath(*tree, bad, &valid);
    EXPECT_FALSE(valid) << bad;
  }
}

TEST(Regexp, BoundsItsWork) {
  const auto regexp = Regexp::Get("^(a+)+$");
  ASSERT_THAT(regexp, IsOk());
  EXPECT_THAT((*regexp)->Find(std::string(40, 'a') + '!', 0),
              HasError(Code::kResourceExhausted, "too much work"));
}

TEST(Regexp, RefusesWhatJavaReadsInAnotherWay) {
  for (const auto* pattern : {"[a-z&&[^b]]", "[a[b]]", "a\\Kb", "(*ACCEPT)", "(", "[a"}) {
    EXPECT_THAT(Regexp::Get(pattern), HasError(Code::kInvalidArgument, "")) << pattern;
  }
}

}  // namespace
}  // namespace tarn::query
