#include <gtest/gtest.h>

#include "services/transform/runs/partitions.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/event_table.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class Partitions : public testing::Test {
 protected:
  // The versions of the objects below a prefix, by key.
  std::map<std::string, std::string> Versions(const std::string& prefix) {
    std::map<std::string, std::string> versions;
    for (const std::string& key : table_.rig.Keys("transformed", prefix))
      versions[key] = table_.rig.store().Head("transformed", key)->version;
    return versions;
  }

  EventTable table_;
};

TEST_F(Partitions, AreFoldersNamedByTheirColumns) {
  table_.Define("mode: append, partition_by: [day, city]");
  const auto run =
      table_.Publish({Event(1, "2024-01-01", "a", "São Paulo"), Event(2, "2024-01-01", "b", "x/y=%"),
                      Event(3, nullptr, "c", ""), Event(4, "2024-01-01", "d", "São Paulo")});
  EXPECT_EQ(run.state, RunState::kSucceeded);
  EXPECT_THAT(
      table_.Keys(),
      ElementsAre(
          "shop/events/day=2024-01-01/city=S%C3%A3o%20Paulo/part-*.parquet",
          "shop/events/day=2024-01-01/city=x%2Fy%3D%25/part-*.parquet",
          "shop/events/day=__HIVE_DEFAULT_PARTITION__/city=__HIVE_DEFAULT_PARTITION__/part-*.parquet"));
  std::vector<std::string> keys;
  for (const RunObject& object : run.report.outputs.at(0).objects) keys.push_back(object.key);
  EXPECT_EQ(keys, table_.rig.Keys("transformed", "shop/events/"));
  EXPECT_EQ(run.report.outputs.at(0).rows, 4);
  for (const std::string& key : keys) {
    for (const json& row : RowsOfObject(table_.rig.store(), key))
      EXPECT_TRUE(row.size() == 2 && row.contains("id") && row.contains("value")) << row;
  }
}

TEST_F(Partitions, KeepTheTextOfTheNullPartitionTogetherWithNull) {
  table_.Define("mode: append, partition_by: [day]");
  table_.Publish({Event(1, nullptr, "a"), Event(2, "__HIVE_DEFAULT_PARTITION__", "b"), Event(3, "", "c")});
  EXPECT_THAT(table_.Keys(), SizeIs(1));
  EXPECT_THAT(table_.Rows(), SizeIs(3));
}

TEST_F(Partitions, OfCsvAndNdjsonHoldTheSameRows) {
  const json rows = {Event(1, "a", "x, \"y\"\nz"), Event(2, "b", nullptr), Event(3, "a", "😀")};
  for (const std::string format : {"csv", "ndjson", "parquet"}) {
    EventTable table;
    table.Define("mode: append, format: " + format + ", partition_by: [day], columns: [id, day, value]");
    ASSERT_EQ(table.Publish(rows).state, RunState::kSucceeded) << format;
    EXPECT_THAT(table.Keys(),
                ElementsAre("shop/events/day=a/part-*." + format, "shop/events/day=b/part-*." + format));
    json values = json::object();
    for (const json& row : table.Rows()) {
      const std::string id = row["id"].is_string() ? row["id"].get<std::string>() : row["id"].dump();
      values[id] = json::array({row["day"], row.value("value", json())});
    }
    EXPECT_EQ(values, json({{"1", {"a", "x, \"y\"\nz"}}, {"2", {"b", nullptr}}, {"3", {"a", "😀"}}}))
        << format;
  }
}

TEST_F(Partitions, AreSortedEachByItself) {
  table_.Define("mode: append, partition_by: [day], sort_by: [value desc, id]");
  json rows = json::array();
  for (int i = 0; i < 5000; ++i)
    rows.push_back(Event(i, "d" + std::to_string(i % 3), std::to_string(i * 7919 % 1000)));
  table_.Publish(rows);
  for (const std::string& key : table_.rig.Keys("transformed", "shop/events/")) {
    const json broken = QueryObject(
        table_.rig.store(), key,
        "SELECT count(*) AS broken FROM (SELECT value, lag(value) OVER (ORDER BY file_row_number) AS before "
        "FROM read_parquet($file, file_row_number = true)) WHERE before < value");
    EXPECT_EQ(broken[0]["broken"], 0) << key;
  }
}

TEST_F(Partitions, AreReplacedOnlyIfTheRunHasRowsForThem) {
  table_.Define("mode: replace_partitions, partition_by: [day]");
  table_.Publish({Event(1, "a", "old"), Event(2, "b", "old")});
  const auto before = Versions("shop/events/day=a/");
  const json second = {Event(3, "b", "new"), Event(4, "c", "new")};
  table_.Publish(second);
  EXPECT_EQ(table_.Rows(), json({Event(1, "a", "old"), Event(3, "b", "new"), Event(4, "c", "new")}));
  EXPECT_EQ(Versions("shop/events/day=a/"), before);
  table_.Publish(second);
  EXPECT_EQ(table_.Rows(), json({Event(1, "a", "old"), Event(3, "b", "new"), Event(4, "c", "new")}));
}

TEST_F(Partitions, AreMergedOnlyIfTheRunHasRowsForThem) {
  table_.Define(
      "mode: merge, key: [day, id], order_by: [value desc], partition_by: [day], columns: [id, day]");
  table_.Publish({Event(1, "a", "1"), Event(2, "b", "1"), Event(1, "b", "5")});
  const auto untouched = Versions("shop/events/day=a/");
  const auto untouched_state = Versions("_tarn/transform/events/shop.events/day=a/");
  EXPECT_THAT(untouched_state, SizeIs(1));
  const auto run = table_.Publish({Event(1, "b", "3"), Event(3, "b", "1"), Event(9, "c", "1")});
  EXPECT_EQ(run.report.outputs.at(0).rows, 4);
  EXPECT_EQ(Versions("shop/events/day=a/"), untouched);
  EXPECT_EQ(Versions("_tarn/transform/events/shop.events/day=a/"), untouched_state);
  EXPECT_EQ(table_.Rows(), json::parse(R"([{"day":"a","id":1},{"day":"b","id":1},{"day":"b","id":2},
                                           {"day":"b","id":3},{"day":"c","id":9}])"));
  // The state knows that the value 5 came before 3.
  EXPECT_EQ(
      QueryObject(table_.rig.store(), Versions("_tarn/transform/events/shop.events/day=b/").begin()->first,
                  "SELECT value FROM read_parquet($file) WHERE id = 1"),
      json::parse(R"([{"value":"5"}])"));
}

TEST_F(Partitions, ThatWereDeletedStartAfreshInAMerge) {
  table_.Define("mode: merge, key: [day, id], order_by: [value], partition_by: [day]");
  table_.Publish({Event(1, "a", "1"), Event(1, "b", "1")});
  for (const std::string& key : table_.rig.Keys("transformed", "shop/events/day=a/"))
    ASSERT_THAT(table_.rig.store().Delete("transformed", key), IsOk());
  table_.Publish({Event(2, "a", "1")});
  EXPECT_EQ(table_.Rows(), json({Event(2, "a", "1"), Event(1, "b", "1")}));
  EXPECT_THAT(Versions("_tarn/transform/events/shop.events/day=a/"), SizeIs(1));
}

TEST_F(Partitions, RefuseNamesAndValuesThatAreNoFolders) {
  table_.Define("mode: append, partition_by: [day]");
  const auto too_long = table_.Publish({Event(1, std::string(300, 'x'), "a")});
  EXPECT_EQ(too_long.state, RunState::kFailed);
  EXPECT_THAT(too_long.report.error->message(), HasSubstr("too long for the name of a folder"));
  for (const std::string name : {"_day", "a day", "a/b"}) {
    EXPECT_THAT(CheckPartitionColumns({"fine", name}), HasError(Code::kUnprocessable, name));
  }
}

TEST_F(Partitions, AreBoundedInNumber) {
  table_.Define("mode: append, partition_by: [id]");
  json rows = json::array();
  for (int i = 0; i < 1001; ++i) rows.push_back(Event(i, "a", "x"));
  const auto run = table_.Publish(rows);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.report.error->message(), HasSubstr("more than 1000 partitions"));
  EXPECT_THAT(table_.Keys(), SizeIs(0));
}

}  // namespace
}  // namespace tarn::transform
