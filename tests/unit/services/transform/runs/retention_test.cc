#include "services/transform/runs/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/transform/runs/housekeeper.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/planned_pipelines.h"

namespace tarn::transform {
namespace {

using std::chrono::hours;
using testing::HasSubstr;
using testing::SizeIs;

class RetentionTest : public testing::Test {
 protected:
  int64_t RowsIn(const std::string& table) {
    auto select = rig_.database().Prepare("SELECT count(*) FROM " + table);
    EXPECT_TRUE(*select->Step());
    return select->Integer(0);
  }

  TransformRig rig_;
};

TEST_F(RetentionTest, ForgetsEndedRunsButNotWhatTheyProcessed) {
  AddAppending(rig_, "items");
  for (int i = 1; i <= 3; ++i) rig_.Put(ItemsKey(i), PageWith("a"));
  rig_.PlanEvents();
  rig_.CarryOutRuns();
  Retention retention(rig_.database());
  EXPECT_FALSE(*retention.PruneStep(Now() - hours(1)));
  while (*retention.PruneStep(Now() + hours(1))) {
  }
  EXPECT_EQ(RowsIn("runs"), 0);
  EXPECT_EQ(RowsIn("run_inputs"), 0);

  // All objects come once more: as events are trimmed, as the log is read from its begin, and by hand.
  ASSERT_THAT(rig_.runs().SetCursor("items", 0), IsOk());
  ASSERT_THAT(rig_.store().TrimEvents(*rig_.store().LastSequence(), 1000), IsOk());
  ASSERT_THAT(rig_.planner().CatchUp(), IsOk());
  EXPECT_THAT(rig_.CarryOutRuns(), SizeIs(0));
  ASSERT_THAT(rig_.planner().PlanPrefix("items", "items/"), IsOk());
  EXPECT_EQ(rig_.CarryOutRuns().at(0).state, RunState::kUnchanged);
  EXPECT_THAT(rig_.Rows("shop.items"), SizeIs(3));
}

TEST_F(RetentionTest, GoesInSmallSteps) {
  std::vector<RunInput> inputs;
  for (int i = 0; i < 2'500; ++i)
    inputs.push_back({"raw", "key" + std::to_string(i), "v", 1, Now(), InputState::kPlanned});
  ASSERT_THAT(rig_.runs().Transact([&]() -> Status {
    TARN_ASSIGN(const auto id, rig_.runs().CreateRun("t", Trigger::kRequest, inputs, ""));
    (void)id;
    return Ok();
  }),
              IsOk());
  const std::string id = rig_.runs().List({})->at(0).id;
  ASSERT_THAT(
      rig_.runs().Finish(id, CancelledReport(inputs, CancelMode::kSkip, Error(Code::kCancelled, "stop"))),
      IsOk());
  Retention retention(rig_.database());
  EXPECT_TRUE(*retention.PruneStep(Now() + hours(1)));
  EXPECT_EQ(RowsIn("run_inputs"), 1'500);
  EXPECT_EQ(RowsIn("runs"), 1);
  while (*retention.PruneStep(Now() + hours(1))) {
  }
  EXPECT_EQ(RowsIn("runs"), 0);
  EXPECT_EQ(RowsIn("bookmarks"), 2'500);
}

TEST_F(RetentionTest, KeepsDeadLettersUntilTheyAreResolved) {
  AddAppending(rig_, "items");
  rig_.Put(ItemsKey(1), "{");
  rig_.PlanEvents();
  rig_.CarryOutRuns();
  Retention retention(rig_.database());
  while (*retention.PruneStep(Now() + hours(1))) {
  }
  ASSERT_THAT(*rig_.dead_letters().List({}), SizeIs(1));
  ASSERT_THAT(rig_.dead_letters().Acknowledge(rig_.dead_letters().List({})->at(0).id), IsOk());
  while (*retention.PruneStep(Now() + hours(1))) {
  }
  EXPECT_THAT(*rig_.dead_letters().List({}), SizeIs(0));
}

TEST_F(RetentionTest, ShowsTheBacklogOfEachTransform) {
  AddAppending(rig_, "items", "triggers: {events: false}\n");
  AddAppending(rig_, "other");
  rig_.Put(ItemsKey(1), "{");
  rig_.PlanEvents();
  rig_.CarryOutRuns();
  metrics::Registry metrics;
  RemovedTransforms removed(
      rig_.store(), rig_.runs(), rig_.definitions(), [](const auto&) { return false; }, hours(1));
  Housekeeper housekeeper(rig_.runs(), rig_.dead_letters(), rig_.definitions(), removed, metrics, hours(1),
                          [](const auto&) { return true; });
  housekeeper.Round(Now() + std::chrono::minutes(30));
  const std::string shown = metrics.Render();
  EXPECT_THAT(shown, HasSubstr(R"(tarn_transform_queue_depth{state="waiting",transform="items"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(tarn_transform_dead_letters{transform="other"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(tarn_transform_oldest_unprocessed_seconds{transform="items"} 18)"));
}

using RemovedTransformsTest = RetentionTest;

TEST_F(RemovedTransformsTest, EndTheirRunsAfterAWhileAndTakeTheirObjectsWhenTheyComeBack) {
  AddAppending(rig_, "items");
  rig_.Put(ItemsKey(1), PageWith("a"));
  rig_.PlanEvents();
  std::filesystem::remove_all(rig_.directory() / "pipelines/items");
  rig_.Load();
  const std::string id = rig_.runs().List({})->at(0).id;
  RemovedTransforms removed(
      rig_.store(), rig_.runs(), rig_.definitions(), [](const auto&) { return false; }, hours(1));
  ASSERT_THAT(removed.Sweep(Now()), IsOk());
  EXPECT_EQ(rig_.runs().Get(id)->state, RunState::kQueued);
  EXPECT_THAT(*rig_.planner().WhatItWaitsFor(*rig_.runs().Get(id)), HasSubstr("not in the pipelines folder"));
  ASSERT_THAT(removed.Sweep(Now() + hours(2)), IsOk());
  const auto run = *rig_.runs().Get(id);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.error->message(), HasSubstr("removed"));

  AddAppending(rig_, "items");
  ASSERT_THAT(rig_.planner().CatchUp(), IsOk());
  EXPECT_EQ(rig_.CarryOutRuns().at(0).state, RunState::kSucceeded);
}

TEST_F(RemovedTransformsTest, KeepRunsThatWaitForADefinitionToLoad) {
  AddAppending(rig_, "items");
  rig_.Put(ItemsKey(1), PageWith("a"));
  rig_.PlanEvents();
  rig_.WritePipelineFile("items/transform.yaml", "name: [");
  rig_.Reopen();
  RemovedTransforms removed(
      rig_.store(), rig_.runs(), rig_.definitions(), [](const auto&) { return false; }, hours(1));
  ASSERT_THAT(removed.Sweep(Now()), IsOk());
  ASSERT_THAT(removed.Sweep(Now() + hours(2)), IsOk());
  const auto run = rig_.runs().List({})->at(0);
  EXPECT_EQ(run.state, RunState::kQueued);
  EXPECT_THAT(*rig_.planner().WhatItWaitsFor(run), HasSubstr("does not load"));
}

}  // namespace
}  // namespace tarn::transform
