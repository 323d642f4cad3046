#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "services/transform/quality/dqdl/compiler.h"
#include "services/transform/quality/dqdl/executor.h"
#include "services/transform/quality/dqdl/parser.h"
#include "services/transform/quality/dqdl/sql_text.h"
#include "tests/support/result_matchers.h"

namespace tarn::dqdl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// 2024-03-10 12:00:00 UTC.
const Timestamp kNow = FromUnixMillis(1'710'072'000'000);

// Tables of a real engine, in memory.
class Rules : public testing::Test, public Catalog {
 protected:
  Rules() {
    Run("CREATE TABLE t (id INTEGER, name VARCHAR, price DOUBLE, amount DECIMAL(10,2), day DATE, seen "
        "TIMESTAMP, "
        "\"odd \"\"name'\" VARCHAR)");
    Run("INSERT INTO t VALUES "
        "(1, 'ann', 1.5, 0.10, '2024-03-10', '2024-03-10 11:00:00', 'x'), "
        "(2, 'bob', 2.5, 0.20, '2024-03-09', '2024-03-09 12:00:00', 'y'), "
        "(3, 'bob', NULL, 0.30, '2024-03-01', '2024-03-01 00:00:00', ''), "
        "(4, NULL, 4.0, NULL, NULL, NULL, '  '), "
        "(4, 'eve', -8.0, 0.40, '2023-12-31', '2023-12-31 23:59:59', NULL)");
    Run("CREATE TABLE none AS SELECT * FROM t LIMIT 0");
    Run("CREATE TABLE nan (x DOUBLE, f FLOAT); INSERT INTO nan VALUES (1, 1), ('NaN', 'NaN'), (3, NULL)");
    Run("CREATE TABLE words (w VARCHAR); INSERT INTO words VALUES "
        "('1'), ('2.5'), ('x'), (NULL), ('2024-01-31'), ('true'), ('')");
    Run("CREATE TABLE people (name VARCHAR, age INTEGER); INSERT INTO people VALUES ('ann', 1), ('bob', 2), "
        "(NULL, 3)");
  }

  void Run(const std::string& sql) { ASSERT_THAT(connection_->Run(sql), IsOk()) << sql; }

  Result<std::vector<duckdb::Column>> ColumnsOf(const std::string& query) override {
    TARN_ASSIGN(const auto stream, connection_->Execute("SELECT * FROM (" + query + ") LIMIT 0"));
    return stream->columns();
  }

  Result<Relation> Table(const std::string& name) override {
    if (name != "people" && name != "t" && name != "none")
      return Error(Code::kNotFound, "there is no table " + name);
    TARN_ASSIGN(auto columns, ColumnsOf("SELECT * FROM " + name));
    return Relation{name, std::move(columns)};
  }

  Plan PlanOf(const std::string& rules, const std::string& table) {
    ruleset_ = ParseRuleset("Rules = [ " + rules + " ]");
    EXPECT_THAT(ruleset_, IsOk()) << rules;
    std::vector<const Rule*> list;
    for (const Rule& rule : ruleset_->rules) list.push_back(&rule);
    auto plan = Compile(list, Relation{table, *ColumnsOf("SELECT * FROM " + table)}, *this, kNow);
    EXPECT_THAT(plan, IsOk()) << rules;
    return *std::move(plan);
  }

  Verdict Judged(const std::string& rule, const std::string& table = "t") {
    const auto verdicts = Execute(PlanOf(rule, table), *connection_, {});
    EXPECT_THAT(verdicts, IsOk()) << rule;
    return verdicts.ok() ? verdicts->at(0) : Verdict();
  }

  // The rows that a rule says break it, by number from 1.
  std::vector<int> Broken(const std::string& rule, const std::string& table = "t") {
    const Plan plan = PlanOf(rule, table);
    EXPECT_NE(plan.rules.at(0).keeps, "") << rule << ": " << plan.rules.at(0).measure.error;
    const auto rows =
        connection_->Rows("SELECT n FROM (SELECT tarn_row.rowid + 1 AS n, " + plan.rules[0].keeps +
                          " AS keeps FROM " + table + " AS tarn_row) WHERE NOT keeps ORDER BY n");
    EXPECT_THAT(rows, IsOk()) << rule;
    std::vector<int> numbers;
    for (const auto& row : *rows) numbers.push_back(row.at("n"));
    return numbers;
  }

  std::unique_ptr<duckdb::Instance> instance_ = std::move(duckdb::Instance::Open({})).value();
  std::unique_ptr<duckdb::Connection> connection_ = std::move(instance_->Connect()).value();
  Result<Ruleset> ruleset_ = Ruleset();
};

constexpr double kNothing = -12345;  // stands for "no measured value"

TEST_F(Rules, SpoilNoOtherByNeedingTooMuchMemory) {
  duckdb::InstanceOptions options;
  options.memory_limit_bytes = 32ull << 20;
  options.threads = 1;
  instance_ = std::move(duckdb::Instance::Open(options)).value();
  connection_ = std::move(instance_->Connect()).value();
  Run("CREATE TABLE t AS SELECT 1 AS id");
  const Plan plan = PlanOf(
      "RowCount = 1, RowCount = 1 where "
      "\"id < (select count(*) from (select distinct r from range(9000000) n(r)))\"",
      "t");
  ASSERT_THAT(plan.queries, SizeIs(1)) << "they are asked for together first";
  ASSERT_THAT(connection_->Run(plan.queries[0].Sql()), HasError(Code::kResourceExhausted, ""));
  const auto verdicts = Execute(plan, *connection_, {});
  ASSERT_THAT(verdicts, IsOk());
  EXPECT_EQ(verdicts->at(0).outcome, Outcome::kPassed);
  EXPECT_EQ(verdicts->at(1).outcome, Outcome::kError);
  EXPECT_THAT(verdicts->at(1).message, HasSubstr("emory"));
}

TEST_F(Rules, MeasureWhatWasComputedByHand) {
  struct Case {
    const char* rule;
    double measured;
    Outcome outcome;
    const char* table = "t";
  };
  const Outcome kPass = Outcome::kPassed, kFail = Outcome::kFailed;
  const Case cases[] = {
      {"RowCount = 5", 5, kPass},
      {"RowCount between 5 and 9", 5, kFail},
      {"RowCount not between 5 and 9", 5, kPass},
      {"RowCount in [1, 5]", 5, kPass},
      {"RowCount not in [1, 5]", 5, kFail},
      {"RowCount = 2 where \"name = 'bob'\"", 2, kPass},
      {"RowCount = 0", 0, kPass, "none"},
      {"ColumnCount = 7", 7, kPass},
      {"ColumnExists \"name\"", 1, kPass},
      {"ColumnExists \"Name\"", 0, kFail},
      {"ColumnExists \"odd \\\"name'\"", 1, kPass},
      {"ColumnNamesMatchPattern \"[a-z]+\"", 6.0 / 7, kFail},
      {"ColumnNamesMatchPattern \".*\"", 1, kPass},
      {"SchemaMatch \"none\" = 1.0", 1, kPass},
      {"SchemaMatch \"people\" > 0.1", 1.0 / 8, kPass},
      {"Completeness \"name\" = 0.8", 0.8, kPass},
      {"Completeness \"price\" > 0.5 where \"id = 3\"", 0, kFail},
      {"Completeness \"name\" > 0.5", 1, kPass, "none"},
      {"Uniqueness \"name\" = 0.5", 0.5, kPass},  // ann and eve of ann, bob, bob, eve
      {"Uniqueness \"id\" \"name\" = 1", 1, kPass},
      {"UniqueValueRatio \"name\" > 0.6", 2.0 / 3, kPass},
      {"UniqueValueRatio \"name\" > 0.6", 1, kPass, "none"},
      {"DistinctValuesCount \"name\" = 3", 3, kPass},
      {"DistinctValuesCount \"name\" = 2 where \"id < 4\"", 2, kPass},
      {"Entropy \"name\" = 1.5", 1.5, kPass},  // 1/4, 1/2, 1/4
      {"Entropy \"name\" > 0", kNothing, kFail, "none"},
      {"Mean \"price\" = 0", 0, kPass},
      {"Mean \"id\" > 2.7", 2.8, kPass},
      {"Mean \"price\" > 0", kNothing, kFail, "none"},
      {"Mean \"x\" > 0", kNothing, kFail, "nan"},
      {"Sum \"amount\" = 1.0", 1, kPass},
      {"Sum \"price\" < -1 where \"price < 0\"", -8, kPass},
      {"Sum \"price\" = 0", kNothing, kFail, "none"},
      {"StandardDeviation \"id\" between 1.16 and 1.17", 1.16619037896906, kPass},
      {"IsComplete \"id\"", 1, kPass},
      {"IsComplete \"name\"", 0.8, kFail},
      {"IsComplete \"name\" where \"id <> 4\"", 1, kPass},
      {"IsComplete \"name\"", 1, kPass, "none"},
      {"IsUnique \"id\"", 0.6, kFail},
      {"IsUnique \"day\"", 1, kPass},  // NULL repeats nothing
      {"IsUnique \"id\" \"name\"", 1, kPass},
      {"IsUnique \"id\" where \"name IS NOT NULL\"", 1, kPass},
      {"IsPrimaryKey \"day\"", 0.8, kFail},
      {"IsPrimaryKey \"id\" \"name\"", 0.8, kFail},
      {"IsPrimaryKey \"id\" where \"id < 4\"", 1, kPass},
      {"IsPrimaryKey \"id\"", 1, kPass, "none"},
      {"ColumnValues \"id\" >= 1", 1, kPass},
      {"ColumnValues \"id\" > 1 with threshold > 0.7", 0.8, kPass},
      {"ColumnValues \"id\" > 1 with threshold > 0.8", 0.8, kFail},
      {"ColumnValues \"id\" > 1 with threshold > 0.8", 1, kPass, "none"},
      {"ColumnLength \"name\" = 3 where \"name IS NOT NULL\"", 1, kPass},
      {"ColumnDataType \"name\" = \"String\"", 1, kPass},
      {"DataFreshness \"seen\" <= 24 hours with threshold >= 0.4", 0.4, kPass},
      {"ReferentialIntegrity \"name\" \"people.name\" = 0.6", 0.6, kPass},
      {"ReferentialIntegrity \"name,id\" \"people.{name,age}\" >= 0.4", 0.4, kPass},
      {"ReferentialIntegrity \"name\" \"people.name\" = 0.75 where \"name IS NOT NULL\"", 0.75, kPass},
      {"ReferentialIntegrity \"name\" \"none.name\" = 1", 0, kFail},
      {"CustomSql \"select count(*) from primary\" between 4 and 6", 5, kPass},
      {"CustomSql \"select max(id) from PRIMARY p where p.name = 'bob' -- done\" = 3", 3, kPass},
      {"CustomSql \"select count(*) from primary join people on primary.name = people.name\" = 3", 3, kPass},
      {"CustomSql \"with x as (select 'primary' as p from primary) select count(*) from x\" = 5", 5, kPass},
      {"CustomSql \"select max(price) from primary where false\" > 0", kNothing, kFail},
      {"CustomSql \"select id from primary where id > 1\"", 0.8, kFail},
      {"CustomSql \"select name from primary where name is null or name < 'c'\" with threshold >= 0.8", 0.8,
       kPass},
  };
  for (const Case& c : cases) {
    const Verdict verdict = Judged(c.rule, c.table);
    EXPECT_EQ(verdict.outcome, c.outcome) << c.rule << " on " << c.table << ": " << verdict.message;
    if (c.measured == kNothing)
      EXPECT_FALSE(verdict.measured.has_value()) << c.rule;
    else
      EXPECT_NEAR(verdict.measured.value_or(kNothing), c.measured, 1e-9) << c.rule << " on " << c.table;
    EXPECT_EQ(verdict.message.empty(), c.outcome == kPass) << c.rule << ": " << verdict.message;
  }
}

TEST_F(Rules, SayWhichRowsBreakThem) {
  struct Case {
    const char* rule;
    std::vector<int> broken;
    const char* table = "t";
  };
  const Case cases[] = {
      {"IsComplete \"name\"", {4}},
      {"IsComplete \"odd \\\"name'\"", {5}},
      {"IsComplete \"name\" where \"id < 4\"", {}},
      {"IsUnique \"id\"", {4, 5}},
      {"IsUnique \"id\" where \"name = 'eve'\"", {}},
      {"IsUnique \"day\"", {}},
      {"IsPrimaryKey \"day\"", {4}},
      {"IsPrimaryKey \"id\" \"name\"", {4}},
      {"ColumnValues \"price\" > 0", {3, 5}},
      {"ColumnValues \"price\" != 4", {4}},
      {"ColumnValues \"price\" not in [4, 1.5]", {1, 4}},
      {"ColumnValues \"price\" not in [4, NULL]", {3, 4}},
      {"ColumnValues \"price\" = NULL", {1, 2, 4, 5}},
      {"ColumnValues \"price\" != NULL", {3}},
      {"ColumnValues \"price\" between 1.5 and 4.5", {1, 3, 5}},
      {"ColumnValues \"price\" not between 1 and 3", {1, 2, 3}},
      {"ColumnValues \"amount\" in [0.1, 0.3, NULL]", {2, 5}},
      {"ColumnValues \"name\" in [\"ann\", \"bob\"]", {4, 5}},
      {"ColumnValues \"name\" not in [\"ann\", \"bob\"]", {1, 2, 3}},
      {"ColumnValues \"name\" = \"bob\"", {1, 4, 5}},
      {"ColumnValues \"name\" matches \"[a-b].*\"", {4, 5}},
      {"ColumnValues \"name\" matches \"b\"", {1, 2, 3, 4, 5}},
      {"ColumnValues \"name\" not matches \"b.b\"", {2, 3, 4}},
      {"ColumnValues \"odd \\\"name'\" not in [EMPTY, WHITESPACES_ONLY]", {3, 4}},
      {"ColumnValues \"odd \\\"name'\" in [NULL, EMPTY, WHITESPACES_ONLY]", {1, 2}},
      {"ColumnValues \"odd \\\"name'\" != EMPTY", {3}},
      {"ColumnValues \"odd \\\"name'\" != WHITESPACES_ONLY", {4}},
      {"ColumnValues \"day\" > \"2024-03-01\"", {3, 4, 5}},
      {"ColumnValues \"day\" = \"2024-03-09\"", {1, 3, 4, 5}},
      {"ColumnValues \"day\" > (now() - 3 days)", {3, 4, 5}},
      {"ColumnValues \"seen\" between \"2024-03-01\" and now()", {3, 4, 5}},
      {"ColumnValues \"seen\" >= \"2024-03-10 11:00:00\"", {2, 3, 4, 5}},
      {"ColumnValues \"seen\" in [(now() - 1 day), NULL]", {1, 3, 5}},
      {"ColumnValues \"x\" > 0", {2}, "nan"},
      {"ColumnValues \"x\" < 10", {2}, "nan"},
      {"ColumnValues \"x\" not between 5 and 6", {2}, "nan"},
      {"ColumnValues \"x\" != 1", {1}, "nan"},
      {"ColumnValues \"f\" in [1, 3]", {2, 3}, "nan"},
      {"ColumnValues \"w\" > 0", {3, 4, 5, 6, 7}, "words"},
      {"ColumnValues \"w\" > \"2024-01-01\"", {1, 2, 3, 4, 6, 7}, "words"},
      {"ColumnLength \"name\" > 0", {4}},
      {"ColumnLength \"name\" < 3", {1, 2, 3, 5}},
      {"ColumnDataType \"w\" = \"Integer\"", {2, 3, 5, 6, 7}, "words"},
      {"ColumnDataType \"w\" = \"DOUBLE\"", {3, 5, 6, 7}, "words"},
      {"ColumnDataType \"w\" in [\"Date\", \"boolean\"]", {1, 2, 3, 7}, "words"},
      {"ColumnDataType \"w\" != \"Integer\"", {1}, "words"},
      {"ColumnDataType \"price\" = \"Integer\"", {1, 2, 4, 5}},
      {"DataFreshness \"seen\" <= 24 hours", {3, 4, 5}},
      {"DataFreshness \"seen\" > 30 minutes", {4}},
      {"DataFreshness \"day\" between 1 days and 10 days", {1, 4, 5}},
      {"DataFreshness \"w\" < 100 days", {1, 2, 3, 4, 6, 7}, "words"},
      {"ReferentialIntegrity \"name\" \"people.name\" >= 0.1", {4, 5}},
      {"CustomSql \"select name from primary where id > 2\"", {1}},
      {"(ColumnValues \"price\" > 2) or (ColumnValues \"price\" = NULL)", {1, 5}},
      {"(IsComplete \"name\") and ((ColumnValues \"id\" > 2) or (IsUnique \"name\"))", {2, 4}},
      {"(IsComplete \"price\" where \"id = 3\") and (IsComplete \"name\" where \"id = 4\")", {3, 4}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Broken(c.rule, c.table), c.broken) << c.rule;
    const Verdict verdict = Judged(c.rule, c.table);
    EXPECT_EQ(verdict.broken, static_cast<int64_t>(c.broken.size())) << c.rule << ": " << verdict.message;
    const bool tolerant = std::string(c.rule).find(">= 0.1") != std::string::npos;
    EXPECT_EQ(verdict.outcome, c.broken.empty() || tolerant ? Outcome::kPassed : Outcome::kFailed) << c.rule;
  }
}

TEST_F(Rules, CombineWholeTableOutcomes) {
  struct Case {
    const char* rule;
    Outcome outcome;
  };
  const Case cases[] = {
      {"(RowCount = 5) and (ColumnCount = 7)", Outcome::kPassed},
      {"(RowCount = 5) and (ColumnCount = 8)", Outcome::kFailed},
      {"(RowCount = 6) or (ColumnCount = 7)", Outcome::kPassed},
      {"(RowCount = 6) or ((ColumnCount = 7) and (IsComplete \"name\"))", Outcome::kFailed},
      {"(RowCount = 6) or (ColumnValues \"id\" > 1 with threshold > 0.5)", Outcome::kPassed},
      {"(RowCount = 5) and (Mean \"none\" > 1)", Outcome::kError},
      {"(RowCount = 5) or (Mean \"none\" > 1)", Outcome::kPassed},
      {"(RowCount = 6) and (Mean \"none\" > 1)", Outcome::kFailed},
      {"(RowCount = 6) or (Mean \"none\" > 1)", Outcome::kError},
  };
  for (const Case& c : cases) EXPECT_EQ(Judged(c.rule).outcome, c.outcome) << c.rule;
}

TEST_F(Rules, ExplainWhyTheyDoNotPass) {
  EXPECT_EQ(Judged("RowCount > 9").message, "measured 5, expected > 9");
  EXPECT_EQ(Judged("IsComplete \"name\"").message, "1 of 5 rows break it");
  EXPECT_EQ(Judged("Completeness \"name\" > 0.9").message,
            "1 of 5 rows break it; measured 0.8, expected > 0.9");
  EXPECT_EQ(Judged("Mean \"x\" > 1", "nan").message, "measured NaN, expected > 1");
  EXPECT_EQ(Judged("Mean \"price\" > 1", "none").message, "nothing to measure, expected > 1");
  EXPECT_THAT(Judged("ColumnExists \"nome\"").message,
              HasSubstr("there is no column nome; there are \"id\""));
}

TEST_F(Rules, AreErrorsByThemselvesWhenTheyDoNotFitTheTable) {
  const char* wrong[] = {
      "IsComplete \"nome\"",
      "IsUnique \"id\" \"nome\"",
      "Mean \"name\" > 1",
      "ColumnValues \"day\" > 3",
      "ColumnValues \"id\" > \"2024-01-01\"",
      "ColumnValues \"name\" matches \"(\"",
      "DataFreshness \"id\" < 3 days",
      "ReferentialIntegrity \"name\" \"nobody.name\" = 1",
      "ReferentialIntegrity \"name\" \"people.nome\" = 1",
      "ReferentialIntegrity \"name,id\" \"people.name\" = 1",
      "SchemaMatch \"nobody\" = 1",
      "CustomSql \"select nome from primary\" > 1",
      "CustomSql \"select id from primary\" > 1",
      "CustomSql \"select count(*) as n from primary\"",
      "RowCount > 1 where \"nome = 1\"",
      "(IsComplete \"nome\") and (IsComplete \"name\")",
  };
  for (const char* rule : wrong) {
    const auto verdicts =
        Execute(PlanOf("RowCount = 5, " + std::string(rule) + ", Sum \"id\" = 14", "t"), *connection_, {});
    ASSERT_THAT(verdicts, IsOk()) << rule;
    EXPECT_EQ(verdicts->at(0).outcome, Outcome::kPassed) << rule;
    EXPECT_EQ(verdicts->at(1).outcome, Outcome::kError) << rule;
    EXPECT_NE(verdicts->at(1).message, "") << rule;
    EXPECT_EQ(verdicts->at(2).outcome, Outcome::kPassed) << rule;
  }
}

TEST_F(Rules, ShareScansAndGroupings) {
  const Plan plan = PlanOf(
      "RowCount > 0, RowCount < 9, IsComplete \"id\", IsComplete \"name\", ColumnLength \"name\" > 0, Mean "
      "\"id\" > 0, "
      "Completeness \"name\" > 0.5, Uniqueness \"id\" > 0, IsUnique \"id\", IsPrimaryKey \"id\", Entropy "
      "\"id\" > 0, "
      "ColumnExists \"id\", ColumnCount > 1",
      "t");
  ASSERT_THAT(plan.queries, SizeIs(2));
  EXPECT_THAT(plan.queries[0].values, SizeIs(5));  // rows, two of NULLs, lengths, mean
  EXPECT_THAT(PlanOf("ColumnCount > 1", "t").queries, SizeIs(1));
}

TEST_F(Rules, NameTheTablesTheyMayNeed) {
  const auto ruleset = ParseRuleset(
      "Rules = [ (CustomSql \"select 'x' from primary, \\\"A b\\\" -- c\" > 1) and "
      "(ReferentialIntegrity \"a\" \"d.e.f\" = 1) and (SchemaMatch \"g\" = 1) ]");
  EXPECT_THAT(TableNames(ruleset->rules[0]), ElementsAre("A b", "d.e", "from", "g", "primary", "select"));
}

TEST_F(Rules, EndWhenAskedTo) {
  std::stop_source source;
  source.request_stop();
  EXPECT_THAT(Execute(PlanOf("RowCount > 1", "t"), *connection_, source.get_token()),
              HasError(Code::kCancelled, ""));
}

}  // namespace
}  // namespace tarn::dqdl
