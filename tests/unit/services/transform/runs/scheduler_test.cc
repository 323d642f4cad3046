#include "services/transform/runs/scheduler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/forwarding_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kPage = R"({"items":[{"id":"a","value":"1","rank":1}]})";

class SchedulerTest : public testing::Test {
 protected:
  void AddPipeline(const std::string& name, const std::string& table) {
    std::string yaml = kItemsYaml;
    yaml.replace(yaml.find("name: items"), 11, "name: " + name);
    yaml.replace(yaml.find("shop.items"), 10, table);
    rig_.WritePipelineFile(name + "/transform.yaml", yaml);
    rig_.WritePipelineFile(name + "/models/items.sql", kItemsSql);
    rig_.Load();
  }

  // Waits until no run is queued or running.
  bool AllEnd() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < deadline) {
      // One look at all of them: between two looks a postponed run goes back from running to queued.
      bool waiting = false;
      const auto runs = rig_.runs().List({});
      for (const auto& run : *runs) {
        waiting = waiting || run.state == RunState::kQueued || run.state == RunState::kRunning;
      }
      if (!waiting) return true;
      std::this_thread::yield();
    }
    return false;
  }

  TransformRig rig_;
  metrics::Registry metrics_;
};

TEST_F(SchedulerTest, CarriesOutWhatItIsWokenFor) {
  AddPipeline("items", "shop.items");
  AddPipeline("twins", "shop.twins");
  Scheduler scheduler(rig_.runs(), rig_.definitions(), rig_.runner(), metrics_, {});
  for (int second = 0; second < 5; ++second) {
    rig_.Put(ItemsKey(second), kPage);
    rig_.PlanEvents();
    scheduler.Wake();
  }
  ASSERT_TRUE(AllEnd());
  const auto runs = rig_.runs().List({});
  for (const auto& run : *runs) EXPECT_EQ(run.state, RunState::kSucceeded);
  EXPECT_EQ(rig_.Rows("shop.items").size(), 1u);
  EXPECT_EQ(rig_.Rows("shop.twins").size(), 1u);
  EXPECT_THAT(metrics_.Render(), HasSubstr("tarn_transform_runs_total{state=\"succeeded\"}"));
}

TEST_F(SchedulerTest, CountsHowRulesCameOut) {
  std::string yaml = kItemsYaml;
  yaml.insert(yaml.find("counts:"),
              "    quality:\n      - {severity: warn, rules: 'Rules = [ RowCount = 1, RowCount = 2 ]'}\n"
              "      - {severity: quarantine, rules: 'Rules = [ ColumnValues \"value\" != \"2\" ]'}\n");
  rig_.WritePipelineFile("items/transform.yaml", yaml);
  rig_.WritePipelineFile("items/models/items.sql", kItemsSql);
  rig_.Load();
  rig_.Put(ItemsKey(1), R"({"items":[{"id":"a","value":"1"},{"id":"b","value":"2"}]})");
  rig_.PlanEvents();
  {
    Scheduler scheduler(rig_.runs(), rig_.definitions(), rig_.runner(), metrics_, {});
    ASSERT_TRUE(AllEnd());
  }
  const std::string metrics = metrics_.Render();
  EXPECT_THAT(metrics, HasSubstr("tarn_transform_quality_rules_total{outcome=\"passed\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("tarn_transform_quality_rules_total{outcome=\"failed\"} 2"));
  EXPECT_THAT(metrics, HasSubstr("tarn_transform_quality_score{table=\"shop.items\"} 0.3333"));
  EXPECT_THAT(metrics, HasSubstr("tarn_transform_quarantined_rows_total 1\n"));
  EXPECT_THAT(metrics, HasSubstr("tarn_transform_rows_total 1\n"));
}

TEST_F(SchedulerTest, NeverRunsOneTransformTwiceAtATime) {
  std::string yaml = kItemsYaml;
  rig_.WritePipelineFile("items/transform.yaml", yaml + "batch: {max_objects: 1}\n");
  rig_.WritePipelineFile("items/models/items.sql", kItemsSql);
  rig_.Load();
  std::atomic<int> at_work = 0, most_at_work = 0;
  ForwardingStore counting(
      rig_.store(),
      [&](const std::string& call) {
        if (call == "ScratchDirectory") most_at_work = std::max<int>(most_at_work, ++at_work);
        return Ok();
      },
      [&](const std::string& call) {
        if (call == "Commit") --at_work;
      });
  Runner runner(counting, rig_.dead_letters(), {});
  for (int second = 0; second < 6; ++second) rig_.Put(ItemsKey(second), kPage);
  rig_.PlanEvents();
  SchedulerOptions options;
  options.threads = 4;
  Scheduler scheduler(rig_.runs(), rig_.definitions(), runner, metrics_, options);
  ASSERT_TRUE(AllEnd());
  EXPECT_THAT(*rig_.runs().List({}), SizeIs(6));
  EXPECT_EQ(most_at_work, 1);
}

TEST_F(SchedulerTest, TriesAgainWhatMayPassByItself) {
  AddPipeline("items", "shop.items");
  std::atomic<int> commits = 0;
  ForwardingStore flaky(rig_.store(), [&](const std::string& call) -> Status {
    if (call == "Commit" && ++commits <= 2) return Error(Code::kUnavailable, "the disk is busy");
    return Ok();
  });
  Runner runner(flaky, rig_.dead_letters(), {});
  rig_.Put(ItemsKey(1), kPage);
  rig_.PlanEvents();
  SchedulerOptions options;
  options.initial_backoff = std::chrono::milliseconds(1);
  Scheduler scheduler(rig_.runs(), rig_.definitions(), runner, metrics_, options);
  ASSERT_TRUE(AllEnd());
  const auto run = rig_.runs().List({})->at(0);
  EXPECT_EQ(run.state, RunState::kSucceeded);
  EXPECT_EQ(run.attempt, 2);
  EXPECT_EQ(rig_.Rows("shop.items").size(), 1u);
}

TEST_F(SchedulerTest, GivesUpVisiblyAfterTheAllowedTries) {
  AddPipeline("items", "shop.items");
  ForwardingStore broken(rig_.store(), [](const std::string& call) -> Status {
    if (call == "Commit") return Error(Code::kResourceExhausted, "the disk is full");
    return Ok();
  });
  Runner runner(broken, rig_.dead_letters(), {});
  rig_.Put(ItemsKey(1), kPage);
  rig_.PlanEvents();
  SchedulerOptions options;
  options.initial_backoff = std::chrono::milliseconds(1);
  options.max_attempts = 3;
  Scheduler scheduler(rig_.runs(), rig_.definitions(), runner, metrics_, options);
  ASSERT_TRUE(AllEnd());
  const auto run = rig_.runs().List({})->at(0);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_EQ(run.error->message(), "the disk is full");
  ASSERT_THAT(*rig_.dead_letters().List({}), SizeIs(1));
  EXPECT_THAT(rig_.dead_letters().List({})->at(0).reason, HasSubstr("the disk is full"));
}

TEST_F(SchedulerTest, LeavesAnInterruptedRunToTheNextStart) {
  AddPipeline("items", "shop.items");
  for (int second = 0; second < 3; ++second) rig_.Put(ItemsKey(second), kPage);
  rig_.PlanEvents();
  { Scheduler stopped_at_once(rig_.runs(), rig_.definitions(), rig_.runner(), metrics_, {}); }
  Scheduler scheduler(rig_.runs(), rig_.definitions(), rig_.runner(), metrics_, {});
  ASSERT_TRUE(AllEnd());
  ASSERT_THAT(*rig_.runs().List({}), SizeIs(1));
  EXPECT_EQ(rig_.runs().List({})->at(0).state, RunState::kSucceeded);
}

}  // namespace
}  // namespace tarn::transform
