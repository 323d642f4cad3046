#include "services/extract/runs/run_store.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/lab.h"

namespace tarn::extract {
namespace {

class RunStoreTest : public testing::Test {
 protected:
  RunStoreTest() { EXPECT_THAT(database->Migrate({RunStore::kMigration}), IsOk()); }

  ExtractRun Create(const std::string& source) {
    return *runs.Create({.source = source, .trigger = "request"}, 100);
  }
  ExtractRun Claim() { return **runs.Claim(Now()); }

  std::unique_ptr<sqlite::Database> database = *sqlite::Database::Open(":memory:");
  RunStore runs{*database};
};

TEST_F(RunStoreTest, GivesBackWhatItWasGiven) {
  ExtractRun run = *runs.Create({"spotify", "schedule", R"({"a":1})", "00-trace-01"}, 100);
  run.state = RunState::kFailed;
  run.progress = 0.5;
  run.counts = {{"pages", 3}};
  run.finished_at = Timestamp(std::chrono::seconds(5));
  run.error = Error(Code::kNotFound, "what").At("where");
  ASSERT_THAT(runs.SaveState(run), IsOk());
  const ExtractRun read = *runs.Get(run.id);
  EXPECT_EQ(read.source, "spotify");
  EXPECT_EQ(read.trigger, "schedule");
  EXPECT_EQ(read.overrides, R"({"a":1})");
  EXPECT_EQ(read.traceparent, "00-trace-01");
  EXPECT_EQ(read.state, RunState::kFailed);
  EXPECT_EQ(read.progress, 0.5);
  EXPECT_EQ(read.counts, run.counts);
  EXPECT_EQ(read.created_at, run.created_at);
  EXPECT_EQ(read.finished_at, run.finished_at);
  EXPECT_EQ(read.error->code(), Code::kNotFound);
  EXPECT_EQ(read.error->where(), "where");
  EXPECT_THAT(runs.Get("nonesuch"), HasError(Code::kNotFound, "nonesuch"));
}

TEST_F(RunStoreTest, ClaimsTheOldestRunOfAnIdleSource) {
  const ExtractRun first = Create("a");
  const ExtractRun second = Create("a");
  const ExtractRun other = Create("b");
  EXPECT_EQ(Claim().id, first.id);
  EXPECT_EQ(Claim().id, other.id);
  EXPECT_FALSE((*runs.Claim(Now())).has_value());
  ExtractRun done = *runs.Get(first.id);
  EXPECT_EQ(done.state, RunState::kRunning);
  EXPECT_TRUE(done.started_at.has_value());
  done.state = RunState::kSucceeded;
  ASSERT_THAT(runs.SaveState(done), IsOk());
  EXPECT_EQ(Claim().id, second.id);
}

TEST_F(RunStoreTest, ClaimsAPausedRunWhenItsTimeHasCome) {
  ExtractRun run = Create("a");
  const Timestamp now = Now();
  run.not_before = now + std::chrono::seconds(10);
  ASSERT_THAT(runs.SaveState(run), IsOk());
  EXPECT_FALSE((*runs.Claim(now)).has_value());
  EXPECT_EQ(*runs.NextStart(now), run.not_before);
  EXPECT_EQ(*runs.NextStart(*run.not_before), std::nullopt);
  EXPECT_TRUE((*runs.Claim(*run.not_before)).has_value());
}

TEST_F(RunStoreTest, RefusesMoreRunsThanMayWait) {
  Create("a");
  Create("b");
  EXPECT_THAT(runs.Create({.source = "c", .trigger = "request"}, 2),
              HasError(Code::kResourceExhausted, "too many"));
}

TEST_F(RunStoreTest, ListsNewestFirstInPages) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(Create(i % 2 ? "odd" : "even").id);
  const auto first = *runs.List({.source = "", .state = {}, .after = "", .limit = 3});
  ASSERT_EQ(first.size(), 3u);
  EXPECT_EQ(first[0].id, ids[4]);
  const auto rest = *runs.List({.source = "", .state = {}, .after = first.back().id, .limit = 3});
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest[1].id, ids[0]);
  EXPECT_EQ(runs.List({.source = "odd", .state = {}, .after = "", .limit = 10})->size(), 2u);
  EXPECT_EQ(runs.List({.source = "odd", .state = RunState::kRunning, .after = "", .limit = 10})->size(), 0u);
}

TEST_F(RunStoreTest, CancelsAWaitingRunAtOnceAndMarksOneAtWork) {
  const ExtractRun waiting = Create("a");
  const ExtractRun working = Create("b");
  EXPECT_EQ(Claim().id, waiting.id);
  EXPECT_EQ(runs.RequestCancel(working.id)->state, RunState::kCancelled);
  EXPECT_EQ(runs.RequestCancel(waiting.id)->state, RunState::kRunning);
  EXPECT_TRUE(runs.Get(waiting.id)->cancel_requested);
  EXPECT_THAT(runs.RequestCancel(working.id), HasError(Code::kConflict, "cancelled"));
  EXPECT_THAT(runs.RequestCancel("nonesuch"), HasError(Code::kNotFound, "nonesuch"));
}

TEST_F(RunStoreTest, DoesNotQueueARunAgainThatWasToBeCancelled) {
  Create("a");
  ExtractRun run = Claim();
  ASSERT_THAT(runs.RequestCancel(run.id), IsOk());
  run.state = RunState::kQueued;
  ASSERT_THAT(runs.SaveState(run), IsOk());
  EXPECT_EQ(runs.Get(run.id)->state, RunState::kCancelled);
}

TEST_F(RunStoreTest, RecordsAnObjectOnce) {
  ExtractRun run = Create("a");
  run.counts["pages"] = 1;
  const RunObject object{"raw", "a/x/run=1/page-00000.json", 3, 4, "e", false};
  ASSERT_THAT(runs.AddObject(run, object), IsOk());
  ASSERT_THAT(runs.AddObject(run, object), IsOk());
  ASSERT_THAT(runs.AddObject(run, {"raw", "a/y/run=1/manifest.json", 0, 4, "e", true}), IsOk());
  EXPECT_EQ(runs.ListObjects(run.id, "", "", 10)->size(), 2u);
  const auto of_x = *runs.ListObjects(run.id, "a/x/", "", 10);
  ASSERT_EQ(of_x.size(), 1u);
  EXPECT_EQ(of_x[0].records, 3);
  EXPECT_EQ(runs.ListObjects(run.id, "", of_x[0].key, 10)->size(), 1u);
  EXPECT_EQ(runs.Get(run.id)->counts["pages"], 1);
}

TEST_F(RunStoreTest, PutsInterruptedRunsBackUnlessTheyWereCancelledOrDieEachTime) {
  for (const char* source : {"resumes", "cancelled", "deadly"}) Create(source);
  const ExtractRun resumes = Claim();
  const ExtractRun cancelled = Claim();
  const ExtractRun deadly = Claim();
  ASSERT_THAT(runs.RequestCancel(cancelled.id), IsOk());
  ASSERT_THAT(database->Execute("UPDATE runs SET interruptions = 10 WHERE source = 'deadly'"), IsOk());
  EXPECT_EQ(*runs.RecoverInterrupted(), 1);
  EXPECT_EQ(runs.Get(resumes.id)->state, RunState::kQueued);
  EXPECT_EQ(runs.Get(resumes.id)->interruptions, 1);
  EXPECT_EQ(runs.Get(cancelled.id)->state, RunState::kCancelled);
  EXPECT_EQ(runs.Get(deadly.id)->state, RunState::kFailed);
  EXPECT_TRUE(runs.Get(deadly.id)->error.has_value());
}

TEST_F(RunStoreTest, RemembersWhatConnectorsKnowOfTheirSources) {
  EXPECT_EQ(*runs.LoadSourceState("a"), "");
  ASSERT_THAT(runs.SaveSourceState("a", "1"), IsOk());
  ASSERT_THAT(runs.SaveSourceState("a", "2"), IsOk());
  EXPECT_EQ(*runs.LoadSourceState("a"), "2");
  EXPECT_EQ(*runs.LoadSourceState("b"), "");
}

}  // namespace
}  // namespace tarn::extract
