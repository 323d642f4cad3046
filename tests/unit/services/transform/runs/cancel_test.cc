#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "services/transform/runs/scheduler.h"
#include "tests/support/forwarding_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/planned_pipelines.h"

namespace tarn::transform {
namespace {

using testing::SizeIs;

class CancelTest : public testing::Test {
 protected:
  bool Await(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }
  std::string PlanOne() {
    rig_.Put(ItemsKey(1), PageWith("a"));
    rig_.PlanEvents();
    return rig_.runs().List({})->at(0).id;
  }
  RunState StateOf(const std::string& id) { return rig_.runs().Get(id)->state; }
  InputState InputOf(const std::string& id) { return rig_.runs().Inputs(id)->at(0).state; }

  TransformRig rig_;
  metrics::Registry metrics_;
};

TEST_F(CancelTest, EndsARunThatWaitsAndLetsItsObjectsWait) {
  AddAppending(rig_, "items");
  const std::string id = PlanOne();
  EXPECT_EQ(rig_.runs().Cancel(id, CancelMode::kWait)->state, RunState::kCancelled);
  EXPECT_EQ(InputOf(id), InputState::kWaiting);
  EXPECT_THAT(rig_.CarryOutRuns(), SizeIs(0));
  rig_.Reopen();
  ASSERT_THAT(rig_.planner().CatchUp(), IsOk());
  EXPECT_THAT(rig_.CarryOutRuns(), SizeIs(0)) << "a start does not overrule whoever cancelled it";
  ASSERT_THAT(rig_.planner().PlanNow("items"), IsOk());
  rig_.CarryOutRuns();
  EXPECT_THAT(rig_.Rows("shop.items"), SizeIs(1));
  EXPECT_THAT(rig_.runs().Cancel(id, CancelMode::kWait), HasError(Code::kConflict, "has ended"));
  EXPECT_THAT(rig_.runs().Cancel("none", CancelMode::kWait), HasError(Code::kNotFound, "none"));
}

TEST_F(CancelTest, LeavesObjectsOutIfAsked) {
  AddAppending(rig_, "items");
  const std::string id = PlanOne();
  ASSERT_THAT(rig_.runs().Cancel(id, CancelMode::kSkip), IsOk());
  EXPECT_EQ(InputOf(id), InputState::kSkipped);
  EXPECT_THAT(rig_.planner().PlanNow("items"), HasError(Code::kUnprocessable, "no object waits"));
}

TEST_F(CancelTest, InterruptsARunAtWork) {
  AddPipeline(rig_, "items",
              "name: items\ninput: {bucket: raw, prefix: items/, suffix: .json, format: json}\n"
              "outputs: [{table: shop.items, model: rows, mode: append}]\n",
              "SELECT count(*) AS n FROM range(100000000000) a, {{ input }}");
  const std::string id = PlanOne();
  Scheduler scheduler(rig_.runs(), rig_.definitions(), rig_.runner(), metrics_, {});
  ASSERT_TRUE(Await([&] {
    const auto progress = scheduler.Progress(id);
    return progress && progress->fraction >= 0.1;
  })) << "its models are being computed";
  EXPECT_LT(scheduler.Progress(id)->fraction, 0.95);
  ASSERT_THAT(rig_.runs().Cancel(id, CancelMode::kWait), IsOk());
  scheduler.Interrupt(id);
  ASSERT_TRUE(Await([&] { return StateOf(id) == RunState::kCancelled; }));
  EXPECT_EQ(InputOf(id), InputState::kWaiting);
  EXPECT_EQ(rig_.runs().Get(id)->error->message(), "somebody cancelled the run");
}

TEST_F(CancelTest, EndsARunThatWasAskedToEndWhenTheProcessDied) {
  AddAppending(rig_, "items");
  const std::string id = PlanOne();
  ASSERT_THAT(rig_.runs().TakeNext("items", Now()), IsOk());
  ASSERT_THAT(rig_.runs().Cancel(id, CancelMode::kWait), IsOk());
  rig_.Reopen();
  Scheduler scheduler(rig_.runs(), rig_.definitions(), rig_.runner(), metrics_, {});
  ASSERT_TRUE(Await([&] { return StateOf(id) == RunState::kCancelled; }));
}

TEST_F(CancelTest, ComesTooLateForARunThatPublished) {
  AddAppending(rig_, "items");
  const std::string id = PlanOne();
  const auto definition = rig_.definitions().Get("items")->definition;
  const auto run = **rig_.runs().TakeNext("items", Now());
  ASSERT_THAT(rig_.runner().Execute(run, *rig_.runs().InputsToTake(id, *definition), *definition, {}),
              IsOk());
  // It died after its commit, and somebody cancels what looks like a run at work.
  ASSERT_THAT(rig_.runs().Cancel(id, CancelMode::kWait), IsOk());
  rig_.Reopen();
  Scheduler scheduler(rig_.runs(), rig_.definitions(), rig_.runner(), metrics_, {});
  ASSERT_TRUE(Await([&] { return StateOf(id) == RunState::kSucceeded; }));
  EXPECT_EQ(InputOf(id), InputState::kPublished);
}

TEST_F(CancelTest, EndsARunThatWaitsForAnotherTry) {
  AddAppending(rig_, "items");
  ForwardingStore broken(rig_.store(), [](const std::string& call) -> Status {
    if (call == "Commit") return Error(Code::kUnavailable, "the disk is busy");
    return Ok();
  });
  Runner runner(broken, rig_.dead_letters(), {});
  const std::string id = PlanOne();
  SchedulerOptions options;
  options.initial_backoff = std::chrono::hours(1);
  Scheduler scheduler(rig_.runs(), rig_.definitions(), runner, metrics_, options);
  ASSERT_TRUE(Await([&] { return rig_.runs().Get(id)->attempt == 1; }));
  EXPECT_THAT(*rig_.planner().WhatItWaitsFor(*rig_.runs().Get(id)), testing::HasSubstr("another try at"));
  ASSERT_THAT(rig_.runs().Cancel(id, CancelMode::kSkip), IsOk());
  scheduler.Wake();
  ASSERT_TRUE(Await([&] { return StateOf(id) == RunState::kCancelled; }));
  EXPECT_EQ(InputOf(id), InputState::kSkipped);
  EXPECT_THAT(*rig_.dead_letters().List({}), SizeIs(0));
}

}  // namespace
}  // namespace tarn::transform
