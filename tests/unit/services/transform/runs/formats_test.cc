#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/event_table.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::ElementsAre;

// What breaks CSV that is joined with commas.
const json kNasty = json::parse(R"([
  {"id": 1, "day": "plain", "city": "a,b", "value": "say \"hi\""},
  {"id": 2, "day": "line\nbreak", "city": "carriage\r\nreturn", "value": "\r"},
  {"id": 3, "day": "", "city": null, "value": " spaces "},
  {"id": 4, "day": "😀 é 日本", "city": "NULL", "value": "\\N"},
  {"id": 5, "day": "'quoted'", "city": "tab\there", "value": "a;b|c"},
  {"id": 6, "day": "\"", "city": ",", "value": "\n"},
  {"id": 7, "day": "# no comment", "city": "007", "value": "1e5"},
  {"id": 8, "day": null, "city": null, "value": null}
])");

class Formats : public testing::Test {
 protected:
  EventTable table_;
};

TEST_F(Formats, CsvReadsBackIdentical) {
  for (const std::string compression : {"none", "gzip", "zstd"}) {
    EventTable table;
    table.Define("mode: append, format: csv, compression: " + compression);
    const auto run = table.Publish(kNasty);
    ASSERT_EQ(run.state, RunState::kSucceeded);
    json expected = kNasty;
    for (json& row : expected) row["id"] = row["id"].dump();  // read as text
    EXPECT_EQ(RowsOfObject(table.rig.store(), run.report.outputs.at(0).key), expected) << compression;
  }
}

TEST_F(Formats, CsvIsWhatRfc4180Says) {
  table_.Define("mode: append, format: csv, compression: none, columns: [id, day, value]");
  const auto run = table_.Publish({Event(1, "a \"b\", c", nullptr), Event(2, "", "x")});
  EXPECT_EQ(*table_.rig.store().GetAll("transformed", run.report.outputs.at(0).key),
            "id,day,value\n1,\"a \"\"b\"\", c\",\n2,\"\",x\n");
}

TEST_F(Formats, NdjsonReadsBackIdentical) {
  for (const std::string compression : {"none", "gzip", "zstd"}) {
    EventTable table;
    table.Define("mode: append, format: ndjson, compression: " + compression);
    const auto run = table.Publish(kNasty);
    EXPECT_EQ(RowsOfObject(table.rig.store(), run.report.outputs.at(0).key), kNasty) << compression;
  }
}

TEST_F(Formats, AreNamedByTheirSuffix) {
  table_.Define("mode: replace, format: csv, compression: gzip");
  table_.Publish(kNasty);
  EXPECT_THAT(table_.Keys(), ElementsAre("shop/events/part-*.csv.gz"));
  table_.Define("mode: replace, format: ndjson, compression: zstd");
  table_.Publish(kNasty);
  EXPECT_THAT(table_.Keys(), ElementsAre("shop/events/part-*.ndjson.zst"));
}

TEST_F(Formats, ParquetHasTheAskedRowGroupsCompressionAndOrder) {
  for (const auto& [compression, codec] :
       {std::pair("zstd", "ZSTD"), std::pair("snappy", "SNAPPY"), std::pair("none", "UNCOMPRESSED")}) {
    EventTable table;
    table.Define(std::string("mode: append, sort_by: [value desc, id], row_group_size: 4096, compression: ") +
                 compression);
    json rows = json::array();
    for (int i = 0; i < 10'000; ++i) rows.push_back(Event(i, "d", std::to_string(i % 7)));
    const auto run = table.Publish(rows);
    ASSERT_EQ(run.state, RunState::kSucceeded);
    const std::string key = run.report.outputs.at(0).key;
    const json facts =
        QueryObject(table.rig.store(), key,
                    "SELECT count(DISTINCT row_group_id) AS groups, any_value(compression) AS codec "
                    "FROM parquet_metadata($file)");
    EXPECT_EQ(facts[0]["groups"], 3);
    EXPECT_EQ(facts[0]["codec"], codec);
    const json first =
        QueryObject(table.rig.store(), key, "SELECT id, value FROM read_parquet($file) LIMIT 2");
    EXPECT_EQ(first, json::parse(R"([{"id":6,"value":"6"},{"id":13,"value":"6"}])"));
  }
}

}  // namespace
}  // namespace tarn::transform
