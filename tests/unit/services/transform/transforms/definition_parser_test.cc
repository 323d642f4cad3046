#include "services/transform/transforms/definition_parser.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

constexpr const char* kGood = R"(name: shop
description: A shop.
input:
  bucket: raw
  prefix: shop/
  suffix: .csv
  exclude_suffixes: [/skip.csv]
  format: csv
outputs:
  - table: shop.sales
    model: sales
    format: csv
    mode: merge
    key: [id]
    order_by: [at desc, id]
    columns: [id, price]
  - {table: shop.log, model: sales, mode: append}
counts:
  sales: SELECT count(*) FROM {{ ref('sales') }}
params: {currency: EUR, rate: 1.5, code: "007"}
batch: {max_objects: 7, max_wait: 250ms}
)";
constexpr const char* kSales = "SELECT * FROM {{ input }} WHERE currency = {{ param('currency') }}";

class DefinitionParser : public testing::Test {
 protected:
  DefinitionParser() { std::filesystem::create_directories(folder_ / "models"); }

  Result<Definition> Load(const std::string& yaml, const std::string& sales = kSales) {
    Write("transform.yaml", yaml);
    Write("models/sales.sql", sales);
    return LoadDefinition(folder_, *sql_check_);
  }

  void Write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }

  TempDirectory directory_;
  const std::filesystem::path folder_ = directory_ / "shop";
  std::unique_ptr<SqlCheck> sql_check_ = std::move(SqlCheck::Open()).value();
};

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST_F(DefinitionParser, ReadsEveryKey) {
  const auto loaded = Load(kGood);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->name, "shop");
  EXPECT_EQ(loaded->inputs.at(0).format, Format::kCsv);
  EXPECT_TRUE(loaded->inputs.at(0).Matches("raw", "shop/a.csv"));
  EXPECT_FALSE(loaded->inputs.at(0).Matches("raw", "shop/skip.csv"));
  EXPECT_FALSE(loaded->inputs.at(0).Matches("raw", "other/a.csv"));
  EXPECT_FALSE(loaded->inputs.at(0).Matches("results", "shop/a.csv"));
  ASSERT_EQ(loaded->outputs.size(), 2u);
  EXPECT_EQ(loaded->outputs[0].Prefix(), "shop/sales/");
  EXPECT_EQ(loaded->outputs[0].mode, Mode::kMerge);
  EXPECT_TRUE(loaded->outputs[0].order_by[0].descending);
  EXPECT_FALSE(loaded->outputs[0].order_by[1].descending);
  EXPECT_EQ(loaded->outputs[1].format, Format::kParquet);
  EXPECT_TRUE(loaded->appends());
  EXPECT_EQ(loaded->counts.at(0).name, "sales");
  EXPECT_EQ(loaded->parameters.at("currency"), "'EUR'");
  EXPECT_EQ(loaded->parameters.at("rate"), "1.5");
  EXPECT_EQ(loaded->parameters.at("code"), "'007'");
  EXPECT_EQ(loaded->batch.max_objects, 7);
  EXPECT_EQ(loaded->batch.max_wait, std::chrono::milliseconds(250));
}

TEST_F(DefinitionParser, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char *from, *to, *message, *where;
  };
  const Case cases[] = {
      {"suffix: .csv", "sufix: .csv", "unknown key \"sufix\"", "transform.yaml: line 6, input.sufix"},
      {"    key: [id]", "    keys: [id]", "unknown key \"keys\"", "line 14, outputs[0].keys"},
      {"batch: {max", "batches: {max", "unknown key \"batches\"", "line 21, batches"},
      {"name: shop", "name: store", "must be the name of the folder", "line 1, name"},
      {"bucket: raw", "bucket: ", "\"bucket\" is missing", "input.bucket"},
      {"format: csv", "format: xml", "expected one of json, ndjson, csv, parquet", "line 8, input.format"},
      {"table: shop.sales", "table: sales", "<database>.<table>", "line 10, outputs[0].table"},
      {"table: shop.sales", "table: ../x.y", "<database>.<table>", "line 10, outputs[0].table"},
      {"mode: merge", "mode: upsert", "expected one of append, replace, replace_partitions, merge",
       "line 13, outputs[0].mode"},
      {"    key: [id]\n", "", "mode merge needs a key", "outputs[0].key"},
      {"mode: merge", "mode: append", "only mode merge has", "outputs[0].key"},
      {"order_by: [at desc, id]", "order_by: [at down]", "[asc|desc]", "outputs[0].order_by"},
      {"model: sales\n    format", "model: sails\n    format", "there is no models/sails.sql",
       "outputs[0].model"},
      {"table: shop.log", "table: shop.sales", "has two outputs", "outputs[1].table"},
      {"max_objects: 7", "max_objects: 0", "from 1 to 10000", "line 21, batch.max_objects"},
      {"max_objects: 7", "max_objects: many", "whole number", "line 21, batch.max_objects"},
      {"max_wait: 250ms", "max_wait: soon", "duration", "line 21, batch.max_wait"},
      {"ref('sales')", "ref('sails')", "finds no model", "counts.sales"},
      {"SELECT count(*) FROM {{ ref('sales') }}", "DROP TABLE x", "this statement is not allowed",
       "counts.sales"},
      {"  sales: SELECT", "  rows_quarantined: SELECT", "choose another name", "counts.rows_quarantined"},
      {"key: [id]", "key: id", "expected a list", "line 14, outputs[0].key"},
      {"params: {currency: EUR, ", "params: {currency: [EUR], ", "expected a single value",
       "line 20, params.currency"},
      {"input:\n", "input: [\n", "", "transform.yaml: line"},
  };
  for (const Case& c : cases) {
    const auto loaded = Load(Replaced(kGood, c.from, c.to));
    EXPECT_THAT(loaded, HasError(Code::kInvalidArgument, c.message)) << c.to;
    EXPECT_THAT(loaded, HasError(Code::kInvalidArgument, c.where)) << c.to;
  }
}

TEST_F(DefinitionParser, RefusesModelsThatAreNotOneSelect) {
  for (const char* sql : {"SELECT 1; SELECT 2", "DROP TABLE x", "COPY (SELECT 1) TO 'x'", "ATTACH 'x'",
                          "SET threads = 1", ""}) {
    EXPECT_THAT(Load(kGood, sql), HasError(Code::kInvalidArgument, "models/sales.sql")) << sql;
  }
}

TEST_F(DefinitionParser, NamesTheLineOfASyntaxErrorInAModel) {
  EXPECT_THAT(Load(kGood, "SELECT id\nFROM {{ input }}\nWHERE AND"),
              HasError(Code::kInvalidArgument, "models/sales.sql: line 3"));
}

TEST_F(DefinitionParser, RefusesAParameterThatIsNotDefined) {
  EXPECT_THAT(Load(kGood, "SELECT {{ param('colour') }}"),
              HasError(Code::kInvalidArgument, "param('colour')"));
}

TEST_F(DefinitionParser, LeavesAFolderWithoutDefinitionToOthers) {
  EXPECT_THAT(LoadDefinition(folder_, *sql_check_), HasError(Code::kNotFound, ""));
}

TEST_F(DefinitionParser, ReadsThePipelinesThatAreShipped) {
  const auto shipped = std::filesystem::path(TARN_SOURCE_DIR) / "deploy/pipelines";
  int loaded = 0;
  for (const auto& folder : std::filesystem::directory_iterator(shipped)) {
    if (!std::filesystem::exists(folder.path() / "transform.yaml")) continue;
    EXPECT_THAT(LoadDefinition(folder.path(), *sql_check_), IsOk()) << folder.path();
    ++loaded;
  }
  EXPECT_GE(loaded, 1);
}

}  // namespace
}  // namespace tarn::transform
