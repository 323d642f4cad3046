#include "services/transform/runs/planner.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

class PlannerTest : public testing::Test {
 protected:
  void AddItemsPipeline() {
    rig_.WritePipelineFile("items/transform.yaml", kItemsYaml);
    rig_.WritePipelineFile("items/models/items.sql", kItemsSql);
    rig_.Load();
  }

  TransformRig rig_;
};

TEST_F(PlannerTest, PlansOnlyTheObjectsThatTheInputMatches) {
  AddItemsPipeline();
  rig_.Put(ItemsKey(1), "{}");
  rig_.Put("items/readme.txt", "hello");
  rig_.Put("other/a.json", "{}");
  rig_.PlanEvents();
  const auto runs = rig_.runs().List({});
  ASSERT_EQ(runs->size(), 1u);
  EXPECT_EQ((*runs)[0].input_count, 1);
  EXPECT_EQ((*runs)[0].trigger, Trigger::kEvent);
  EXPECT_EQ(rig_.times_planned(), 1);
}

TEST_F(PlannerTest, PlansAPageOnceEvenIfItComesAgain) {
  AddItemsPipeline();
  rig_.Put(ItemsKey(1), "{}");
  const auto page = rig_.store().ReadEvents(0, {}, 100);
  ASSERT_THAT(rig_.planner().HandlePage(*page), IsOk());
  ASSERT_THAT(rig_.planner().HandlePage(*page), IsOk());
  rig_.Reopen();
  ASSERT_THAT(rig_.planner().HandlePage(*page), IsOk());
  ASSERT_EQ(rig_.runs().List({})->size(), 1u);
  EXPECT_EQ(rig_.runs().List({})->at(0).input_count, 1);
}

TEST_F(PlannerTest, BringsUpATransformThatCameLaterThanItsEvents) {
  rig_.Put(ItemsKey(1), "{}");
  rig_.Put(ItemsKey(2), "{}");
  rig_.PlanEvents();
  ASSERT_TRUE(rig_.runs().List({})->empty());
  AddItemsPipeline();
  ASSERT_THAT(rig_.planner().CatchUp(), IsOk());
  ASSERT_EQ(rig_.runs().List({})->size(), 1u);
  EXPECT_EQ(rig_.runs().List({})->at(0).input_count, 2);
  rig_.Put(ItemsKey(3), "{}");
  rig_.PlanEvents();
  EXPECT_EQ(rig_.runs().List({})->at(0).input_count, 3);
}

TEST_F(PlannerTest, PlansTheObjectsThatExistWhereEventsWereTrimmed) {
  AddItemsPipeline();
  rig_.Put(ItemsKey(1), "{}");
  rig_.PlanEvents();
  for (int i = 2; i <= 5; ++i) rig_.Put(ItemsKey(i), "{}");
  ASSERT_THAT(rig_.store().TrimEvents(*rig_.store().LastSequence(), 1000), IsOk());
  rig_.PlanEvents();
  ASSERT_EQ(rig_.runs().List({})->size(), 1u);
  EXPECT_EQ(rig_.runs().List({})->at(0).input_count, 5) << "each once";
}

TEST_F(PlannerTest, BringsUpATransformThatCameLaterThanTheTrimmedLog) {
  for (int i = 1; i <= 3; ++i) rig_.Put(ItemsKey(i), "{}");
  rig_.PlanEvents();
  ASSERT_THAT(rig_.store().TrimEvents(*rig_.store().LastSequence(), 1000), IsOk());
  AddItemsPipeline();
  ASSERT_THAT(rig_.planner().CatchUp(), IsOk());
  ASSERT_EQ(rig_.runs().List({})->size(), 1u);
  EXPECT_EQ(rig_.runs().List({})->at(0).input_count, 3);
}

TEST_F(PlannerTest, PlansARequestedRunOverNamedObjects) {
  AddItemsPipeline();
  rig_.Put(ItemsKey(1), "{}");
  const auto id = rig_.planner().PlanObjects("items", {{"raw", ItemsKey(1)}, {"raw", ItemsKey(1)}});
  ASSERT_THAT(id, IsOk());
  EXPECT_EQ(rig_.runs().Get(*id)->input_count, 1);
  EXPECT_EQ(rig_.runs().Get(*id)->trigger, Trigger::kRequest);
  EXPECT_THAT(rig_.planner().PlanObjects("items", {{"raw", "nothing"}}), HasError(Code::kNotFound, ""));
  EXPECT_THAT(rig_.planner().PlanObjects("nobody", {{"raw", ItemsKey(1)}}),
              HasError(Code::kNotFound, "nobody"));
}

TEST_F(PlannerTest, PlansARequestedRunOverAPrefix) {
  AddItemsPipeline();
  rig_.Put(ItemsKey(1), "{}");
  rig_.Put(ItemsKey(2), "{}");
  rig_.Put("items/readme.txt", "hello");
  const auto id = rig_.planner().PlanPrefix("items", "items/");
  ASSERT_THAT(id, IsOk());
  ASSERT_EQ(id->size(), 1u);
  EXPECT_EQ(rig_.runs().Get(id->at(0))->input_count, 2);
  EXPECT_EQ(rig_.runs().Get(id->at(0))->trigger, Trigger::kBackfill);
  EXPECT_THAT(rig_.planner().PlanPrefix("items", "none/"), HasError(Code::kUnprocessable, "/prefix"));
}

TEST_F(PlannerTest, RefusesNamedObjectsThatNoInputTakes) {
  AddItemsPipeline();
  rig_.Put("other/a.json", "{}");
  EXPECT_THAT(rig_.planner().PlanObjects("items", {{"raw", "other/a.json"}}),
              HasError(Code::kUnprocessable, "/objects/0"));
}

TEST_F(PlannerTest, SaysThatATransformDoesNotLoad) {
  rig_.WritePipelineFile("items/transform.yaml", "name: [");
  ASSERT_THAT(rig_.definitions().Reload(), IsOk());
  EXPECT_THAT(rig_.planner().PlanPrefix("items", "items/"), HasError(Code::kConflict, "does not load"));
}

}  // namespace
}  // namespace tarn::transform
