#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/transform/runs/bookmark_store.h"
#include "services/transform/runs/trigger_clock.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/planned_pipelines.h"

namespace tarn::transform {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::SizeIs;

class TriggersTest : public testing::Test {
 protected:
  std::vector<transform::Run> RunsOf(const std::string& transform) {
    return *rig_.runs().List({.transform = transform, .state = "", .before_id = "", .limit = 100});
  }
  std::unique_ptr<TriggerClock> Clock() {
    return std::make_unique<TriggerClock>(rig_.runs(), rig_.definitions(), [] {});
  }
  int64_t Count(const std::string& transform, InputState state) {
    return BookmarkStore(rig_.database()).Counts(transform, 0).value()[state];
  }

  TransformRig rig_;
  const Timestamp noon_ = *ParseRfc3339("2026-03-01T12:00:00Z");
};

TEST_F(TriggersTest, KeepsObjectsWaitingForTheFiringWhereEventsDoNotStartRuns) {
  AddAppending(rig_, "nightly", "triggers: {events: false, schedule: 'cron(0 6 * * ? *)'}\n");
  const auto clock = Clock();
  clock->RunDue(noon_);
  rig_.Put(ItemsKey(1), PageWith("a"));
  rig_.Put(ItemsKey(2), PageWith("b"));
  rig_.PlanEvents();
  EXPECT_THAT(rig_.CarryOutRuns(), SizeIs(0));
  EXPECT_EQ(Count("nightly", InputState::kWaiting), 2);

  clock->RunDue(noon_ + hours(17));
  EXPECT_THAT(RunsOf("nightly"), SizeIs(0)) << "it is not six o'clock yet";
  clock->RunDue(noon_ + hours(18));
  ASSERT_THAT(RunsOf("nightly"), SizeIs(1));
  EXPECT_EQ(RunsOf("nightly")[0].trigger, Trigger::kSchedule);
  EXPECT_EQ(RunsOf("nightly")[0].cause, R"({"scheduled_for":"2026-03-02T06:00:00.000Z"})");
  rig_.CarryOutRuns();
  EXPECT_THAT(rig_.Rows("shop.nightly"), SizeIs(2));
  EXPECT_EQ(Count("nightly", InputState::kPublished), 2);
  clock->RunDue(noon_ + hours(42));
  EXPECT_THAT(RunsOf("nightly"), SizeIs(1)) << "nothing waits";
}

TEST_F(TriggersTest, FiresOnceHoweverOftenTheProcessStarts) {
  AddWithoutInputs(rig_, "hourly", "{schedule: rate(1 hour)}");
  Clock()->RunDue(noon_);
  EXPECT_THAT(RunsOf("hourly"), SizeIs(1)) << "an interval fires when it is defined";
  rig_.CarryOutRuns();
  for (int start = 0; start < 3; ++start) {
    rig_.Reopen();
    Clock()->RunDue(noon_ + minutes(59));
    Clock()->RunDue(noon_ + minutes(61));
    rig_.CarryOutRuns();
  }
  EXPECT_THAT(RunsOf("hourly"), SizeIs(2));
  Clock()->RunDue(noon_ + hours(30));
  EXPECT_THAT(RunsOf("hourly"), SizeIs(3)) << "of the firings that were missed, the last one fires";
  const auto next = Clock()->RunDue(noon_ + hours(30));
  EXPECT_EQ(*next, noon_ + hours(31));
  rig_.CarryOutRuns();
  EXPECT_THAT(rig_.Rows("shop.hourly"), SizeIs(3));
}

TEST_F(TriggersTest, LeavesTheTimesOfALocalScheduleToItsZone) {
  AddWithoutInputs(rig_, "early", "{schedule: 'cron(30 2 * * ? *)', time_zone: Europe/Berlin}");
  const auto clock = Clock();
  clock->RunDue(*ParseRfc3339("2026-03-28T12:00:00Z"));
  clock->RunDue(*ParseRfc3339("2026-03-29T12:00:00Z"));
  EXPECT_THAT(RunsOf("early"), SizeIs(0)) << "half past two is left out when summer time begins";
  clock->RunDue(*ParseRfc3339("2026-03-30T00:30:00Z"));
  EXPECT_THAT(RunsOf("early"), SizeIs(1));
}

TEST_F(TriggersTest, RunsOnceAfterEachPublicationOfItsUpstream) {
  AddAppending(rig_, "first");
  AddWithoutInputs(rig_, "second", "{upstream: [first]}");
  AddWithoutInputs(rig_, "third", "{upstream: [second]}");
  rig_.Put(ItemsKey(1), PageWith("a"));
  rig_.PlanEvents();
  rig_.CarryOutRuns();
  ASSERT_THAT(RunsOf("second"), SizeIs(1));
  EXPECT_EQ(RunsOf("second")[0].trigger, Trigger::kUpstream);
  EXPECT_EQ(nlohmann::json::parse(RunsOf("second")[0].cause)["run_id"], RunsOf("first")[0].id);
  EXPECT_THAT(RunsOf("third"), SizeIs(1));
  rig_.Put(ItemsKey(2), "{");
  rig_.PlanEvents();
  rig_.CarryOutRuns();
  EXPECT_THAT(RunsOf("second"), SizeIs(1)) << "nothing was published";
}

TEST_F(TriggersTest, RunsOnceForPublicationsThatCameWhileItsRunWaited) {
  AddAppending(rig_, "first");
  AddWithoutInputs(rig_, "second", "{upstream: [first]}");
  const auto definition = rig_.definitions().Get("first")->definition;
  for (int i = 1; i <= 3; ++i) {
    rig_.Put(ItemsKey(i), PageWith("a"));
    rig_.PlanEvents();
    const auto run = **rig_.runs().TakeNext("first", Now());
    const auto report =
        rig_.runner().Execute(run, *rig_.runs().InputsToTake(run.id, *definition), *definition, {});
    ASSERT_THAT(report, IsOk());
    ASSERT_THAT(rig_.runs().Finish(
                    run.id, *report,
                    [&] { return Firings(rig_.runs(), rig_.definitions()).AfterPublication("first"); }),
                IsOk());
  }
  EXPECT_THAT(RunsOf("second"), SizeIs(1));
}

TEST_F(TriggersTest, BringsATransformUpToPublicationsThatItDidNotSee) {
  AddAppending(rig_, "first");
  rig_.Put(ItemsKey(1), PageWith("a"));
  rig_.PlanEvents();
  rig_.CarryOutRuns();
  AddWithoutInputs(rig_, "second", "{upstream: [first]}");
  ASSERT_THAT(rig_.planner().CatchUp(), IsOk());
  ASSERT_THAT(rig_.planner().CatchUp(), IsOk());
  EXPECT_THAT(RunsOf("second"), SizeIs(1));
}

TEST_F(TriggersTest, RunsByHandOverWhatWaits) {
  AddAppending(rig_, "manual", "triggers: {events: false}\nbatch: {max_objects: 2}\n");
  AddWithoutInputs(rig_, "once", "{schedule: 'cron(0 6 * * ? *)'}");
  EXPECT_THAT(rig_.planner().PlanNow("manual"), HasError(Code::kUnprocessable, "no object waits"));
  for (int i = 1; i <= 3; ++i) rig_.Put(ItemsKey(i), PageWith("a"));
  rig_.PlanEvents();
  EXPECT_THAT(*rig_.planner().PlanNow("manual"), SizeIs(2));
  EXPECT_THAT(*rig_.planner().PlanNow("once"), SizeIs(1));
  EXPECT_THAT(*rig_.planner().PlanNow("once"), SizeIs(1)) << "each request has a run of its own";
  rig_.CarryOutRuns();
  EXPECT_THAT(rig_.Rows("shop.manual"), SizeIs(3));
  EXPECT_THAT(rig_.Rows("shop.once"), SizeIs(2));
}

TEST_F(TriggersTest, TakesWhatWaitedWhenEventsStartItAfterAll) {
  AddAppending(rig_, "items", "triggers: {events: false}\n");
  rig_.Put(ItemsKey(1), PageWith("a"));
  rig_.PlanEvents();
  AddAppending(rig_, "items");
  ASSERT_THAT(rig_.planner().CatchUp(), IsOk());
  rig_.CarryOutRuns();
  EXPECT_THAT(rig_.Rows("shop.items"), SizeIs(1));
}

}  // namespace
}  // namespace tarn::transform
