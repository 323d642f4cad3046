#include "services/transform/runs/run_store.h"

#include <gtest/gtest.h>

#include "services/transform/runs/batcher.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

RunInput Input(const std::string& key) {
  return {"raw", key, "v-" + key, 10, FromUnixMillis(5), InputState::kPlanned};
}

class RunStoreTest : public testing::Test {
 protected:
  RunStoreTest() {
    definition_.name = "items";
    definition_.batch.max_objects = 2;
  }

  // Plans what an event tells of. Returns the newest run.
  std::string Plan(const std::string& key, uint64_t size_bytes = 10) {
    BatchOptions options;
    options.joins = true;
    options.max_objects = definition_.batch.max_objects;
    options.max_bytes = definition_.batch.max_bytes;
    options.not_before = Now() + definition_.batch.max_wait;
    RunInput input = Input(key);
    input.size_bytes = size_bytes;
    EXPECT_THAT(rig_.runs().Transact([&]() -> Status {
      TARN_ASSIGN(auto batcher, Batcher::Open(rig_.database(), "items", options));
      TARN_TRY(batcher.AddNew(input, ""));
      TARN_ASSIGN(const auto runs, batcher.Close());
      (void)runs;
      return Ok();
    }),
                IsOk());
    return rig_.runs().List({}).value().at(0).id;
  }

  TransformRig rig_;
  Definition definition_;
};

TEST_F(RunStoreTest, GathersObjectsIntoTheWaitingRunUntilItIsFull) {
  const std::string first = Plan("a");
  EXPECT_EQ(Plan("b"), first);
  const std::string second = Plan("c");
  EXPECT_NE(second, first);
  EXPECT_EQ(rig_.runs().Get(first)->input_count, 2);
  EXPECT_EQ(rig_.runs().Inputs(second)->at(0).key, "c");
}

TEST_F(RunStoreTest, StartsAnotherRunWhereTheBytesAreTooMany) {
  definition_.batch.max_bytes = 100;
  definition_.batch.max_wait = std::chrono::hours(1);
  const std::string first = Plan("a", 60);
  const std::string second = Plan("b", 41);
  EXPECT_NE(second, first);
  EXPECT_EQ(rig_.runs().TakeNext("items", Now()).value()->id, first) << "nothing more fits: it need not wait";
  EXPECT_EQ(rig_.runs().Get(second)->input_bytes, 41u);
  const std::string large = Plan("c", 1'000'000);
  EXPECT_NE(large, second);
  EXPECT_EQ(rig_.runs().Get(large)->input_count, 1) << "an object that is too large has a run of its own";
}

TEST_F(RunStoreTest, PlansAVersionOnce) {
  Plan("a");
  Plan("a");
  EXPECT_EQ(rig_.runs().List({})->at(0).input_count, 1);
}

TEST_F(RunStoreTest, DoesNotAddToARunThatHasStarted) {
  const std::string first = Plan("a");
  ASSERT_THAT(rig_.runs().TakeNext("items", Now()), IsOk());
  EXPECT_NE(Plan("b"), first);
}

TEST_F(RunStoreTest, TakesARunThatWasInterruptedBeforeOlderOnesThatWait) {
  definition_.batch.max_objects = 1;
  const std::string first = Plan("a");
  const std::string second = Plan("b");
  ASSERT_EQ(rig_.runs().TakeNext("items", Now()).value()->id, first);
  ASSERT_THAT(rig_.runs().Postpone(first, Error(Code::kUnavailable, "busy"), Now()), IsOk());
  ASSERT_EQ(rig_.runs().TakeNext("items", Now()).value()->id, first);
  ASSERT_THAT(rig_.runs().Postpone(first, Error(Code::kUnavailable, "busy"), Now() + std::chrono::hours(1)),
              IsOk());
  ASSERT_EQ(rig_.runs().TakeNext("items", Now()).value()->id, second);
  // `second` is running now; whoever asks again is a process that started after this one died.
  EXPECT_EQ(rig_.runs().TakeNext("items", Now() + std::chrono::hours(2)).value()->id, second);
}

TEST_F(RunStoreTest, WaitsAsLongAsTheBatchMayGrow) {
  definition_.batch.max_wait = std::chrono::hours(1);
  Plan("a");
  EXPECT_FALSE(rig_.runs().TakeNext("items", Now())->has_value());
  EXPECT_GT(**rig_.runs().NextDue({"items"}), Now() + std::chrono::minutes(59));
  Plan("b");  // full
  EXPECT_TRUE(rig_.runs().TakeNext("items", Now())->has_value());
}

TEST_F(RunStoreTest, KeepsTheReportOfAFinishedRun) {
  const std::string id = Plan("a");
  ASSERT_THAT(rig_.runs().TakeNext("items", Now()), IsOk());
  RunReport report;
  report.state = RunState::kPartiallySucceeded;
  report.counts = {{"rows", 3}};
  report.outputs = {{"shop.items", "items", "merge", 3, "shop/items/part-1.parquet", 99}};
  report.inputs = {InputState::kDead};
  report.error = Error(Code::kUnprocessable, "bad").At("raw/a: byte 3");
  ASSERT_THAT(rig_.runs().Finish(id, report), IsOk());
  const auto run = *rig_.runs().Get(id);
  EXPECT_EQ(run.state, RunState::kPartiallySucceeded);
  EXPECT_EQ(run.report.counts.at("rows"), 3);
  EXPECT_EQ(run.report.outputs.at(0).key, "shop/items/part-1.parquet");
  EXPECT_EQ(run.error->code(), Code::kUnprocessable);
  EXPECT_EQ(run.error->where(), "raw/a: byte 3");
  EXPECT_EQ(rig_.runs().Inputs(id)->at(0).state, InputState::kDead);
  EXPECT_TRUE(run.finished_at.has_value());
}

TEST_F(RunStoreTest, ListsTheNewestFirstPageByPage) {
  definition_.batch.max_objects = 1;
  const std::string a = Plan("a"), b = Plan("b"), c = Plan("c");
  const auto page = rig_.runs().List({.transform = "items", .state = "queued", .before_id = "", .limit = 2});
  ASSERT_EQ(page->size(), 2u);
  EXPECT_EQ((*page)[0].id, c);
  EXPECT_EQ((*page)[1].id, b);
  const auto rest = rig_.runs().List({.transform = "", .state = "", .before_id = b, .limit = 2});
  ASSERT_EQ(rest->size(), 1u);
  EXPECT_EQ((*rest)[0].id, a);
  EXPECT_TRUE(rig_.runs().List({.transform = "other", .state = "", .before_id = "", .limit = 2})->empty());
}

}  // namespace
}  // namespace tarn::transform
