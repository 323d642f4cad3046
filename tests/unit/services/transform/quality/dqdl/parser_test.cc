#include "services/transform/quality/dqdl/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/support/result_matchers.h"

namespace tarn::dqdl {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Rule One(const std::string& rule) {
  const auto ruleset = ParseRuleset("Rules = [ " + rule + " ]");
  EXPECT_THAT(ruleset, IsOk()) << rule;
  return ruleset.ok() && ruleset->rules.size() == 1 ? ruleset->rules[0] : Rule();
}

TEST(DqdlParser, ReadsEveryKindOfRule) {
  const char* rules[] = {
      "RowCount > 100",
      "RowCount between 10 and 100 where \"country = 'US'\"",
      "ColumnCount = 7",
      "ColumnExists \"order id\"",
      "ColumnNamesMatchPattern \"aws_.*\"",
      "SchemaMatch \"reference\" = 1.0",
      "Completeness \"a\" > 0.95",
      "Uniqueness \"a\" \"b\" >= 0.5",
      "UniqueValueRatio \"a\" not between 0 and 0.5",
      "DistinctValuesCount \"a\" in [1, 2, 3]",
      "Entropy \"a\" > 1",
      "Mean \"a\" <= -1.5",
      "Sum \"a\" != 0",
      "StandardDeviation \"a\" < 10",
      "IsComplete \"a\"",
      "IsComplete a",
      "IsUnique \"a\" \"b\"",
      "IsPrimaryKey \"a\" b \"c\" where \"a > 0\"",
      "ColumnValues \"a\" in [ \"US\", NULL, EMPTY, WHITESPACES_ONLY ]",
      "ColumnValues \"a\" NOT IN [1, 2] with threshold > 0.9",
      "ColumnValues \"a\" not matches \"[a-z]*\" where \"b IS NULL\" with threshold between 0.5 and 1",
      "ColumnValues \"a\" = NULL",
      "ColumnValues \"a\" > now()",
      "ColumnValues \"a\" > (now() - 3 days)",
      "ColumnValues \"a\" between now() - 90 minutes and (now() + 1 hour)",
      "ColumnValues \"a\" in [ now(), (now() - 4 days), \"2023-01-01\" ]",
      "ColumnLength \"a\" = 5",
      "ColumnDataType \"a\" = \"INTEGER\" with threshold > 0.9",
      "ColumnDataType \"a\" in [\"Date\", \"Timestamp\"]",
      "DataFreshness \"a\" <= 24 hours",
      "DataFreshness \"a\" between 2 days and 5 days",
      "ReferentialIntegrity \"city,state\" \"reference.{c,s}\" = 1.0",
      "CustomSql \"select count(*) from primary\" between 10 and 20",
      "CustomSql \"select a from primary where b > 1\" with threshold > 0.5",
      "(IsComplete \"a\") and (IsUnique \"a\")",
      "(RowCount > 0) OR ((IsComplete \"a\") AND (IsUnique \"a\"))",
      "RowCount > 0 and ColumnCount between 1 and 3 and IsComplete \"a\"",
  };
  for (const char* rule : rules) EXPECT_EQ(One(rule).text, rule);
}

TEST(DqdlParser, TellsWhatARuleSays) {
  const Check check =
      One("ColumnValues \"a\\\"b\\\\c\\d\" not between -1.5 and 20 where \"x = 'y'\" with threshold >= 0.25")
          .check;
  EXPECT_EQ(check.type, RuleType::kColumnValues);
  EXPECT_THAT(check.arguments, ElementsAre("a\"b\\c\\d"));
  ASSERT_TRUE(check.condition.has_value());
  EXPECT_EQ(check.condition->comparison, Comparison::kNotBetween);
  EXPECT_EQ(check.condition->text, "not between -1.5 and 20");
  EXPECT_EQ(check.condition->operands[0].text, "-1.5");
  EXPECT_EQ(check.condition->operands[1].number, 20);
  EXPECT_EQ(check.where, "x = 'y'");
  ASSERT_TRUE(check.threshold.has_value());
  EXPECT_EQ(check.threshold->comparison, Comparison::kGreaterOrEqual);
  EXPECT_EQ(check.threshold->operands[0].number, 0.25);
}

TEST(DqdlParser, ReadsDatesAndSpans) {
  const auto operands =
      One("ColumnValues \"a\" in [\"2024-02-29\", (now() - 2 days), NULL]").check.condition->operands;
  ASSERT_EQ(operands.size(), 3u);
  EXPECT_EQ(operands[0].kind, Operand::Kind::kDate);
  EXPECT_EQ(operands[1].kind, Operand::Kind::kNow);
  EXPECT_EQ(operands[1].span, -std::chrono::minutes(2 * 24 * 60));
  EXPECT_EQ(operands[2].kind, Operand::Kind::kNull);
  EXPECT_EQ(One("ColumnValues \"a\" = \"2023-02-29\"").check.condition->operands[0].kind,
            Operand::Kind::kText);
}

TEST(DqdlParser, BindsAndTighterThanOr) {
  const Rule rule = One("(RowCount > 1) or (RowCount > 2) and (RowCount > 3)");
  EXPECT_EQ(rule.kind, Rule::Kind::kOr);
  ASSERT_EQ(rule.parts.size(), 2u);
  EXPECT_EQ(rule.parts[1].kind, Rule::Kind::kAnd);
  EXPECT_EQ(rule.parts[1].text, "(RowCount > 2) and (RowCount > 3)");
}

TEST(DqdlParser, SkipsCommentsAndPutsRulesOnOneLine) {
  const auto ruleset = ParseRuleset(
      "# what songs need\nRules = [\n  IsComplete\n    \"a # b\",  # not a comment within quotes\n"
      "  RowCount  >\t0\n]\n# end");
  ASSERT_THAT(ruleset, IsOk());
  ASSERT_EQ(ruleset->rules.size(), 2u);
  EXPECT_EQ(ruleset->rules[0].text, "IsComplete \"a # b\"");
  EXPECT_EQ(ruleset->rules[1].text, "RowCount > 0");
  EXPECT_EQ(ruleset->rules[1].at.line, 5);
  EXPECT_EQ(ruleset->rules[1].at.column, 3);
}

TEST(DqdlParser, SaysWhatItExpectedNearWhichWordAndWhere) {
  struct Case {
    const char *text, *message, *where;
  };
  const Case cases[] = {
      {"", "expected Rules = [ ... ] at the end of the text", "line 1, column 1"},
      {"rules = []", "expected Rules = [ ... ] near rules", "line 1, column 1"},
      {"Rules = { }", "expected \"[\" near {", "line 1, column 9"},
      {"Rules [", "expected \"=\" near [", "line 1, column 7"},
      {"Rules = [ ]", "expected a rule type", "line 1, column 11"},
      {"Rules = [", "expected a rule type", "line 1, column 10"},
      {"Rules = [ RowCount > 1", "expected \",\" or \"]\" after the rule at the end of the text",
       "line 1, column 23"},
      {"Rules = [ RowCount > 1, ]", "near ]", "line 1, column 25"},
      {"Rules = [ RowCount > 1 ] x", "expected nothing more after the rules near x", "line 1, column 26"},
      {"Rules = [ RowCount > 1 ColumnCount = 2 ]", "near ColumnCount", "line 1, column 24"},
      {"Rules = [\n  IsCompleet \"a\" ]", "near IsCompleet", "line 2, column 3"},
      {"Rules = [ isComplete \"a\" ]", "it is written IsComplete", "line 1, column 11"},
      {"Rules = [ CustomSQL \"select 1\" = 1 ]", "it is written CustomSql", "line 1, column 11"},
      {"Rules = [ RowCount ]", "expected a comparison", "line 1, column 20"},
      {"Rules = [ RowCount > ]", "expected a number near ]", "line 1, column 22"},
      {"Rules = [ RowCount > \"1\" ]", "expected a number near \"1\"", "line 1, column 22"},
      {"Rules = [ RowCount > avg(last(10)) ]", "what earlier runs measured", "line 1, column 22"},
      {"Rules = [ RowCount not > 1 ]", "after \"not\" near >", "line 1, column 24"},
      {"Rules = [ RowCount between 1 ]", "expected \"and\" near ]", "line 1, column 30"},
      {"Rules = [ RowCount in 1 ]", "expected \"[\" near 1", "line 1, column 23"},
      {"Rules = [ RowCount matches \"1\" ]", "only ColumnValues", "line 1, column 28"},
      {"Rules = [ IsComplete ]", "expected a column after IsComplete near ]", "line 1, column 22"},
      {"Rules = [ IsComplete \"\" ]", "not an empty name", "line 1, column 22"},
      {"Rules = [ IsComplete \"a\" \"b\" ]", "near \"b\"", "line 1, column 26"},
      {"Rules = [ IsComplete \"a\" > 0.5 ]", "near >", "line 1, column 26"},
      {"Rules = [ IsComplete \"a ]", "closing quotation mark", "line 1, column 22"},
      {"Rules = [ IsComplete 'a' ]", "unexpected character", "line 1, column 22"},
      {"Rules = [ ColumnValues \"\xC3\xA4\xF0\x9F\x8E\xB5\" = ]", "near ]", "line 1, column 31"},
      {"Rules = [ ColumnValues \"a\" in [1, \"2\"] ]", "values of one kind", "line 1, column 31"},
      {"Rules = [ ColumnValues \"a\" > \"b\" ]", "expected numbers, or dates", "line 1, column 30"},
      {"Rules = [ ColumnValues \"a\" > NULL ]", "expected numbers, or dates", "line 1, column 30"},
      {"Rules = [ ColumnValues \"a\" > \"2023-02-29\" ]", "expected numbers, or dates", "line 1, column 30"},
      {"Rules = [ ColumnValues \"a\" matches 5 ]", "regular expression", "line 1, column 36"},
      {"Rules = [ ColumnValues \"a\" > (now() - 3 weeks) ]", "\"days\", \"hours\" or \"minutes\"",
       "line 1, column 41"},
      {"Rules = [ ColumnValues \"a\" > (now() - 3 days ]", "expected \")\"", "line 1, column 46"},
      {"Rules = [ ColumnValues \"a\" > 1 with ]", "expected \"threshold\"", "line 1, column 37"},
      {"Rules = [ ColumnValues \"a\" > 1 with threshold ]", "expected a comparison", "line 1, column 47"},
      {"Rules = [ ColumnValues \"a\" > 1 with threshold > 90 ]", "from 0 to 1", "line 1, column 47"},
      {"Rules = [ ColumnValues \"a\" > 1 with threshold > 0.9 with threshold > 0.7 ]", "near with",
       "column 53"},
      {"Rules = [ Completeness \"a\" > 0.4 with threshold > 0.4 ]", "no threshold", "line 1, column 34"},
      {"Rules = [ CustomSql \"select 1\" = 1 with threshold > 0.4 ]", "no threshold", "line 1, column 36"},
      {"Rules = [ ColumnCount > 1 where \"a\" ]", "no \"where\"", "line 1, column 27"},
      {"Rules = [ RowCount > 1 where a ]", "an SQL condition in quotes", "line 1, column 30"},
      {"Rules = [ RowCount > 1 where \" \" ]", "an SQL condition in quotes", "line 1, column 30"},
      {"Rules = [ ColumnDataType \"a\" ]", "expected a comparison", "line 1, column 30"},
      {"Rules = [ ColumnDataType \"a\" > \"Date\" ]", "before a type", "line 1, column 32"},
      {"Rules = [ ColumnDataType \"a\" = \"Datum\" ]", "the name of a type", "line 1, column 32"},
      {"Rules = [ DataFreshness \"a\" <= 3 ]", "\"days\", \"hours\" or \"minutes\"", "line 1, column 34"},
      {"Rules = [ DataFreshness \"a\" <= 3.5 days ]", "a whole number", "line 1, column 32"},
      {"Rules = [ DataFreshness \"a\" <= 99999999999999999999 days ]", "a whole number", "line 1, column 32"},
      {"Rules = [ ReferentialIntegrity \"a\" = 1 ]", "table.column", "line 1, column 36"},
      {"Rules = [ (RowCount > 0) and ]", "expected a rule type", "line 1, column 30"},
      {"Rules = [ (RowCount > 0 ]", "expected \")\"", "line 1, column 25"},
      {"Rules = [ IsPrimaryKey \"a\" labels=[\"k\"=\"v\"] ]", "no labels", "line 1, column 28"},
      {"Analyzers = [ RowCount ]", "no Analyzers", "line 1, column 1"},
      {"Rules = [ RowCount > $min ]", "expected a number near $", "line 1, column 22"},
      {"Rules = [ RowCount > 1e99999 ]", "near 1e99999", "line 1, column 22"},
  };
  for (const Case& c : cases) {
    const auto ruleset = ParseRuleset(c.text);
    ASSERT_FALSE(ruleset.ok()) << c.text;
    EXPECT_EQ(ruleset.error().code(), Code::kInvalidArgument) << c.text;
    EXPECT_THAT(ruleset.error().message(), testing::HasSubstr(c.message)) << c.text;
    EXPECT_THAT(ruleset.error().where(), testing::HasSubstr(c.where))
        << c.text << ": " << ruleset.error().message();
  }
}

TEST(DqdlParser, BoundsTextRulesAndDepth) {
  EXPECT_THAT(ParseRuleset(std::string(kMaxTextBytes + 1, ' ')), HasError(Code::kTooLarge, "65536"));
  EXPECT_THAT(ParseRuleset("#" + std::string(kMaxTextBytes - 1, 'x')),
              HasError(Code::kInvalidArgument, "Rules"));
  const auto many = [](size_t count) {
    std::string text = "Rules = [RowCount > 0";
    for (size_t i = 1; i < count; ++i) text += ", RowCount > 0";
    return ParseRuleset(text + "]");
  };
  EXPECT_EQ(many(kMaxRules)->rules.size(), kMaxRules);
  EXPECT_THAT(many(kMaxRules + 1), HasError(Code::kInvalidArgument, "at most 1000 rules"));
  const auto deep = [](int depth) {
    return ParseRuleset("Rules = [" + std::string(depth, '(') + "RowCount > 0" + std::string(depth, ')') +
                        "]");
  };
  EXPECT_THAT(deep(kMaxDepth), IsOk());
  EXPECT_THAT(deep(kMaxDepth + 1), HasError(Code::kInvalidArgument, "fewer than 65 parentheses"));
  EXPECT_THAT(deep(30'000), HasError(Code::kInvalidArgument, "fewer than 65 parentheses"));
}

TEST(DqdlParser, AnswersToAnyTextWithRulesOrAPlace) {
  const std::string good =
      "Rules = [ (ColumnValues \"a\" not in [1, NULL] where \"b > 1\" with threshold > 0.5) and (RowCount "
      "between 1 and "
      "2),\n IsUnique a \"b\", CustomSql \"select \\\"x\\\"\" = 1, ColumnValues \"t\" > (now() - 3 days) # "
      "end\n ]";
  ASSERT_THAT(ParseRuleset(good), IsOk());
  std::mt19937 random(7);  // the same texts each time
  const std::string alphabet = "[](){},:=<>!+-*/$\"\\#\n \t0aZ_.\x01\xC3\xFF";
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = good;
    for (int changes = static_cast<int>(random() % 4) + 1; changes > 0; --changes) {
      const size_t at = random() % text.size();
      if (random() % 3 == 0)
        text.erase(at, random() % 8 + 1);
      else
        text[at] = alphabet[random() % alphabet.size()];
      if (text.empty()) text = " ";
    }
    const auto ruleset = ParseRuleset(text);
    if (ruleset.ok()) continue;
    ++refused;
    ASSERT_EQ(ruleset.error().code(), Code::kInvalidArgument) << text;
    ASSERT_THAT(ruleset.error().where(), testing::StartsWith("line ")) << text;
  }
  EXPECT_GT(refused, 10'000);
}

TEST(DqdlParser, KnowsWhichRulesJudgeRows) {
  EXPECT_TRUE(JudgesRows(One("IsComplete \"a\"")));
  EXPECT_TRUE(JudgesRows(One("ColumnValues \"a\" > 0 with threshold > 0.9")));
  EXPECT_TRUE(JudgesRows(One("(IsComplete \"a\") or (ColumnLength \"b\" > 0)")));
  EXPECT_TRUE(JudgesRows(One("CustomSql \"select a from primary\"")));
  EXPECT_FALSE(JudgesRows(One("CustomSql \"select 1\" = 1")));
  EXPECT_FALSE(JudgesRows(One("RowCount > 0")));
  EXPECT_FALSE(JudgesRows(One("(IsComplete \"a\") or (RowCount > 0)")));
  EXPECT_FALSE(JudgesRows(One("(IsComplete \"a\") or (ColumnValues \"a\" > 0 with threshold > 0.9)")));
  EXPECT_TRUE(ComparesRows(One("(IsComplete \"a\") or (IsUnique \"b\")")));
  EXPECT_FALSE(ComparesRows(One("(IsComplete \"a\") or (ColumnLength \"b\" > 0)")));
}

TEST(DqdlParser, SplitsWhatAReferenceNames) {
  EXPECT_EQ(SplitReference("albums.album_id").table, "albums");
  EXPECT_THAT(SplitReference("albums.album_id").columns, ElementsAre("album_id"));
  EXPECT_EQ(SplitReference("shop.places.{city, state}").table, "shop.places");
  EXPECT_THAT(SplitReference("shop.places.{city, state}").columns, ElementsAre("city", "state"));
  EXPECT_THAT(SplitReference("albums").columns, IsEmpty());
}

}  // namespace
}  // namespace tarn::dqdl
