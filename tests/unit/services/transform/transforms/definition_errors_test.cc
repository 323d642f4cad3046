#include "tests/unit/services/transform/transforms/definition_errors.h"

namespace tarn::transform {
namespace {

TEST_F(DefinitionErrors, AreNoneInWhatTheCasesStartFrom) {
  const auto loaded = folder_.Load(kFullYaml, kFullModels);
  EXPECT_THAT(loaded, IsOk());
}

TEST_F(DefinitionErrors, OfInputsTellTheKey) {
  ExpectAll({
      {"suffix: .csv", "sufix: .csv", "did you mean \"suffix\"?", "transform.yaml: line 6, inputs[0].sufix"},
      {"prefix: in/sales/", "prefix: in/sales/\n    prefix: x/", "stands here twice",
       "line 6, inputs[0].prefix"},
      {"- name: pages", "- name: sales", "two inputs have the name sales", "line 3, inputs"},
      {"- name: pages", "- name: Pages", "names are made of a-z", "line 11, inputs[1].name"},
      {"- name: pages", "- title: pages", "unknown key \"title\"", "inputs[1].title"},
      {"    format: json", "    format: json\n    csv: {header: true}", "only the format csv",
       "inputs[1].csv"},
      {"delimiter: \";\"", "delimiter: \"\"", "1 to 4 characters", "inputs[0].csv.delimiter"},
      {"header: false", "header: maybe", "expected true or false", "inputs[0].csv.header"},
      {"header: false", "escape: ab", "one character", "inputs[0].csv.escape"},
      {"year: INTEGER", "year: INTEGR", "INTEGR", "inputs[0].columns.year"},
      {"year: INTEGER", "year: \"INTEGER)\"", "not a type", "inputs[0].columns.year"},
      {"year: INTEGER", "year: \"INT) + (1\"", "not a type", "inputs[0].columns.year"},
      {"year: INTEGER", "ID: INTEGER", "ID", "transform.yaml: inputs[0].columns"},
      {"    format: json", "    format: json\n    columns: {document: JSON}", "document",
       "inputs[1].columns"},
      {"year: INTEGER", "object_key: INTEGER", "rename the column", "inputs[0].columns.object_key"},
      {"columns: {id: BIGINT, price: \"DECIMAL(10,2)\", year: INTEGER}", "columns: some",
       "expected a mapping", "inputs[0].columns"},
      {"    format: json", "    format: parquet\n    compression: gzip", "says itself how it is packed",
       "inputs[1].compression"},
      {"    format: json", "    compression: rar", "expected one of auto, none, gzip, zstd",
       "inputs[1].compression"},
      {"    format: json", "    on_type_change: ignore", "expected one of fail, widen, quarantine",
       "inputs[1].on_type_change"},
      {"    format: json", "    on_success: delete", "expected a mapping", "inputs[1].on_success"},
      {"    format: json", "    on_success: {tag: {a: b}, move: {bucket: raw}}", "expected keep, {tag",
       "inputs[1].on_success"},
      {"    format: json", "    on_success: {tag: {}}", "1 to 10 tags", "inputs[1].on_success.tag"},
      {"{bucket: raw, prefix: done/}", "{prefix: done/}", "\"bucket\" is missing",
       "inputs[0].on_success.move.bucket"},
      {"counts:", "input: {bucket: raw}\ncounts:", "put all inputs into this list", "inputs"},
  });
}

TEST_F(DefinitionErrors, OfOutputsTellTheKey) {
  ExpectAll({
      {"compact: {target_size: 64MiB, min_files: 3}", "compact: {target_size: 1KB}", "expected a size from",
       "outputs[0].compact.target_size"},
      {"min_files: 3", "min_files: 1", "from 2 to", "outputs[0].compact.min_files"},
      {"model: items, mode: replace}", "model: items, mode: replace, compact: {min_files: 3}}", "is one file",
       "outputs[3].compact"},
      {"format: ndjson, compact: off", "format: ndjson, row_group_size: 9000", "only Parquet has row groups",
       "outputs[2].row_group_size"},
      {"format: ndjson, compact: off", "format: ndjson, compression: snappy",
       "expected one of none, gzip, zstd", "outputs[2].compression"},
      {"format: ndjson, compact: off", "compression: gzip", "expected one of zstd, snappy, none",
       "outputs[2].compression"},
      {"format: ndjson, compact: off", "sort_by: [id up]", "[asc|desc]", "outputs[2].sort_by"},
      {"format: ndjson, compact: off", "format: json", "expected one of parquet, csv, ndjson",
       "outputs[2].format"},
      {"    partition_by: [year]\n", "", "needs partitions", "outputs[0].partition_by"},
      {"partition_by: [year]", "partition_by: [year, year]", "stands here twice", "outputs[0].partition_by"},
      {"partition_by: [year]", "partition_by: [\"a/b\"]", "rename it in the model",
       "outputs[0].partition_by"},
      {"partition_by: [year]", "partition_by: [yaer]", "did you mean \"year\"?",
       "transform.yaml: outputs[0].partition_by"},
      {"partition_by: [year]", "partition_by: [id, price, year, currency, run_id]",
       "a column that no partition is made of", "outputs[0].partition_by"},
      {"key: [id]", "key: [id]\n    partition_by: [title]", "made of columns of the key",
       "outputs[1].partition_by"},
      {"columns: [id, title]", "columns: [title]\n    partition_by: [id]", "add the column to \"columns\"",
       "outputs[1].partition_by"},
      {"columns: [id, title]", "columns: [id]\n    sort_by: [title]", "add it to one of them",
       "outputs[1].sort_by"},
      {"columns: [id, title]", "columns: [id, id]", "stands here twice", "outputs[1].columns"},
      {"key: [id]", "key: [song]", "the model items has no column song", "outputs[1].key"},
      {"order_by: [at desc]", "order_by: [att desc]", "did you mean \"at\"?", "outputs[1].order_by"},
      {"columns: [id, title]", "columns: [id, titel]", "did you mean \"title\"?", "outputs[1].columns"},
      {"sort_by: [id desc]", "sort_by: [idd desc]", "did you mean \"id\"?", "outputs[0].sort_by"},
      {"table: shop.log", "table: shop.items", "has two outputs", "outputs[2].table"},
      {"table: shop.log", "table: tarn.log", "tarn", "outputs[2].table"},
      {"table: shop.log",
       "quality: [{severity: quarantine, rules: 'Rules = [ IsComplete \"id\" ]'}], table: shop.log, "
       "model: items, mode: append}\n"
       "  - {table: shop.log_quarantine",
       "has the name of an output", "outputs[2].table"},
      {"model: sales\n", "model: sails\n", "did you mean \"sales\"?", "transform.yaml: outputs[0].model"},
  });
}

TEST_F(DefinitionErrors, OfTriggersTellTheFieldAndWhy) {
  ExpectAll({
      {"events: true", "event: true", "did you mean \"events\"?", "line 34, triggers.event"},
      {"cron(0 6 * * ? *)", "cron(61 6 * * ? *)", "minute", "line 35, triggers.schedule"},
      {"cron(0 6 * * ? *)", "\"0 25 * * *\"", "hour", "line 35, triggers.schedule"},
      {"cron(0 6 * * ? *)", "rate(1 fortnight)", "fortnight", "triggers.schedule"},
      {"cron(0 6 * * ? *)", "0s", "one second or more", "triggers.schedule"},
      {"cron(0 6 * * ? *)", "{cron: \"0 6 * * ? *\", jiter: 1m}", "jiter", "triggers.schedule"},
      {"cron(0 6 * * ? *)", "{cron: \"0 6 * * ? *\", time_zone: UTC}", "has a time zone already",
       "triggers.time_zone"},
      {"cron(0 6 * * ? *)", "[1h]", "", "triggers.schedule"},
      {"Europe/Berlin", "Europe/Atlantis", "Europe/Atlantis", "line 36, triggers.time_zone"},
      {"  schedule: cron(0 6 * * ? *)\n", "", "no schedule that it could be for", "triggers.time_zone"},
      {"upstream: [feed]", "upstream: [feed, feed]", "stands here twice", "triggers.upstream"},
      {"upstream: [feed]", "upstream: feed", "expected a list", "triggers.upstream"},
      {"max_bytes: 2GB", "max_bytes: 2XB", "expected a size from", "batch.max_bytes"},
  });
}

TEST_F(DefinitionErrors, OfTestsTellTheTest) {
  ExpectAll({
      {"{pages: [{document", "{pags: [{document", "did you mean \"pages\"?", "tests[0].given.inputs.pags"},
      {"inputs: {pages: [", "input: [{}]\n      inputs: {pages: [", "has not one input",
       "tests[0].given.input"},
      {"tables: {web.last: []}", "tables: {web.lats: []}", "did you mean \"web.last\"?",
       "tests[0].given.tables.web.lats"},
      {"expect: {items:", "expect: {itms:", "did you mean \"items\"?", "tests[0].expect.itms"},
      {"expect: {items: [{id:", "expect: {items: [{idd:", "did you mean \"id\"?", "tests[0].expect.items"},
      {"[{document: ", "[{documnt: ", "did you mean \"document\"?", "tests[0].given.inputs.pages"},
      {"expect: {items: [{id: \"1\"}]}", "expect: {}", "expects nothing", "tests[0].expect"},
      {"expect: {items: [{id: \"1\"}]}", "expect: {items: [1]}", "expected a row",
       "tests[0].expect.items, [0]"},
      {"[{document: {items: [null]}}]", "7", "expected a list", "tests[0].given.inputs.pages"},
      {"- name: null items are dropped\n", "- \n", "\"name\" is missing", "tests[0]"},
      {"  - name: null items are dropped\n",
       "  - {name: null items are dropped, expect: {items: []}}\n  - name: null items are dropped\n",
       "another test of the name", "tests[1].name"},
  });
}

TEST_F(DefinitionErrors, OfLoopsTellTheInput) {
  ExpectAll({
      {"bucket: raw\n    prefix: pages/", "bucket: transformed\n    prefix: shop/", "the table shop.sales",
       "transform.yaml: inputs[1].prefix"},
      {"bucket: raw\n    prefix: pages/", "bucket: transformed\n    prefix: shop/log/part",
       "the table shop.log", "inputs[1].prefix"},
      {"bucket: raw\n    prefix: pages/", "bucket: transformed\n    prefix: \"\"", "the table",
       "inputs[1].prefix"},
      {"prefix: done/", "prefix: in/sales/old/", "moved to raw/in/sales/old/", "inputs[0].prefix"},
      {"prefix: done/", "prefix: \"\"", "moved to raw/", "inputs[0].prefix"},
      {"prefix: done/", "prefix: pages/", "moved to raw/pages/", "inputs[1].prefix"},
  });
}

TEST_F(DefinitionErrors, AreNoneWhereAMovedObjectCannotMatch) {
  EXPECT_THAT(
      With("prefix: done/", "prefix: pages/", "    format: json", "    format: json\n    suffix: .json"),
      IsOk());
  EXPECT_THAT(With("prefix: done/", "prefix: pages/", "    format: json",
                   "    format: json\n    exclude_suffixes: [.csv]"),
              IsOk());
}

TEST_F(DefinitionErrors, AreNoneForAMergePartitionedByItsKey) {
  EXPECT_THAT(With("key: [id]", "key: [id]\n    partition_by: [id]"), IsOk());
}

TEST_F(DefinitionErrors, SayWhatATransformWithoutInputsNeeds) {
  const std::string yaml = "name: shop\noutputs: [{table: shop.a, model: a, mode: replace}]\n";
  EXPECT_THAT(folder_.Load(yaml, {{"a", "SELECT 1 AS id"}}),
              HasError(Code::kInvalidArgument, "triggers need a schedule or an upstream"));
  EXPECT_THAT(folder_.Load(yaml + "triggers: {schedule: 1h, events: true}", {}),
              HasError(Code::kInvalidArgument, "without inputs there are no events"));
  const auto loaded = folder_.Load(yaml + "triggers: {schedule: 1h}", {});
  ASSERT_THAT(loaded, IsOk());
  EXPECT_FALSE(loaded->triggers.events);
  EXPECT_EQ(loaded->triggers.schedule->kind, "every");
}

}  // namespace
}  // namespace tarn::transform
