#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/transform/runs/transform_state.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/planned_pipelines.h"

namespace tarn::transform {
namespace {

using testing::SizeIs;

class ResetTest : public testing::Test {
 protected:
  void PutAndRun(int count) {
    for (int i = 1; i <= count; ++i) rig_.Put(ItemsKey(i), PageWith("item" + std::to_string(i)));
    rig_.PlanEvents();
    rig_.CarryOutRuns();
  }
  TransformState State() { return TransformStateStore(rig_.database()).Get("items").value(); }
  size_t Rows() { return rig_.Rows("shop.items").size(); }

  TransformRig rig_;
};

TEST_F(ResetTest, ReplacesTheRowsOfATableThatIsAppendedTo) {
  AddAppending(rig_, "items");
  PutAndRun(3);
  ASSERT_EQ(Rows(), 3u);
  const auto answer = rig_.planner().Reset("items", "");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->objects, 3);
  ASSERT_THAT(answer->runs, SizeIs(1));
  EXPECT_EQ(Rows(), 3u) << "until its run commits";
  rig_.CarryOutRuns();
  EXPECT_EQ(Rows(), 3u);
  EXPECT_FALSE(State().replaces);
  rig_.Put(ItemsKey(4), PageWith("item4"));
  rig_.PlanEvents();
  rig_.CarryOutRuns();
  EXPECT_EQ(Rows(), 4u) << "what follows appends again";
}

TEST_F(ResetTest, LeavesTheDutyToReplaceToTheNextRunThatPublishes) {
  AddAppending(rig_, "items");
  PutAndRun(2);
  ASSERT_THAT(rig_.planner().Reset("items", ""), IsOk());
  const auto run = **rig_.runs().TakeNext("items", Now());
  EXPECT_TRUE(run.replaces);
  ASSERT_THAT(rig_.runs().Finish(run.id, CancelledReport(*rig_.runs().Inputs(run.id), CancelMode::kWait,
                                                         Error(Code::kCancelled, "stop"))),
              IsOk());
  EXPECT_TRUE(State().replaces);
  EXPECT_EQ(Rows(), 2u);
  ASSERT_THAT(rig_.planner().PlanNow("items"), IsOk());
  rig_.CarryOutRuns();
  EXPECT_EQ(Rows(), 2u);
  EXPECT_FALSE(State().replaces);
}

TEST_F(ResetTest, TakesThePlaceOfRunsThatWait) {
  AddAppending(rig_, "items");
  PutAndRun(1);
  rig_.Put(ItemsKey(2), PageWith("item2"));
  rig_.PlanEvents();
  ASSERT_THAT(rig_.planner().Reset("items", ""), IsOk());
  rig_.CarryOutRuns();
  EXPECT_EQ(Rows(), 2u);
  EXPECT_THAT(*rig_.runs().List({.transform = "items", .state = "cancelled", .before_id = "", .limit = 9}),
              SizeIs(1));
}

TEST_F(ResetTest, DoesNotLetARunFromBeforeItAddItsRowsAgain) {
  AddAppending(rig_, "items");
  PutAndRun(1);
  rig_.Put(ItemsKey(2), PageWith("item2"));
  rig_.PlanEvents();
  const auto before = **rig_.runs().TakeNext("items", Now());
  ASSERT_THAT(rig_.planner().Reset("items", ""), IsOk());
  const auto postponed = rig_.runs().Postpone(before.id, Error(Code::kUnavailable, "busy"), Now());
  ASSERT_THAT(postponed, IsOk());
  EXPECT_FALSE(*postponed);
  EXPECT_EQ(rig_.runs().Get(before.id)->state, RunState::kCancelled);
  rig_.CarryOutRuns();
  EXPECT_EQ(Rows(), 2u);
}

TEST_F(ResetTest, CountsWhatARunFromBeforeItPublishedForNothing) {
  AddAppending(rig_, "items");
  PutAndRun(1);
  rig_.Put(ItemsKey(2), PageWith("item2"));
  rig_.PlanEvents();
  const auto definition = rig_.definitions().Get("items")->definition;
  const auto before = **rig_.runs().TakeNext("items", Now());
  ASSERT_THAT(rig_.planner().Reset("items", ""), IsOk());
  const auto report =
      rig_.runner().Execute(before, *rig_.runs().InputsToTake(before.id, *definition), *definition, {});
  ASSERT_THAT(report, IsOk());
  ASSERT_THAT(rig_.runs().Finish(before.id, *report), IsOk());
  EXPECT_TRUE(State().replaces);
  rig_.CarryOutRuns();
  EXPECT_EQ(Rows(), 2u);
}

TEST_F(ResetTest, GoesOnWhereItWasInterrupted) {
  AddAppending(rig_, "items");
  PutAndRun(3);
  ASSERT_THAT(rig_.runs().Transact([&] { return TransformStateStore(rig_.database()).Reset("items", true); }),
              IsOk());
  rig_.Reopen();  // died before it planned anything
  rig_.Put(ItemsKey(4), PageWith("item4"));
  rig_.PlanEvents();
  EXPECT_THAT(rig_.CarryOutRuns(), SizeIs(0)) << "readers would see one row of four";
  ASSERT_THAT(rig_.planner().CatchUp(), IsOk());
  const auto ended = rig_.CarryOutRuns();
  ASSERT_THAT(ended, SizeIs(2));
  EXPECT_EQ(ended[0].trigger, Trigger::kReset);
  EXPECT_EQ(Rows(), 4u);
}

TEST_F(ResetTest, ProcessesMergedObjectsAgainBelowAPrefix) {
  rig_.WritePipelineFile("items/transform.yaml", kItemsYaml);
  rig_.WritePipelineFile("items/models/items.sql", kItemsSql);
  rig_.Load();
  PutAndRun(3);
  const auto answer = rig_.planner().Reset("items", "items/run=20260101T000002Z");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->objects, 1);
  EXPECT_EQ(rig_.CarryOutRuns().at(0).trigger, Trigger::kReset);
  EXPECT_EQ(Rows(), 3u);
}

TEST_F(ResetTest, RefusesWhatWouldDoubleOrLoseRows) {
  AddAppending(rig_, "items");
  PutAndRun(1);
  EXPECT_THAT(rig_.planner().Reset("items", "items/"), HasError(Code::kConflict, "/prefix"));
  EXPECT_THAT(rig_.planner().Reset("none", ""), HasError(Code::kNotFound, "none"));
}

TEST_F(ResetTest, LeavesTheRowsWhereNoObjectIsLeft) {
  AddAppending(rig_, "items");
  PutAndRun(1);
  ASSERT_THAT(rig_.store().Delete("raw", ItemsKey(1)), IsOk());
  const auto answer = rig_.planner().Reset("items", "");
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->runs, SizeIs(0));
  rig_.Put(ItemsKey(2), PageWith("item2"));
  rig_.PlanEvents();
  rig_.CarryOutRuns();
  EXPECT_EQ(Rows(), 2u);
}

}  // namespace
}  // namespace tarn::transform
