#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "services/transform/lineage/lineage_store.h"
#include "services/transform/lineage/lineage_walk.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

using object_store::ObjectVersion;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Direction = LineageWalk::Direction;

std::string Page(const std::string& id) { return R"({"items":[{"id":")" + id + R"(","value":"1"}]})"; }

class Lineage : public testing::Test {
 protected:
  Lineage() {
    rig_.WritePipelineFile("items/transform.yaml", kItemsYaml);
    rig_.WritePipelineFile("items/models/items.sql", kItemsSql);
    rig_.Load();
  }

  LineageGraph Walk(const ObjectVersion& object, Direction direction, LineageBounds bounds = {}) {
    LineageStore lineage(rig_.database());
    LineageWalk walk(lineage, bounds);
    EXPECT_THAT(walk.Walk(object, direction), IsOk());
    return walk.Take();
  }

  ObjectVersion Raw(int second) {
    const auto info = rig_.Put(ItemsKey(second), Page(std::to_string(second)));
    return {info.bucket, info.key, info.version};
  }

  ObjectVersion Published() {
    const auto keys = rig_.Keys("transformed", "shop/items/");
    EXPECT_EQ(keys.size(), 1u);
    const auto info = rig_.store().Head("transformed", keys.front());
    return {info->bucket, info->key, info->version};
  }

  static std::string Id(const ObjectVersion& object) {
    return "object:" + object.bucket + "/" + object.key + "@" + object.version;
  }
  static std::vector<std::string> Ids(const LineageGraph& graph) {
    std::vector<std::string> ids;
    for (const LineageNode& node : graph.nodes) ids.push_back(node.id);
    return ids;
  }

  TransformRig rig_;
};

TEST_F(Lineage, LeadsFromATableToTheRawObjectAndBack) {
  const ObjectVersion raw = Raw(1);
  const auto run = rig_.PlanAndRun();
  const ObjectVersion table = Published();

  const LineageGraph up = Walk(table, Direction::kUp);
  EXPECT_THAT(Ids(up), ElementsAre(Id(table), "run:" + run.id, Id(raw)));
  EXPECT_THAT(up.edges, UnorderedElementsAre(LineageEdge{"run:" + run.id, Id(table), "wrote"},
                                             LineageEdge{Id(raw), "run:" + run.id, "read"}));
  EXPECT_FALSE(up.truncated);
  EXPECT_EQ(up.nodes[0].made->table, "shop.items");
  EXPECT_EQ(up.nodes[0].made->rows, 1);

  EXPECT_THAT(Ids(Walk(raw, Direction::kDown)), ElementsAre(Id(raw), "run:" + run.id, Id(table)));
  EXPECT_THAT(Ids(Walk(raw, Direction::kUp)), ElementsAre(Id(raw)));
}

TEST_F(Lineage, FollowsAMergeToTheObjectWhoseRowsItKept) {
  const ObjectVersion first_raw = Raw(1);
  rig_.PlanAndRun();
  const ObjectVersion first = Published();
  const ObjectVersion second_raw = Raw(2);
  rig_.PlanAndRun();
  const ObjectVersion second = Published();

  const LineageGraph up = Walk(second, Direction::kUp);
  EXPECT_THAT(up.edges, testing::Contains(LineageEdge{Id(first), Id(second), "merged"}));
  EXPECT_THAT(Ids(up), testing::IsSupersetOf({Id(first_raw), Id(second_raw), Id(first)}));
  EXPECT_THAT(Ids(Walk(first_raw, Direction::kDown)), testing::Contains(Id(second)));
}

TEST_F(Lineage, SaysThatThereIsMoreBeyondItsBounds) {
  for (int second = 1; second <= 4; ++second) {
    Raw(second);
    rig_.PlanAndRun();
  }
  const ObjectVersion table = Published();
  const LineageGraph shallow = Walk(table, Direction::kUp, {.depth = 1});
  EXPECT_TRUE(shallow.truncated);
  EXPECT_EQ(shallow.nodes.size(), 4u);  // the object, its run, the raw object, the object before
  const LineageGraph narrow = Walk(table, Direction::kUp, {.depth = 50, .nodes = 5});
  EXPECT_TRUE(narrow.truncated);
  EXPECT_EQ(narrow.nodes.size(), 5u);
  const LineageGraph all = Walk(table, Direction::kUp, {.depth = 50, .nodes = 500});
  EXPECT_FALSE(all.truncated);
  EXPECT_EQ(all.nodes.size(), 12u);
}

TEST_F(Lineage, IsRebuiltFromTheManifestAfterTheProcessDiedBeforeItTookNote) {
  const ObjectVersion raw = Raw(1);
  rig_.PlanEvents();
  const auto definition = rig_.definitions().Runnable().front();
  const auto run = rig_.runs().TakeNext(definition->name, Now());
  ASSERT_THAT(run, IsOk());
  const auto inputs = rig_.runs().InputsToTake((*run)->id, *definition);
  ASSERT_THAT(inputs, IsOk());
  ASSERT_THAT(rig_.runner().Execute(**run, *inputs, *definition, {}), IsOk());
  rig_.Reopen();
  EXPECT_THAT(Ids(Walk(raw, Direction::kDown)), ElementsAre(Id(raw)));

  rig_.CarryOutRuns();
  EXPECT_THAT(Ids(Walk(Published(), Direction::kUp)), testing::Contains(Id(raw)));
}

TEST_F(Lineage, KeepsTheTableWhoseRowsARunRead) {
  Raw(1);
  const auto run = rig_.PlanAndRun();
  const ObjectVersion table = Published();
  LineageStore lineage(rig_.database());
  LineageReport report;
  report.tables.push_back({"shop.items", "7", {table}});
  ASSERT_THAT(lineage.Record(run.id, report, Now()), IsOk());
  ASSERT_THAT(lineage.Record(run.id, report, Now()), IsOk());
  const LineageGraph down = Walk(table, Direction::kDown);
  EXPECT_THAT(down.edges,
              testing::IsSupersetOf({LineageEdge{Id(table), "table:shop.items@7", "contains"},
                                     LineageEdge{"table:shop.items@7", "run:" + run.id, "read"}}));
}

TEST_F(Lineage, GoesWithItsRun) {
  Raw(1);
  rig_.PlanAndRun();
  ASSERT_THAT(rig_.database().Execute("DELETE FROM run_inputs; DELETE FROM runs"), IsOk());
  EXPECT_THAT(Walk(Published(), Direction::kUp).edges, IsEmpty());
}

TEST_F(Lineage, LeadsThroughACompactionAlsoIfTheProcessDiedAfterItsCommit) {
  const ObjectVersion raw = Raw(1);
  rig_.PlanAndRun();
  const ObjectVersion small = Published();
  LineageStore lineage(rig_.database());
  MadeObject made{"shop.items", "", "shop/items/part-big.parquet", "", {}, 9, Descent::kCompacted, {small}};
  ASSERT_THAT(lineage.RecordCompaction(made, Now()), IsOk());
  const auto big = rig_.Put(made.key, "rows", "transformed");
  made.key = "shop/items/part-never.parquet";
  ASSERT_THAT(lineage.RecordCompaction(made, Now()), IsOk());
  ASSERT_THAT(lineage.SettleCompactions(rig_.store()), IsOk());

  const ObjectVersion object{big.bucket, big.key, big.version};
  EXPECT_THAT(Walk(object, Direction::kUp).edges,
              testing::Contains(LineageEdge{Id(small), Id(object), "compacted"}));
  EXPECT_THAT(Ids(Walk(object, Direction::kUp)), testing::Contains(Id(raw)));
  EXPECT_EQ(Walk(small, Direction::kDown).nodes.size(), 2u);
}

TEST_F(Lineage, ReadsTheReportThatItWrote) {
  LineageReport report;
  report.definition = "d";
  report.tables.push_back({"db.t", "3", {{"b", "k", "v"}}});
  report.objects.push_back({"db.t", "m", "k", "v", 3, 4, Descent::kCompacted, {{"b", "k", "v"}}});
  EXPECT_EQ(LineageReport::FromJson(report.ToJson()).ToJson(), report.ToJson());
}

}  // namespace
}  // namespace tarn::transform
