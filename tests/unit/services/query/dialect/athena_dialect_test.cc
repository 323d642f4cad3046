#include "services/query/dialect/athena_dialect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/query/dialect/tokenizer.h"
#include "tests/support/result_matchers.h"

namespace tarn::query {
namespace {

using testing::HasSubstr;

Result<TranslatedStatement> Translate(const std::string& sql, const TableColumns& tables = {}) {
  TARN_ASSIGN(const auto statement, AthenaStatement::Parse(sql));
  return statement.Translate(tables);
}

TEST(Tokenizer, CutsStringsNamesNumbersAndSymbols) {
  const auto tokens = Tokenize("SELECT 'it''s' /* 'x' */, \"A \"\"b\"\"\", `c`, 1.5e0 -- end\n <> x'0a'");
  ASSERT_THAT(tokens, IsOk());
  std::vector<std::string> texts;
  for (const auto& token : *tokens) texts.push_back(token.text);
  EXPECT_THAT(texts,
              testing::ElementsAre("SELECT", "it's", ",", "A \"b\"", ",", "c", ",", "1.5e0", "<>", "0a", ""));
}

TEST(Tokenizer, SaysWhereItCannotGoOn) {
  for (const auto& [sql, where] :
       {std::pair("SELECT 'a", "line 1, column 8"), std::pair("SELECT\n /* a", "line 2, column 2"),
        std::pair("SELECT \"a", "line 1, column 8"), std::pair("SELECT a # b", "line 1, column 10"),
        std::pair("SELECT 1a", "line 1, column 8"), std::pair("SELECT x'0'", "line 1, column 8")}) {
    const auto tokens = Tokenize(sql);
    ASSERT_FALSE(tokens.ok()) << sql;
    EXPECT_EQ(tokens.error().where(), where) << sql;
  }
}

TEST(AthenaStatement, NamesItsTablesWithoutItsCommonTables) {
  const auto statement = AthenaStatement::Parse(
      "WITH t AS (SELECT * FROM a.B) SELECT * FROM t JOIN c ON true WHERE EXISTS (SELECT 1 FROM d) AND x IN "
      "(SELECT y FROM a.b)");
  ASSERT_THAT(statement, IsOk());
  std::vector<std::string> names;
  for (const auto& table : statement->tables()) names.push_back(table.database + '.' + table.name);
  EXPECT_THAT(names, testing::ElementsAre("a.b", ".c", ".d"));
}

TEST(AthenaStatement, HandsOnWhatIsNoQueryWithNamesInDoubleQuotes) {
  const auto statement = AthenaStatement::Parse("DROP TABLE `my db`.`t\"1` -- `x`");
  ASSERT_THAT(statement, IsOk());
  EXPECT_FALSE(statement->is_query());
  EXPECT_EQ(statement->passed_on(), "DROP TABLE \"my db\".\"t\"\"1\" -- `x`");
}

TEST(AthenaStatement, KnowsNoFunctionOfTheEngineItself) {
  for (const std::string call : {"list_sum(a)", "read_text('x')", "tarn_nonzero(1)", "getenv('x')",
                                 "\"query\"('x')", "strftime(a, 'x')"}) {
    const auto statement = AthenaStatement::Parse("SELECT " + call);
    ASSERT_FALSE(statement.ok()) << call;
    EXPECT_THAT(statement.error().message(), HasSubstr("the athena dialect has no function")) << call;
  }
}

TEST(AthenaStatement, BoundsNesting) {
  const std::string open(5'000, '('), close(5'000, ')');
  const auto statement = AthenaStatement::Parse("SELECT " + open + '1' + close);
  ASSERT_FALSE(statement.ok());
  EXPECT_THAT(statement.error().message(), HasSubstr("nested too deeply"));
  EXPECT_FALSE(AthenaStatement::Parse("SELECT " + std::string(5'000, '-') + " 1").ok());
  std::string negations = "SELECT ";
  for (int i = 0; i < 5'000; ++i) negations += "NOT ";
  EXPECT_FALSE(AthenaStatement::Parse(negations + "true").ok());
}

TEST(AthenaStatement, TakesLongChainsOfOperators) {
  std::string sql = "SELECT 1 = 1";
  for (int i = 0; i < 5'000; ++i) sql += " AND 1 = 1";
  EXPECT_THAT(Translate(sql), IsOk());
}

TEST(AthenaStatement, SaysWhatTypesItsColumnsHave) {
  const auto translated =
      Translate("SELECT a, a / 2, b || 'x', CAST(c AS varchar), count(*) FROM t GROUP BY 1, 2, 3, 4",
                {{{"", "t"}, {{"A", "BIGINT"}, {"b", "VARCHAR"}, {"c", "DECIMAL(10,2)"}}}});
  ASSERT_THAT(translated, IsOk());
  std::vector<std::string> types;
  for (const auto& type : translated->types) types.push_back(type.Name());
  EXPECT_THAT(types, testing::ElementsAre("bigint", "bigint", "varchar", "varchar", "bigint"));
}

TEST(AthenaStatement, KeepsPositionsOfTheTextThatWasSent) {
  const std::string sql = "SELECT 1,\n  upper(b) AS x\nFROM t";
  const auto translated = Translate(sql, {{{"", "t"}, {{"b", "VARCHAR"}}}});
  ASSERT_THAT(translated, IsOk());
  const size_t at = translated->sql.find("upper(");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(OriginalPosition(*translated, sql, duckdb::DescribePosition(translated->sql, at)),
            "line 2, column 3");
  EXPECT_EQ(OriginalPosition(*translated, sql, "/sql"), "/sql");
}

TEST(AthenaStatement, LeavesColumnsOfTypesThatItDoesNotHaveAlone) {
  const TableColumns tables = {{{"", "t"}, {{"a", "BIGINT"}, {"h", "HUGEINT"}}}};
  EXPECT_THAT(Translate("SELECT a FROM t", tables), IsOk());
  EXPECT_FALSE(Translate("SELECT h FROM t", tables).ok());
}

}  // namespace
}  // namespace tarn::query
