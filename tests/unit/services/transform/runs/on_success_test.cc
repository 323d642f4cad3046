#include <gtest/gtest.h>

#include "tests/support/forwarding_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/event_table.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr const char* kMove = "on_success: {move: {bucket: raw, prefix: processed/}}";

class OnSuccessTest : public testing::Test {
 protected:
  std::vector<std::string> Raw() { return table_.rig.Keys("raw", ""); }

  EventTable table_;
};

TEST_F(OnSuccessTest, MovesTheObjectsThatWerePublished) {
  table_.Define("mode: append", kMove);
  object_store::PutOptions options;
  options.content_type = "application/x-ndjson";
  options.metadata = {{"source", "test"}};
  options.attributes.tags = {{"team", "a"}};
  const std::string content = Event(1, "a", std::string(100'000, 'x')).dump() + "\n";
  ASSERT_THAT(table_.rig.store().Put("raw", "events/deep/1.ndjson", content, options), IsOk());
  ASSERT_EQ(table_.rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_THAT(Raw(), ElementsAre("processed/deep/1.ndjson"));
  const auto moved = table_.rig.store().Head("raw", "processed/deep/1.ndjson");
  EXPECT_EQ(moved->content_type, "application/x-ndjson");
  EXPECT_THAT(moved->metadata, ElementsAre(Pair("source", "test")));
  EXPECT_THAT(moved->attributes.tags, ElementsAre(Pair("team", "a")));
  EXPECT_EQ(*table_.rig.store().GetAll("raw", "processed/deep/1.ndjson"), content);
  // Its new place is no news to the transform.
  table_.rig.PlanEvents();
  EXPECT_TRUE(table_.rig.CarryOutRuns().empty());
}

TEST_F(OnSuccessTest, MovesIntoABucketThatIsNotThereYet) {
  table_.Define("mode: append", "on_success: {move: {bucket: archive, prefix: done/events/}}");
  table_.Publish({Event(1, "a", "x")});
  EXPECT_THAT(Raw(), IsEmpty());
  EXPECT_THAT(table_.rig.Keys("archive", ""), ElementsAre("done/events/1.ndjson"));
}

TEST_F(OnSuccessTest, AddsTagsToTheObjectsThatWerePublished) {
  table_.Define("mode: append", "on_success: {tag: {state: done}}");
  object_store::PutOptions options;
  options.attributes.tags = {{"team", "a"}, {"state", "new"}};
  ASSERT_THAT(table_.rig.store().Put("raw", "events/1.ndjson", Event(1, "a", "x").dump(), options), IsOk());
  ASSERT_EQ(table_.rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_THAT(table_.rig.store().Head("raw", "events/1.ndjson")->attributes.tags,
              ElementsAre(Pair("state", "done"), Pair("team", "a")));
  table_.rig.PlanEvents();
  EXPECT_TRUE(table_.rig.CarryOutRuns().empty());
}

TEST_F(OnSuccessTest, LeavesDeadLettersWhereTheyAre) {
  table_.Define("mode: append", kMove);
  table_.Put({Event(1, "a", "x")}, "good");
  table_.rig.Put("events/bad.ndjson", "{\"id\": 1");
  EXPECT_EQ(table_.rig.PlanAndRun().state, RunState::kPartiallySucceeded);
  EXPECT_THAT(Raw(), ElementsAre("events/bad.ndjson", "processed/good.ndjson"));
}

TEST_F(OnSuccessTest, LeavesTheObjectsOfAFailedRunWhereTheyAre) {
  table_.Define("mode: append, quality: [{severity: fail, rules: 'Rules = [ RowCount > 5 ]'}]", kMove);
  EXPECT_EQ(table_.Publish({Event(1, "a", "x")}).state, RunState::kFailed);
  EXPECT_THAT(Raw(), ElementsAre("events/1.ndjson"));
}

// The commit of the run and the replacement of its object meet: none of the versions is lost.
TEST_F(OnSuccessTest, DoesNotTouchAVersionThatTheRunHasNotRead) {
  for (const std::string on_success : {kMove, "on_success: {tag: {state: done}}"}) {
    EventTable table;
    table.Define("mode: append", on_success);
    table.Put({Event(1, "a", "first")}, "k");
    table.rig.PlanEvents();
    ForwardingStore store(table.rig.store(), [&](const std::string& call) {
      if (call == "Commit") table.Put({Event(1, "a", "second")}, "k");
      return Ok();
    });
    Runner runner(store, table.rig.dead_letters(), {});
    const auto definition = table.rig.definitions().Runnable().at(0);
    const auto run = **table.rig.runs().TakeNext("events", Now());
    const auto outcome =
        runner.Execute(run, *table.rig.runs().InputsToTake(run.id, *definition), *definition, {});
    EXPECT_THAT(outcome, HasError(Code::kUnavailable, "changed while the run was at work"));
    ASSERT_THAT(table.rig.runs().Postpone(run.id, outcome.error(), Now()), IsOk());
    table.rig.PlanEvents();
    table.rig.CarryOutRuns();
    EXPECT_EQ(table.Rows(), json::array({Event(1, "a", "second")}));
  }
}

}  // namespace
}  // namespace tarn::transform
