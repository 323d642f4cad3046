#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/transform/quality/quality_store.h"
#include "tests/support/forwarding_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::SizeIs;

// Thrown where the process is to die. Nothing catches it, so nothing after that point happens.
struct Death {};

// Dies before or after the n-th call of the store.
class DyingStore {
 public:
  DyingStore(object_store::ObjectStore& store, int calls_to_live)
      : calls_left_(calls_to_live),
        store_(
            store, [this](const std::string&) { return Tick(); },
            [this](const std::string&) { (void)Tick(); }) {}

  object_store::ObjectStore& store() { return store_; }

 private:
  Status Tick() {
    if (calls_left_-- == 0) throw Death();
    return Ok();
  }

  int calls_left_;
  ForwardingStore store_;
};

class CrashTest : public testing::Test {
 protected:
  void Prepare(TransformRig& rig, const std::string& yaml) {
    rig.WritePipelineFile("items/transform.yaml", yaml);
    rig.WritePipelineFile("items/models/items.sql", kItemsSql);
    rig.Load();
    rig.Put(ItemsKey(1), R"({"items":[{"id":"a","value":"1","rank":1},{"id":"b","value":"2","rank":1}]})");
    rig.PlanEvents();
    rig.CarryOutRuns();
    rig.Put(ItemsKey(3), R"({"items":[{"id":"b","value":"3","rank":1},{"id":"c","value":"4","rank":1}]})");
    rig.Put(ItemsKey(2), R"({"items":[}]})");
    rig.PlanEvents();
  }

  // Carries out the planned run in a process that dies after `calls` steps. True if it died.
  bool RunUntilDeath(TransformRig& rig, int calls) {
    DyingStore dying(rig.store(), calls);
    Runner runner(dying.store(), rig.dead_letters(), {});
    const auto definition = rig.definitions().Runnable().at(0);
    const auto run = **rig.runs().TakeNext(definition->name, Now());
    try {
      EXPECT_THAT(runner.Execute(run, *rig.runs().InputsToTake(run.id, *definition), *definition, {}),
                  IsOk());
    } catch (const Death&) {
      return true;
    }
    return false;
  }

  // Dies at every step in turn, and each time starts again and compares the outcome with `expected`.
  void DieEverywhere(
      const std::string& yaml, const json& expected,
      const std::function<void(TransformRig&)>& check = [](auto&) {}) {
    bool died = true;
    int calls = 0;
    for (; died; ++calls) {
      TransformRig rig;
      Prepare(rig, yaml);
      died = RunUntilDeath(rig, calls);
      rig.Reopen();
      const auto ended = rig.CarryOutRuns();
      ASSERT_THAT(ended, SizeIs(1)) << "died at step " << calls;
      EXPECT_EQ(ended[0].state, RunState::kPartiallySucceeded) << "died at step " << calls;
      EXPECT_EQ(ended[0].report.counts.at("items"), 2) << "died at step " << calls;
      EXPECT_EQ(ended[0].report.counts.at("objects_dead"), 1) << "died at step " << calls;
      EXPECT_EQ(rig.Rows("shop.items"), expected) << "died at step " << calls;
      EXPECT_THAT(*rig.dead_letters().List({}), SizeIs(1)) << "died at step " << calls;
      check(rig);
      EXPECT_TRUE(rig.CarryOutRuns().empty());
    }
    EXPECT_GT(calls, 10);
  }
};

TEST_F(CrashTest, MergesOnceWhereverTheRunDies) {
  DieEverywhere(kItemsYaml, json::parse(R"([["a","1"],["b","3"],["c","4"]])"));
}

TEST_F(CrashTest, AppendsOnceWhereverTheRunDies) {
  std::string yaml = kItemsYaml;
  const std::string merge = "mode: merge\n    key: [id]\n    order_by: [extracted_at desc, rank desc]";
  yaml.replace(yaml.find(merge), merge.size(), "mode: append");
  DieEverywhere(yaml, json::parse(R"([["a","1"],["b","2"],["b","3"],["c","4"]])"));
}

constexpr const char* kQuality = R"(    quality:
      - severity: quarantine
        rules: Rules = [ ColumnValues "value" != "4", RowCount > 0 ]
)";

TEST_F(CrashTest, SetsRowsAsideOnceWhereverTheRunDies) {
  std::string yaml = kItemsYaml;
  yaml.insert(yaml.find("counts:"), kQuality);
  DieEverywhere(yaml, json::parse(R"([["a","1"],["b","3"]])"), [](TransformRig& rig) {
    EXPECT_EQ(rig.Rows("shop.items_quarantine").size(), 1u);
    EXPECT_EQ(rig.Rows("tarn.quality_results").size(), 4u);
    EXPECT_THAT(*QualityStore(rig.database()).List({}), SizeIs(4));
  });
}

TEST_F(CrashTest, RefusesOnceWhereverTheRunDies) {
  std::string yaml = kItemsYaml;
  yaml.insert(yaml.find("counts:"), kQuality);
  yaml.replace(yaml.find("quarantine"), std::string("quarantine").size(), "fail");
  bool died = true;
  for (int calls = 0; died; ++calls) {
    TransformRig rig;
    Prepare(rig, yaml);
    died = RunUntilDeath(rig, calls);
    rig.Reopen();
    const auto ended = rig.CarryOutRuns();
    ASSERT_THAT(ended, SizeIs(1)) << "died at step " << calls;
    EXPECT_EQ(ended[0].state, RunState::kFailed) << "died at step " << calls;
    EXPECT_EQ(rig.Rows("shop.items"), json::parse(R"([["a","1"],["b","2"]])")) << "died at step " << calls;
    EXPECT_EQ(rig.Rows("tarn.quality_results").size(), 4u) << "died at step " << calls;
    EXPECT_THAT(*rig.dead_letters().List({}), SizeIs(2)) << "died at step " << calls;
  }
}

TEST_F(CrashTest, PlansWhatADeadPlannerDidNot) {
  TransformRig rig;
  Prepare(rig, kItemsYaml);
  rig.CarryOutRuns();
  rig.Put(ItemsKey(4), R"({"items":[{"id":"d","value":"5"}]})");
  for (int calls = 0; calls < 2; ++calls) {
    DyingStore dying(rig.store(), calls);
    Planner planner(dying.store(), rig.runs(), rig.dead_letters(), rig.definitions(), [] { throw Death(); });
    const auto page = rig.store().ReadEvents(*rig.runs().Cursor(""), {}, 100);
    EXPECT_THROW((void)planner.HandlePage(*page), Death);
    rig.Reopen();
    rig.PlanEvents();
    ASSERT_LE(rig.CarryOutRuns().size(), 1u);
    EXPECT_EQ(rig.Rows("shop.items").size(), 4u);
    rig.Put(ItemsKey(4), R"({"items":[{"id":"d","value":"6"}]})");
  }
}

}  // namespace
}  // namespace tarn::transform
