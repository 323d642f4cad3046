#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/transform/transforms/definition_json.h"
#include "services/transform/transforms/definition_yaml.h"
#include "tests/support/result_matchers.h"

namespace tarn::transform {
namespace {

using nlohmann::json;

constexpr const char* kEveryKey = R"yaml(name: shop
inputs:
  - name: sales
    bucket: raw
    prefix: sales/
    format: csv
    compression: gzip
    csv: {delimiter: ";", quote: "'", escape: "'", header: false, null: "-"}
    columns: {id: BIGINT, price: "DECIMAL(10,2)"}
    on_type_change: widen
    on_success: {move: {bucket: raw, prefix: processed/}}
  - name: customers
    bucket: raw
    prefix: customers/
    format: ndjson
    columns: infer
    on_type_change: quarantine
    on_success: {tag: {state: done}}
outputs:
  - table: shop.sales
    model: sales
    mode: replace_partitions
    partition_by: [year]
    sort_by: [id desc, price]
    row_group_size: 10000
    compression: snappy
    compact: {target_size: 64MiB, min_files: 3}
  - {table: shop.log, model: sales, mode: append, format: ndjson, compression: gzip, compact: off}
  - {table: shop.all, model: sales, mode: replace}
triggers:
  events: false
  schedule: cron(0 6 * * ? *)
  time_zone: Europe/Berlin
  upstream: [extract_shop]
batch: {max_objects: 7, max_bytes: 2GB, max_wait: 250ms}
tests:
  - name: nulls are dropped
    given:
      inputs:
        sales: [{id: 1, price: 1.5, text: "7", none: null, yes: true}]
        customers: []
      tables: {shop.old: [{id: 2}]}
    expect: {sales: [{id: 1}]}
)yaml";

Result<Definition> Read(const std::string& yaml) { return ReadDefinitionYaml(yaml, "shop"); }

TEST(DefinitionKeys, ReadsInputs) {
  const auto read = Read(kEveryKey);
  ASSERT_THAT(read, IsOk());
  ASSERT_EQ(read->inputs.size(), 2u);
  const Input& sales = read->inputs[0];
  EXPECT_EQ(sales.name, "sales");
  EXPECT_EQ(sales.compression, Compression::kGzip);
  EXPECT_EQ(sales.csv.delimiter, ";");
  EXPECT_EQ(sales.csv.quote, "'");
  EXPECT_EQ(sales.csv.escape, "'");
  EXPECT_EQ(sales.csv.header, false);
  EXPECT_EQ(sales.csv.null_text, "-");
  ASSERT_EQ(sales.columns.size(), 2u);
  EXPECT_EQ(sales.columns[1].name, "price");
  EXPECT_EQ(sales.columns[1].type, "DECIMAL(10,2)");
  EXPECT_EQ(sales.type_change, TypeChange::kWiden);
  EXPECT_EQ(sales.on_success.kind, OnSuccess::Kind::kMove);
  EXPECT_EQ(sales.on_success.prefix, "processed/");
  EXPECT_EQ(sales.Relation(), "tarn.\"input sales\"");
  const Input& customers = read->inputs[1];
  EXPECT_TRUE(customers.columns.empty());
  EXPECT_EQ(customers.csv.delimiter, std::nullopt);
  EXPECT_EQ(customers.type_change, TypeChange::kQuarantine);
  EXPECT_EQ(customers.on_success.tags.at("state"), "done");
  EXPECT_EQ(read->InputOf("raw", "customers/a"), &customers);
  EXPECT_EQ(read->InputOf("raw", "other/a"), nullptr);
}

TEST(DefinitionKeys, ReadsOutputs) {
  const auto read = Read(kEveryKey);
  ASSERT_THAT(read, IsOk());
  ASSERT_EQ(read->outputs.size(), 3u);
  const Output& sales = read->outputs[0];
  EXPECT_EQ(sales.mode, Mode::kReplacePartitions);
  EXPECT_EQ(sales.partition_by, std::vector<std::string>{"year"});
  EXPECT_TRUE(sales.sort_by.at(0).descending);
  EXPECT_EQ(sales.row_group_size, 10'000);
  EXPECT_EQ(sales.compression, Compression::kSnappy);
  ASSERT_TRUE(sales.compact);
  EXPECT_EQ(sales.compact->target_bytes, 64 << 20);
  EXPECT_EQ(sales.compact->min_files, 3);
  EXPECT_EQ(read->outputs[1].compression, Compression::kGzip);
  EXPECT_FALSE(read->outputs[1].compact);
  EXPECT_EQ(read->outputs[2].compression, Compression::kZstd);
  EXPECT_FALSE(read->outputs[2].compact);
}

TEST(DefinitionKeys, ReadsTriggersAndBatch) {
  const auto read = Read(kEveryKey);
  ASSERT_THAT(read, IsOk());
  EXPECT_FALSE(read->triggers.events);
  ASSERT_TRUE(read->triggers.schedule);
  EXPECT_EQ(read->triggers.schedule->expression, "0 6 * * ? *");
  EXPECT_EQ(read->triggers.schedule->time_zone.name(), "Europe/Berlin");
  EXPECT_EQ(read->triggers.upstream, std::vector<std::string>{"extract_shop"});
  EXPECT_EQ(read->batch.max_bytes, 2'000'000'000);
}

TEST(DefinitionKeys, ReadsTests) {
  const auto read = Read(kEveryKey);
  ASSERT_THAT(read, IsOk());
  ASSERT_EQ(read->tests.size(), 1u);
  const ModelTest& test = read->tests[0];
  EXPECT_EQ(test.inputs.at(0).name, "sales");
  EXPECT_EQ(json::parse(test.inputs[0].rows),
            json::parse(R"([{"id":1,"price":1.5,"text":"7","none":null,"yes":true}])"));
  EXPECT_EQ(test.inputs.at(1).rows, "[]");
  EXPECT_EQ(test.tables.at(0).name, "shop.old");
  EXPECT_EQ(test.expect.at(0).rows, R"([{"id":1}])");
}

TEST(DefinitionKeys, AreShownWithTheirDefaults) {
  auto read = Read(kEveryKey);
  ASSERT_THAT(read, IsOk());
  read->hash = "abc";
  read->models.push_back({"sales", "models/sales.sql",
                          *Template::Parse("{{ input('sales') }} {{ table('shop.old') }} {{ ref('a') }}"),
                          "def"});
  const json shown = DefinitionToJson(*read);
  EXPECT_EQ(shown["hash"], "abc");
  EXPECT_EQ(shown["inputs"][0]["columns"][1], json::parse(R"j({"name":"price","type":"DECIMAL(10,2)"})j"));
  EXPECT_EQ(shown["inputs"][0]["csv"]["null"], "-");
  EXPECT_EQ(shown["inputs"][0]["on_success"],
            json::parse(R"({"move":{"bucket":"raw","prefix":"processed/"}})"));
  EXPECT_EQ(shown["inputs"][1]["compression"], "auto");
  EXPECT_EQ(shown["models"][0]["depends_on"], json::parse(R"(["a","input sales","table shop.old"])"));
  EXPECT_EQ(shown["models"][0]["hash"], "def");
  EXPECT_EQ(shown["outputs"][0]["sort_by"], json::parse(R"(["id desc","price asc"])"));
  EXPECT_EQ(shown["outputs"][0]["compact"]["min_files"], 3);
  EXPECT_EQ(shown["outputs"][1]["compact"], nullptr);
  EXPECT_EQ(shown["graph"][0], json::parse(R"({"from":"a","to":"sales"})"));
  EXPECT_EQ(shown["graph"].back(), json::parse(R"({"from":"sales","to":"output shop.all"})"));
  EXPECT_EQ(shown["triggers"]["schedule"]["cron"], "0 6 * * ? *");
  EXPECT_EQ(shown["triggers"]["upstream"][0], "extract_shop");
  EXPECT_EQ(shown["batch"]["max_bytes"], 2'000'000'000);
  EXPECT_EQ(shown["tests"][0], "nulls are dropped");
}

}  // namespace
}  // namespace tarn::transform
