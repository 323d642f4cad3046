#include "services/transform/transforms/quality_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "services/transform/transforms/definition_parser.h"
#include "services/transform/transforms/definition_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

class QualityCheck : public testing::Test {
 protected:
  QualityCheck() { std::filesystem::create_directories(folder_ / "models"); }

  // A definition whose first output has this list of quality rules, and whose second one has `second`.
  Result<Definition> Load(const std::string& quality, const std::string& second = "") {
    Write("transform.yaml",
          "name: shop\ninput: {bucket: raw, prefix: shop/, format: csv}\noutputs:\n"
          "  - table: shop.sales\n    model: sales\n    mode: append\n    columns: [id, price, place]\n" +
              quality + "  - table: shop.places\n    model: places\n    mode: append\n" + second);
    Write("models/sales.sql", "SELECT * FROM {{ input }}");
    Write("models/places.sql", "SELECT 1 AS place");
    return LoadDefinition(folder_, *sql_check_);
  }

  static std::string Rules(const std::string& rules, const std::string& severity = "warn") {
    return "    quality:\n      - severity: " + severity +
           "\n        rules: |\n          Rules = [\n            " + rules + "\n          ]\n";
  }

  void Write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }

  TempDirectory directory_;
  const std::filesystem::path folder_ = directory_ / "shop";
  std::unique_ptr<SqlCheck> sql_check_ = std::move(SqlCheck::Open()).value();
};

TEST_F(QualityCheck, ReadsRulesWithTheirSeverity) {
  const auto loaded = Load(
      "    quality:\n"
      "      - rules: Rules = [ IsComplete \"id\" ]\n"
      "      - {severity: quarantine, rules: 'Rules = [ ColumnLength \"place\" > 0 ]'}\n"
      "      - {severity: warn, rows: new, rules: 'Rules = [ RowCount > 0, Mean \"price\" > 1 ]'}\n");
  ASSERT_THAT(loaded, IsOk());
  const auto& quality = loaded->outputs[0].quality;
  ASSERT_EQ(quality.size(), 3u);
  EXPECT_EQ(quality[0].severity, Severity::kFail);
  EXPECT_EQ(quality[0].scope, RuleScope::kPublished);
  EXPECT_EQ(quality[1].severity, Severity::kQuarantine);
  EXPECT_EQ(quality[2].scope, RuleScope::kNew);
  EXPECT_EQ(quality[2].ruleset.rules[1].text, "Mean \"price\" > 1");
  EXPECT_EQ(loaded->outputs[0].QuarantineName(), "sales_quarantine");
  EXPECT_EQ(loaded->outputs[1].QuarantineName(), "");
}

TEST_F(QualityCheck, TellsWhereInTheRulesAMistakeIs) {
  const auto loaded = Load(Rules("IsComplete \"id\",\n            RowCount > many"));
  EXPECT_THAT(loaded, HasError(Code::kInvalidArgument, "expected a number near many"));
  EXPECT_THAT(loaded, HasError(Code::kInvalidArgument, "outputs[0].quality[0].rules, line 3, column 14"));
}

TEST_F(QualityCheck, RefusesWhatCannotBeRight) {
  struct Case {
    std::string quality;
    const char *message, *where;
  };
  const Case cases[] = {
      {"    quality: {rules: x}\n", "expected a list", "outputs[0].quality"},
      {"    quality: [{severity: warn}]\n", "\"rules\" is missing", "outputs[0].quality[0].rules"},
      {"    quality: [{severity: panic, rules: 'Rules = [ RowCount > 0 ]'}]\n",
       "expected one of fail, quarantine, warn, got panic", "line 8, outputs[0].quality[0].severity"},
      {"    quality: [{rows: old, rules: 'Rules = [ RowCount > 0 ]'}]\n",
       "expected one of published, new, got old", "outputs[0].quality[0].rows"},
      {"    quality: [{severity: quarantine, rows: new, rules: 'Rules = [ RowCount > 0 ]'}]\n",
       "leave the key out", "outputs[0].quality[0].rows"},
      {"    quality: [{severities: warn, rules: 'Rules = [ RowCount > 0 ]'}]\n", "unknown key \"severities\"",
       "outputs[0].quality[0].severities"},
      {Rules("IsComplete \"nome\""), "the output has no column nome, in the rule IsComplete \"nome\"",
       "transform.yaml: outputs[0].quality[0].rules"},
      {Rules("(RowCount > 0) and (IsUnique \"id\" \"nome\")"), "no column nome", "rules"},
      {Rules("CustomSql \"drop table primary\" = 1"), "this statement is not allowed", "rules"},
      {Rules("CustomSql \"select 1; select 2\" = 1"), "without \";\"", "rules"},
      {Rules("CustomSql \"select from where\" = 1"), "in the rule CustomSql", "rules"},
      {Rules("CustomSql \"copy (select 1) to 'x'\" = 1"), "this statement is not allowed", "rules"},
      {Rules("CustomSql \"select 1) or (1\" = 1"), "without its \\\"(\\\"", "rules"},
      {Rules("CustomSql \"attach 'x'\""), "this statement is not allowed", "rules"},
      {Rules("RowCount > 0 where \"1 = 1) or (1 = 1\""), "without its", "rules"},
      {Rules("RowCount > 0 where \"id =\""), "syntax error", "rules"},
      {Rules("RowCount > 0 where \"id = 'x\""), "does not end", "rules"},
      {Rules("ColumnValues \"place\" matches \"(\""), "not a regular expression", "rules"},
      {Rules("ColumnNamesMatchPattern \"[\""), "not a regular expression", "rules"},
      {Rules("SchemaMatch \"nowhere\" = 1"), "no output and no model nowhere", "rules"},
      {Rules("ReferentialIntegrity \"place\" \"nowhere.place\" = 1"), "no output and no model nowhere",
       "rules"},
      {Rules("ReferentialIntegrity \"place\" \"places\" = 1"), "expected \"table.column\"", "rules"},
      {Rules("ReferentialIntegrity \"id,place\" \"places.place\" = 1"), "not as many columns", "rules"},
  };
  for (const Case& c : cases) {
    const auto loaded = Load(c.quality);
    ASSERT_FALSE(loaded.ok()) << c.quality;
    EXPECT_EQ(loaded.error().code(), Code::kInvalidArgument) << c.quality;
    std::string message = c.message;
    if (const size_t at = message.find("\\\"(\\\""); at != std::string::npos) message = message.substr(0, at);
    EXPECT_THAT(loaded.error().message(), testing::HasSubstr(message)) << c.quality;
    EXPECT_THAT(loaded.error().where(), testing::HasSubstr(c.where)) << c.quality;
  }
}

TEST_F(QualityCheck, RefusesQuarantinesThatWaitForEachOther) {
  const std::string sales = Rules("ReferentialIntegrity \"place\" \"places.place\" = 1", "quarantine");
  const std::string places = Rules("ReferentialIntegrity \"place\" \"sales.place\" = 1", "quarantine");
  EXPECT_THAT(Load(sales, places), HasError(Code::kInvalidArgument, "refer to each other"));
  EXPECT_THAT(Load(sales, Rules("ReferentialIntegrity \"place\" \"sales.place\" = 1", "warn")), IsOk());
  EXPECT_THAT(Load(Rules("CustomSql \"select id from sales where price > 0\"", "quarantine")), IsOk());
}

TEST_F(QualityCheck, KeepsTheNamesOfTablesApart) {
  const auto loaded = Load(Rules("IsComplete \"id\"", "quarantine"),
                           "  - table: shop.sales_quarantine\n    model: sales\n    mode: append\n");
  EXPECT_THAT(loaded, HasError(Code::kInvalidArgument, "the name of an output, shop.sales_quarantine"));
  EXPECT_THAT(Load("", "  - table: tarn.mine\n    model: sales\n    mode: append\n"),
              HasError(Code::kInvalidArgument, "tarn is Tarn's own"));
}

TEST_F(QualityCheck, KeepsQuarantinesOfTransformsApart) {
  ASSERT_THAT(Load(Rules("IsComplete \"id\"", "quarantine")), IsOk());
  std::filesystem::create_directories(directory_ / "thief/models");
  std::ofstream(directory_ / "thief/transform.yaml")
      << "name: thief\ninput: {bucket: raw, prefix: x/, format: csv}\noutputs:\n"
         "  - {table: shop.sales_quarantine, model: m, mode: append}\n";
  std::ofstream(directory_ / "thief/models/m.sql") << "SELECT * FROM {{ input }}";
  DefinitionStore store(directory_.path(), *sql_check_);
  ASSERT_THAT(store.Reload(), IsOk());
  EXPECT_THAT(store.Get("thief")->load_error->message(), testing::HasSubstr("shop.sales_quarantine belongs"));
}

}  // namespace
}  // namespace tarn::transform
