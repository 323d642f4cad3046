#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/planned_pipelines.h"

namespace tarn::transform {
namespace {

using testing::SizeIs;

class RedriveTest : public testing::Test {
 protected:
  // Makes a dead letter of each of these objects.
  void Bury(int count) {
    AddAppending(rig_, "items");
    for (int i = 1; i <= count; ++i) rig_.Put(ItemsKey(i), "{");
    rig_.PlanEvents();
    rig_.CarryOutRuns();
  }
  std::map<LetterState, int64_t> Count() { return *rig_.dead_letters().Count({}); }
  // Replaces an object without an event of it being planned.
  void Mend(int i) {
    rig_.Put(ItemsKey(i), PageWith("item" + std::to_string(i)));
    ASSERT_THAT(rig_.runs().SetCursor("items", *rig_.store().LastSequence()), IsOk());
    ASSERT_THAT(rig_.runs().SetCursor("", *rig_.store().LastSequence()), IsOk());
  }

  TransformRig rig_;
};

TEST_F(RedriveTest, TakesAllLettersInOneRunAndResolvesThoseThatArePublished) {
  Bury(3);
  Mend(1);
  Mend(2);
  const auto answer =
      rig_.planner().RedriveAll({.transform = "items", .run_id = "", .after_id = "", .limit = 1});
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->redriven, 3);
  ASSERT_THAT(answer->runs, SizeIs(1));
  EXPECT_EQ(Count()[LetterState::kRedriving], 3);
  rig_.CarryOutRuns();
  EXPECT_THAT(rig_.Rows("shop.items"), SizeIs(2));
  EXPECT_EQ(Count()[LetterState::kOpen], 1) << "the letter of the redriven run";
  EXPECT_EQ(Count()[LetterState::kResolved], 3);
  std::map<std::string, int> resolutions;
  const auto letters = rig_.dead_letters().List({});
  for (const auto& letter : *letters) ++resolutions[letter.resolution];
  EXPECT_EQ(resolutions, (std::map<std::string, int>{{"", 1}, {"published", 2}, {"superseded", 1}}));
}

TEST_F(RedriveTest, ResolvesALetterWhoseObjectIsGone) {
  Bury(1);
  ASSERT_THAT(rig_.store().Delete("raw", ItemsKey(1)), IsOk());
  const auto answer = rig_.planner().RedriveAll({});
  EXPECT_EQ(answer->gone, 1);
  EXPECT_THAT(answer->runs, SizeIs(0));
  EXPECT_EQ(rig_.dead_letters().List({})->at(0).resolution, "gone");
}

TEST_F(RedriveTest, ResolvesALetterWhenANewVersionIsPublishedByItsEvent) {
  Bury(1);
  rig_.Put(ItemsKey(1), PageWith("a"));
  rig_.PlanEvents();
  rig_.CarryOutRuns();
  EXPECT_EQ(rig_.dead_letters().List({})->at(0).resolution, "published");
}

TEST_F(RedriveTest, OpensALetterAgainWhoseRunWasCancelled) {
  Bury(1);
  const auto answer = rig_.planner().RedriveAll({});
  ASSERT_THAT(rig_.runs().Cancel(answer->runs.at(0), CancelMode::kWait), IsOk());
  EXPECT_EQ(Count()[LetterState::kOpen], 1);
}

TEST_F(RedriveTest, LeavesAcknowledgedLettersAlone) {
  Bury(2);
  const std::string id = rig_.dead_letters().List({})->at(0).id;
  EXPECT_EQ(rig_.dead_letters().Acknowledge(id)->resolution, "acknowledged");
  EXPECT_EQ(rig_.dead_letters().Acknowledge(id)->resolution, "acknowledged");
  EXPECT_EQ(rig_.planner().RedriveAll({})->redriven, 1);
  EXPECT_THAT(rig_.dead_letters().Delete(id), IsOk());
  EXPECT_THAT(rig_.dead_letters().Get(id), HasError(Code::kNotFound, id));
  const std::string redriving = rig_.dead_letters().List({})->at(0).id;
  EXPECT_THAT(rig_.dead_letters().Delete(redriving), HasError(Code::kConflict, ""));
  EXPECT_THAT(rig_.dead_letters().Acknowledge(redriving), HasError(Code::kConflict, ""));
}

TEST_F(RedriveTest, FindsLettersByStateAndKey) {
  Bury(3);
  DeadLetterQuery query;
  query.bucket = "raw";
  query.prefix = "items/run=20260101T000002Z";
  EXPECT_EQ((*rig_.dead_letters().Count(query))[LetterState::kOpen], 1);
  EXPECT_EQ(*rig_.dead_letters().AcknowledgeAll(query), 1);
  query.state = LetterState::kResolved;
  EXPECT_THAT(*rig_.dead_letters().List(query), SizeIs(1));
  query.prefix = "items/%";
  EXPECT_THAT(*rig_.dead_letters().List(query), SizeIs(0));
}

TEST_F(RedriveTest, DoesNotMakeLettersOfObjectsThatARunSkipped) {
  AddAppending(rig_, "items");
  rig_.Put(ItemsKey(1), PageWith("a"));
  rig_.PlanEvents();
  rig_.CarryOutRuns();
  const auto id = rig_.planner().PlanObjects("items", {{"raw", ItemsKey(1)}});
  const auto definition = rig_.definitions().Get("items")->definition;
  const auto run = **rig_.runs().TakeNext("items", Now());
  const auto report = rig_.runner().GiveUp(run, *rig_.runs().InputsToTake(*id, *definition),
                                           Error(Code::kInternal, "broken"));
  EXPECT_EQ(report->inputs.at(0), InputState::kSkipped);
  EXPECT_EQ(report->state, RunState::kFailed);
  EXPECT_THAT(*rig_.dead_letters().List({}), SizeIs(0));
}

}  // namespace
}  // namespace tarn::transform
