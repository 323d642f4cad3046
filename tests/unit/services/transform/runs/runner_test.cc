#include "services/transform/runs/runner.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RunnerTest : public testing::Test {
 protected:
  void UseItems(const std::string& yaml = kItemsYaml, const std::string& sql = kItemsSql) {
    rig_.WritePipelineFile("items/transform.yaml", yaml);
    rig_.WritePipelineFile("items/models/items.sql", sql);
    rig_.Load();
  }

  std::string Yaml(const std::string& from, const std::string& to) {
    std::string yaml = kItemsYaml;
    return yaml.replace(yaml.find(from), from.size(), to);
  }

  TransformRig rig_;
};

constexpr const char* kTwoItems =
    R"({"items":[{"id":"a","value":"1","rank":1},{"id":"b","value":"2","rank":1}]})";

TEST_F(RunnerTest, PublishesWithTheCountsOfTheDefinition) {
  UseItems();
  rig_.Put(ItemsKey(1), kTwoItems);
  const auto run = rig_.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kSucceeded);
  EXPECT_EQ(run.report.counts.at("items"), 2);
  EXPECT_EQ(run.report.counts.at("objects_published"), 1);
  ASSERT_THAT(run.report.outputs, SizeIs(1));
  EXPECT_EQ(run.report.outputs[0].rows, 2);
  EXPECT_THAT(rig_.Keys("transformed", "shop/"), ElementsAre("shop/items/part-" + run.id + ".parquet"));
  EXPECT_EQ(rig_.Rows("shop.items"), json::parse(R"([["a","1"],["b","2"]])"));
  EXPECT_THAT(rig_.Columns("shop.items"), ElementsAre("id VARCHAR", "value VARCHAR"));
}

TEST_F(RunnerTest, SetsACorruptObjectAsideAndPublishesTheRest) {
  UseItems();
  rig_.Put(ItemsKey(1), kTwoItems);
  rig_.Put(ItemsKey(2), R"({"items":[{"id":"c"},]})");
  rig_.Put(ItemsKey(3), R"({"items":[{"id":"d","value":"4"}]})");
  const auto run = rig_.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kPartiallySucceeded);
  ASSERT_TRUE(run.error.has_value());
  EXPECT_THAT(run.error->where(), HasSubstr("raw/" + ItemsKey(2) + ": byte 21"));
  EXPECT_EQ(rig_.Rows("shop.items").size(), 3u);
  const auto letters = rig_.dead_letters().List({});
  ASSERT_THAT(*letters, SizeIs(1));
  EXPECT_EQ((*letters)[0].key, ItemsKey(2));
  EXPECT_EQ((*letters)[0].byte_offset, 21);
  EXPECT_EQ((*letters)[0].run_id, run.id);
  EXPECT_EQ(rig_.runs().Inputs(run.id)->at(1).state, InputState::kDead);
}

TEST_F(RunnerTest, FailsVisiblyWhenNoObjectCanBeRead) {
  UseItems();
  rig_.Put(ItemsKey(1), "nonsense");
  const auto run = rig_.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(rig_.Keys("transformed", ""), IsEmpty());
  EXPECT_THAT(*rig_.dead_letters().List({}), SizeIs(1));
}

TEST_F(RunnerTest, FindsTheObjectThatTheModelsCannotTake) {
  UseItems();
  for (int i = 0; i < 9; ++i)
    rig_.Put(ItemsKey(i), R"({"items":[{"id":")" + std::to_string(i) + R"(","value":"v","rank":1}]})");
  rig_.Put(ItemsKey(10), R"({"items":[{"id":"x","value":"v","rank":"high"}]})");
  const auto run = rig_.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kPartiallySucceeded);
  EXPECT_EQ(rig_.Rows("shop.items").size(), 9u);
  const auto letters = rig_.dead_letters().List({});
  ASSERT_THAT(*letters, SizeIs(1));
  EXPECT_EQ((*letters)[0].key, ItemsKey(10));
  EXPECT_THAT((*letters)[0].reason, HasSubstr("models/items.sql"));
}

TEST_F(RunnerTest, BlamesTheModelThatFailsWithoutAnyObject) {
  UseItems(
      kItemsYaml,
      "SELECT CAST(count(*) || ' things' AS INTEGER) AS id, '' AS value, 1 AS rank, now() AS extracted_at "
      "FROM {{ input }}");
  rig_.Put(ItemsKey(1), kTwoItems);
  rig_.Put(ItemsKey(2), kTwoItems);
  const auto run = rig_.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.error->where(), HasSubstr("models/items.sql"));
  EXPECT_THAT(run.error->message(), HasSubstr(" things"));
  EXPECT_THAT(*rig_.dead_letters().List({}), SizeIs(2));
}

TEST_F(RunnerTest, RedrivesADeadLetterWithTheObjectAsItIsNow) {
  UseItems();
  rig_.Put(ItemsKey(1), "nonsense");
  rig_.PlanAndRun();
  const std::string letter = rig_.dead_letters().List({})->at(0).id;
  rig_.Put(ItemsKey(1), kTwoItems);
  const auto id = rig_.planner().Redrive(letter);
  ASSERT_THAT(id, IsOk());
  const auto ended = rig_.CarryOutRuns();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].state, RunState::kSucceeded);
  EXPECT_EQ(ended[0].trigger, Trigger::kRedrive);
  EXPECT_EQ(rig_.Rows("shop.items").size(), 2u);
  EXPECT_THAT(rig_.planner().Redrive(letter), HasError(Code::kConflict, ""));
}

TEST_F(RunnerTest, SkipsObjectsThatAreGoneOrReplaced) {
  UseItems();
  rig_.Put(ItemsKey(1), kTwoItems);
  rig_.Put(ItemsKey(2), kTwoItems);
  rig_.Put(ItemsKey(3), R"({"items":[{"id":"old"}]})");
  rig_.PlanEvents();
  ASSERT_THAT(rig_.store().Delete("raw", ItemsKey(2)), IsOk());
  rig_.Put(ItemsKey(3), R"({"items":[{"id":"new"}]})");
  const auto ended = rig_.CarryOutRuns();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].state, RunState::kSucceeded);
  EXPECT_EQ(ended[0].report.counts.at("objects_skipped"), 2);
  EXPECT_EQ(rig_.Rows("shop.items").size(), 2u);
  EXPECT_EQ(rig_.PlanAndRun().state, RunState::kSucceeded);  // the new version came with its own event
  EXPECT_EQ(rig_.Rows("shop.items").size(), 3u);
}

TEST_F(RunnerTest, LeavesTheTablesAloneWhenEveryObjectIsGone) {
  UseItems();
  rig_.Put(ItemsKey(1), kTwoItems);
  rig_.PlanEvents();
  ASSERT_THAT(rig_.store().Delete("raw", ItemsKey(1)), IsOk());
  const auto ended = rig_.CarryOutRuns();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].state, RunState::kUnchanged);
  EXPECT_THAT(rig_.Keys("transformed", ""), IsEmpty());
}

TEST_F(RunnerTest, AppendsEachVersionOnce) {
  std::string yaml =
      Yaml("mode: merge\n    key: [id]\n    order_by: [extracted_at desc, rank desc]", "mode: append");
  UseItems(yaml);
  rig_.Put(ItemsKey(1), kTwoItems);
  rig_.PlanAndRun();
  ASSERT_THAT(rig_.planner().PlanObjects("items", {{"raw", ItemsKey(1)}}), IsOk());
  EXPECT_EQ(rig_.CarryOutRuns().at(0).state, RunState::kUnchanged);
  EXPECT_EQ(rig_.Rows("shop.items").size(), 2u);
  rig_.Put(ItemsKey(2), kTwoItems);
  rig_.PlanAndRun();
  EXPECT_EQ(rig_.Rows("shop.items").size(), 4u);
  EXPECT_THAT(rig_.Keys("transformed", "shop/items/"), SizeIs(2));
}

TEST_F(RunnerTest, ReplacesTheRowsOfTheRunBefore) {
  UseItems(Yaml("mode: merge\n    key: [id]\n    order_by: [extracted_at desc, rank desc]", "mode: replace"));
  rig_.Put(ItemsKey(1), kTwoItems);
  rig_.PlanAndRun();
  rig_.Put(ItemsKey(2), R"({"items":[{"id":"z","value":"9"}]})");
  rig_.PlanAndRun();
  EXPECT_EQ(rig_.Rows("shop.items"), json::parse(R"([["z","9"]])"));
  EXPECT_THAT(rig_.Keys("transformed", "shop/items/"), SizeIs(1));
}

TEST_F(RunnerTest, WritesCsvThatKeepsCommasQuotesAndLines) {
  UseItems(Yaml("mode: merge", "format: csv\n    mode: merge"));
  rig_.Put(ItemsKey(1),
           R"({"items":[{"id":"a","value":"x, \"y\"\nz"},{"id":"b","value":""},{"id":"c","value":null}]})");
  const auto run = rig_.PlanAndRun();
  EXPECT_EQ(*rig_.store().GetAll("transformed", "shop/items/part-" + run.id + ".csv"),
            "id,value\na,\"x, \"\"y\"\"\nz\"\nb,\"\"\nc,\n");
  EXPECT_EQ(rig_.store().Head("transformed", run.report.outputs.at(0).key)->content_type,
            "text/csv; charset=utf-8");
}

TEST_F(RunnerTest, ReadsNdjsonCsvAndParquet) {
  UseItems(Yaml("suffix: .json, format: json", "suffix: .ndjson, format: ndjson"),
           "SELECT (document->>'$.id') AS id, (document->>'$.v') AS value, 1 AS rank, object_time AS "
           "extracted_at FROM {{ input }}");
  rig_.Put("items/a.ndjson", "{\"id\":\"a\",\"v\":\"1\"}\n\n{\"id\":\"b\",\"v\":\"2\"}\n");
  rig_.PlanAndRun();
  EXPECT_EQ(rig_.Rows("shop.items"), json::parse(R"([["a","1"],["b","2"]])"));

  UseItems(Yaml("suffix: .json, format: json", "suffix: .csv, format: csv"),
           "SELECT id, value, 1 AS rank, object_time AS extracted_at FROM {{ input }} WHERE object_key LIKE "
           "'%.csv'");
  rig_.Put("items/a.csv", "id,value\na,\"one, two\"\nc,3\n");
  EXPECT_EQ(rig_.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig_.Rows("shop.items"), json::parse(R"([["a","one, two"],["b","2"],["c","3"]])"));

  const std::string parquet =
      *rig_.store().GetAll("transformed", rig_.Keys("transformed", "shop/items/").at(0));
  UseItems(Yaml("suffix: .json, format: json", "suffix: .parquet, format: parquet"),
           "SELECT upper(id) AS id, value, 1 AS rank, object_time AS extracted_at FROM {{ input }}");
  rig_.Put("items/a.parquet", parquet);
  rig_.Put("items/b.parquet", parquet.substr(0, parquet.size() - 10));
  const auto run = rig_.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kPartiallySucceeded);
  EXPECT_EQ(rig_.Rows("shop.items").size(), 6u);
}

// Such a model does not load; the run's engine would refuse it too.
TEST_F(RunnerTest, LetsModelsReachNothingButTheirInput) {
  std::ofstream(rig_.directory() / "secret.csv") << "id,value\n1,2\n";
  UseItems();
  Definition definition = *rig_.definitions().Runnable().at(0);
  definition.models.at(0).sql =
      Template::Parse("SELECT id, value, 1 AS rank, current_timestamp AS extracted_at FROM read_csv('" +
                      (rig_.directory() / "secret.csv").string() + "')")
          .value();
  rig_.Put(ItemsKey(1), kTwoItems);
  rig_.PlanEvents();
  const auto run = rig_.runs().TakeNext("items", Now()).value();
  ASSERT_TRUE(run);
  const auto inputs = rig_.runs().InputsToTake(run->id, definition).value();
  const auto report = rig_.runner().Execute(*run, inputs, definition, {});
  EXPECT_TRUE(!report.ok() || report->state != RunState::kSucceeded);
  EXPECT_THAT(rig_.Keys("transformed", "shop/"), IsEmpty());
}

TEST_F(RunnerTest, RefusesToMergeWhenTheStateOfATableIsGone) {
  UseItems();
  rig_.Put(ItemsKey(1), kTwoItems);
  rig_.PlanAndRun();
  const auto states = rig_.Keys("transformed", "_tarn/transform/items/shop.items/");
  ASSERT_THAT(states, SizeIs(1));
  ASSERT_THAT(rig_.store().Delete("transformed", states[0]), IsOk());
  rig_.Put(ItemsKey(2), kTwoItems);
  EXPECT_THAT(rig_.PlanAndRun().error->message(), HasSubstr("the state of shop.items is gone"));

  ASSERT_THAT(rig_.store().Delete("transformed", rig_.Keys("transformed", "shop/items/").at(0)), IsOk());
  rig_.Put(ItemsKey(3), R"({"items":[{"id":"new"}]})");
  EXPECT_EQ(rig_.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig_.Rows("shop.items").size(), 1u);
}

}  // namespace
}  // namespace tarn::transform
