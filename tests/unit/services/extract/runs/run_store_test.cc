#include "services/extract/runs/run_store.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/lab.h"

namespace tarn::extract {
namespace {

class RunStoreTest : public testing::Test {
 protected:
  RunStoreTest() {
    EXPECT_THAT(database->Migrate({RunStore::kMigration, RunStore::kSecondMigration}), IsOk());
  }

  ExtractRun Create(const std::string& source) { return Create(Wanted(source)); }
  ExtractRun Create(const RunStore::NewRun& run) { return runs.Create({run}, 100)->front(); }
  static RunStore::NewRun Wanted(const std::string& source) {
    RunStore::NewRun run;
    run.source = source;
    run.trigger = "request";
    return run;
  }
  ExtractRun Claim() { return **runs.Claim(Now()); }

  std::unique_ptr<sqlite::Database> database = *sqlite::Database::Open(":memory:");
  RunStore runs{*database};
};

TEST_F(RunStoreTest, GivesBackWhatItWasGiven) {
  RunStore::NewRun wanted;
  wanted.source = "spotify";
  wanted.trigger = "schedule";
  wanted.overrides = R"({"a":1})";
  wanted.traceparent = "00-trace-01";
  wanted.scheduled_for = Timestamp(std::chrono::seconds(3));
  wanted.window = RunWindow{Timestamp(std::chrono::seconds(1)), Timestamp(std::chrono::seconds(2))};
  wanted.backfill_id = "b";
  ExtractRun run = Create(wanted);
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
  EXPECT_EQ(read.scheduled_for, wanted.scheduled_for);
  EXPECT_EQ(read.window->from, wanted.window->from);
  EXPECT_EQ(read.window->to, wanted.window->to);
  EXPECT_EQ(read.backfill_id, "b");
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
  EXPECT_THAT(runs.Create({Wanted("c")}, 2), HasError(Code::kResourceExhausted, "too many"));
  EXPECT_THAT(runs.Create({Wanted("c"), Wanted("c")}, 3), HasError(Code::kResourceExhausted, "too many"));
  EXPECT_EQ(runs.List({})->size(), 2u);
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
  const RunObject object{"raw", "a/x/run=1/page-00000.json", 3, 4, "e", false, "GET http://x/"};
  ASSERT_THAT(runs.AddObjects(run, {object}), IsOk());
  ASSERT_THAT(runs.AddObjects(run, {object, {"raw", "a/y/run=1/manifest.json", 0, 4, "e", true, ""}}),
              IsOk());
  EXPECT_EQ(runs.ListObjects(run.id, "", "", 10)->size(), 2u);
  const auto of_x = *runs.ListObjects(run.id, "a/x/", "", 10);
  ASSERT_EQ(of_x.size(), 1u);
  EXPECT_EQ(of_x[0].records, 3);
  EXPECT_EQ(of_x[0].request, "GET http://x/");
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

TEST_F(RunStoreTest, CountsOnlyInterruptionsWithoutProgress) {
  Create("a");
  for (int i = 0; i < 30; ++i) {
    const ExtractRun run = Claim();
    ASSERT_THAT(runs.AddObjects(run, {{"raw", "a/" + std::to_string(i), 1, 1, "e", false, ""}}), IsOk());
    ASSERT_EQ(*runs.RecoverInterrupted(), 1);
  }
  EXPECT_EQ(Claim().interruptions, 1);
}

TEST_F(RunStoreTest, AFiringOfAScheduleHasOneRun) {
  RunStore::NewRun wanted = Wanted("a");
  wanted.scheduled_for = Timestamp(std::chrono::seconds(60));
  const ExtractRun first = Create(wanted);
  EXPECT_EQ(Create(wanted).id, first.id);
  wanted.source = "b";
  EXPECT_NE(Create(wanted).id, first.id);
  EXPECT_EQ(runs.List({})->size(), 2u);
}

TEST_F(RunStoreTest, PartsOfABackfillRunSideBySideAndBesideAnotherRun) {
  Create("a");
  RunStore::NewRun part = Wanted("a");
  part.side_by_side = true;
  part.backfill_id = "b";
  ASSERT_THAT(runs.Create({part, part}, 100), IsOk());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE((*runs.Claim(Now())).has_value()) << i;
  Create("a");
  EXPECT_FALSE((*runs.Claim(Now())).has_value());
  RunStore::ListRequest list;
  list.backfill_id = "b";
  EXPECT_EQ(runs.List(list)->size(), 2u);
}

TEST_F(RunStoreTest, TheCursorGoesWithTheEndOfTheRun) {
  Create("a");
  ExtractRun run = Claim();
  EXPECT_EQ(*runs.LoadCursor("a"), "");
  run.state = RunState::kFailed;
  ASSERT_THAT(runs.SaveState(run), IsOk());
  EXPECT_EQ(*runs.LoadCursor("a"), "");
  run.state = RunState::kSucceeded;
  ASSERT_THAT(runs.SaveState(run, "7"), IsOk());
  EXPECT_EQ(*runs.LoadCursor("a"), "7");
  EXPECT_EQ(*runs.LoadNotes("a"), "");
  ASSERT_THAT(runs.ResetCursor("a"), IsOk());
  EXPECT_EQ(*runs.LoadCursor("a"), "");
}

TEST_F(RunStoreTest, TheCursorIsNotResetUnderARun) {
  Create("a");
  EXPECT_THAT(runs.ResetCursor("a"), IsOk()) << "the run has not begun";
  ExtractRun run = Claim();
  EXPECT_THAT(runs.ResetCursor("a"), HasError(Code::kConflict, "under way"));
  run.state = RunState::kQueued;
  ASSERT_THAT(runs.SaveState(run), IsOk());
  EXPECT_THAT(runs.ResetCursor("a"), HasError(Code::kConflict, "under way"))
      << "it goes on with the cursor it began with";
  run.state = RunState::kFailed;
  ASSERT_THAT(runs.SaveState(run), IsOk());
  EXPECT_THAT(runs.ResetCursor("a"), IsOk());
}

TEST_F(RunStoreTest, ARunThatWasPutOffGoesBeforeOthersOfItsSource) {
  ExtractRun begun = Create("a");
  begun = Claim();
  const ExtractRun next = Create("a");
  const Timestamp now = Now();
  begun.state = RunState::kQueued;
  begun.not_before = now + std::chrono::minutes(1);
  ASSERT_THAT(runs.SaveState(begun), IsOk());
  EXPECT_FALSE((*runs.Claim(now)).has_value());
  EXPECT_EQ((*runs.Claim(now + std::chrono::minutes(2)))->id, begun.id);
  EXPECT_FALSE((*runs.Claim(now + std::chrono::minutes(2))).has_value());
}

TEST_F(RunStoreTest, AWaitThatAWrongClockMadeEndsToo) {
  ExtractRun run = Create("a");
  const Timestamp now = Now();
  run.not_before = now + std::chrono::days(365);
  ASSERT_THAT(runs.SaveState(run), IsOk());
  EXPECT_TRUE((*runs.Claim(now)).has_value());
}

TEST_F(RunStoreTest, SourcesWithFewRunsAtWorkGoFirst) {
  RunStore::NewRun part = Wanted("large");
  part.side_by_side = true;
  part.backfill_id = "b";
  ASSERT_THAT(runs.Create({part, part, part}, 100), IsOk());
  EXPECT_EQ(Claim().source, "large");
  Create("small");
  EXPECT_EQ(Claim().source, "small");
  EXPECT_EQ(Claim().source, "large");
}

TEST_F(RunStoreTest, ABackfillDoesNotFillTheQueueOfOthers) {
  RunStore::NewRun part = Wanted("a");
  part.backfill_id = "b";
  ASSERT_THAT(runs.Create({part, part}, 2), IsOk());
  EXPECT_THAT(runs.Create({Wanted("b")}, 2), IsOk());
  EXPECT_THAT(runs.Create({part}, 2), HasError(Code::kResourceExhausted, "too many"));
  EXPECT_EQ(runs.Unfinished("a")->size(), 0u) << "parts are nothing that a schedule waits for";
  EXPECT_EQ(runs.Unfinished("b")->size(), 1u);
}

TEST_F(RunStoreTest, KeepsWhatARunBeganWith) {
  ExtractRun run = Create("a");
  run.definition = R"({"connector":"rest"})";
  run.start_cursor = "7";
  ASSERT_THAT(runs.Pin(run), IsOk());
  run.problems = {Error(Code::kNotFound, "gone").At("x"), Error(Code::kUnprocessable, "wrong")};
  ASSERT_THAT(runs.SaveState(run), IsOk());
  const ExtractRun read = *runs.Get(run.id);
  EXPECT_EQ(read.definition, run.definition);
  EXPECT_EQ(read.start_cursor, "7");
  ASSERT_EQ(read.problems.size(), 2u);
  EXPECT_EQ(read.problems[0].where(), "x");
}

TEST_F(RunStoreTest, NotesAreKeptPerSource) {
  ASSERT_THAT(runs.SaveNotes("a", "1"), IsOk());
  ASSERT_THAT(runs.SaveNotes("a", "2"), IsOk());
  EXPECT_EQ(*runs.LoadNotes("a"), "2");
  EXPECT_EQ(*runs.LoadNotes("b"), "");
}

TEST_F(RunStoreTest, PrunesRunsThatEndedLongAgo) {
  for (int i = 0; i < 3; ++i) {
    Create("a");
    ExtractRun run = Claim();
    ASSERT_THAT(runs.AddObjects(run, {{"raw", "k", 1, 1, "e", false, ""}}), IsOk());
    run.state = RunState::kSucceeded;
    run.finished_at = Timestamp(std::chrono::seconds(i));
    ASSERT_THAT(runs.SaveState(run), IsOk());
  }
  const ExtractRun waiting = Create("a");
  EXPECT_EQ(*runs.Prune(Timestamp(std::chrono::seconds(2)), 1), 1);
  EXPECT_EQ(*runs.Prune(Timestamp(std::chrono::seconds(2)), 10), 1);
  EXPECT_EQ(runs.List({})->size(), 2u);
  EXPECT_THAT(runs.Get(waiting.id), IsOk());
  auto count = *database->Prepare("SELECT count(*) FROM run_objects");
  ASSERT_THAT(count.Step(), IsOk());
  EXPECT_EQ(count.Integer(0), 1);
}

}  // namespace
}  // namespace tarn::extract
