#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/schedules/schedule_lab.h"

namespace tarn::extract {
namespace {

TEST(ARestart, NeitherRepeatsNorForgetsAFiring) {
  ScheduleLab lab;
  lab.Define("songs", R"("hourly")");
  lab.Define("albums", R"({"every":"2h"})");
  lab.AdvanceTo("2026-01-01T01:30:00Z");
  lab.Restart("2026-01-01T01:40:00Z");
  lab.AdvanceTo("2026-01-01T02:10:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T00:00 2026-01-01T01:00 2026-01-01T02:00 2026-01-01T02:00");
}

TEST(ARestart, DealsWithMissedFiringsByPolicy) {
  struct Case {
    const char* missed;
    const char* runs;
  };
  for (const Case& policy : {Case{R"("missed":"skip")", "2026-01-01T01:00 2026-01-01T06:00"},
                             Case{R"("missed":"once")", "2026-01-01T01:00 2026-01-01T05:00 2026-01-01T06:00"},
                             Case{R"("missed":"all","max_missed":2)",
                                  "2026-01-01T01:00 2026-01-01T04:00 2026-01-01T05:00 2026-01-01T06:00"}}) {
    ScheduleLab lab;
    lab.Define("songs", std::string(R"({"cron":"hourly",)") + policy.missed + "}");
    lab.AdvanceTo("2026-01-01T01:30:00Z");
    lab.Restart("2026-01-01T05:30:00Z");
    lab.AdvanceTo("2026-01-01T06:30:00Z");
    EXPECT_EQ(lab.Runs(), policy.runs) << policy.missed;
  }
}

TEST(ARestart, ShowsThatFiringsWereMissed) {
  ScheduleLab lab;
  lab.Define("songs", R"({"cron":"hourly","missed":"skip"})");
  lab.Restart("2026-01-01T05:30:00Z");
  const auto last = lab.scheduler->Get("songs")->state.last;
  ASSERT_TRUE(last);
  EXPECT_EQ(last->scheduled_for, *ParseRfc3339("2026-01-01T05:00:00Z"));
  EXPECT_EQ(last->outcome, FiringOutcome::kSkipped);
  EXPECT_EQ(last->reason, "it was missed");
}

TEST(ARestart, MakesUpForATimeThatComesOnlyOnce) {
  ScheduleLab lab;
  lab.Define("songs", R"({"at":"2026-01-01T03:00:00"})");
  lab.Restart("2026-01-03T05:30:00Z");
  lab.Restart("2026-01-03T05:31:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T03:00");
}

TEST(ARestart, KeepsTheJitterOfAFiring) {
  ScheduleLab lab;
  lab.Define("songs", R"({"cron":"hourly","jitter":"30m"})");
  lab.AdvanceTo("2026-01-01T00:59:00Z");
  const auto due = lab.scheduler->RunDue(lab.now);
  ASSERT_GT(*due, *ParseRfc3339("2026-01-01T01:00:00Z"));
  lab.Restart("2026-01-01T01:00:00Z");
  EXPECT_EQ(lab.scheduler->RunDue(lab.now), due);
}

TEST(ADeathBetweenStartAndNote, LeavesOneRunPerFiring) {
  for (const char* overlap : {"forbid", "queue", "allow", "replace"}) {
    ScheduleLab lab;
    lab.ledger.finish_at_once = false;
    lab.Define("songs", std::string(R"({"cron":"hourly","overlap":")") + overlap + "\"}");
    lab.AdvanceTo("2026-01-01T00:30:00Z");
    lab.Mark();
    lab.AdvanceTo("2026-01-01T01:00:00Z");
    ASSERT_EQ(lab.Runs(), "2026-01-01T01:00");
    lab.RestartFromMark("2026-01-01T01:00:20Z");
    EXPECT_EQ(lab.Runs(), "2026-01-01T01:00") << overlap;
    EXPECT_FALSE(lab.ledger.runs[0].cancelled) << overlap;
    const auto last = lab.scheduler->Get("songs")->state.last;
    ASSERT_TRUE(last);
    EXPECT_EQ(last->run_id, "run-0");
    EXPECT_EQ(last->outcome, FiringOutcome::kStarted);
  }
}

TEST(ADeathBetweenStartAndNote, LeavesOneRunPerFiringThatWasMadeUpFor) {
  ScheduleLab lab;
  lab.Define("songs", R"({"cron":"hourly","missed":"all"})");
  lab.AdvanceTo("2026-01-01T00:30:00Z");
  lab.Mark();
  lab.Restart("2026-01-01T03:30:00Z");
  lab.RestartFromMark("2026-01-01T03:31:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T01:00 2026-01-01T02:00 2026-01-01T03:00");
}

TEST(ANoteThatCannotBeStored, IsStoredLater) {
  ScheduleLab lab;
  lab.Define("songs", R"("hourly")");
  lab.AdvanceTo("2026-01-01T00:59:00Z");
  ASSERT_THAT(lab.database->Execute("ALTER TABLE schedules RENAME TO away"), IsOk());
  lab.SetClock("2026-01-01T01:00:00Z");
  EXPECT_EQ(lab.scheduler->RunDue(lab.now), lab.now + std::chrono::seconds(1));
  EXPECT_EQ(lab.Runs(), "2026-01-01T01:00");
  ASSERT_THAT(lab.database->Execute("ALTER TABLE away RENAME TO schedules"), IsOk());
  lab.SetClock("2026-01-01T01:00:01Z");
  EXPECT_EQ(lab.store->LoadAll()->front().handled, *ParseRfc3339("2026-01-01T01:00:00Z"));
}

TEST(AClockThatJumpsForwards, CountsAsTimeThatWasMissed) {
  ScheduleLab lab;
  lab.Define("songs", R"("hourly")");
  lab.Define("seconds", R"({"every":"1s","overlap":"allow"})");
  lab.AdvanceTo("2026-01-01T00:00:00Z");
  lab.SetClock("2026-01-04T12:30:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T00:00 2026-01-04T12:30 2026-01-04T12:00");
}

TEST(AClockThatJumpsBackwards, FiresNothingTwice) {
  ScheduleLab lab;
  lab.ledger.finish_at_once = false;
  lab.Define("songs", R"({"cron":"hourly","overlap":"replace"})");
  lab.AdvanceTo("2026-01-01T03:10:00Z");
  ASSERT_EQ(lab.Runs(), "2026-01-01T01:00 2026-01-01T02:00 2026-01-01T03:00");
  lab.SetClock("2026-01-01T01:30:00Z");
  lab.AdvanceTo("2026-01-01T04:10:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T01:00 2026-01-01T02:00 2026-01-01T03:00 2026-01-01T04:00");
}

TEST(AClockThatJumpsBackwards, DoesNotWaitForTheTimeItCameFrom) {
  ScheduleLab lab;
  lab.Define("songs", R"("hourly")");
  lab.Define("albums", R"({"every":"1h","start":"2025-01-01"})");
  lab.SetClock("2031-01-01T00:30:00Z");
  ASSERT_EQ(lab.Runs(), "2031-01-01T00:00 2031-01-01T00:00");
  lab.SetClock("2026-01-01T00:30:00Z");
  lab.AdvanceTo("2026-01-01T01:30:00Z");
  EXPECT_EQ(lab.Runs(), "2031-01-01T00:00 2031-01-01T00:00 2026-01-01T01:00 2026-01-01T01:00");
}

TEST(AClockThatJumpsBackwards, IsNoticedAfterARestart) {
  ScheduleLab lab("2031-01-01T00:30:00Z");
  lab.Define("songs", R"("hourly")");
  lab.AdvanceTo("2031-01-01T01:30:00Z");
  lab.Restart("2026-01-01T00:30:00Z");
  lab.AdvanceTo("2026-01-01T01:30:00Z");
  EXPECT_EQ(lab.Runs(), "2031-01-01T01:00 2026-01-01T01:00");
}

TEST(ManySchedulesAtOnce, AllFire) {
  ScheduleLab lab;
  const schedule::Schedule hourly = *schedule::Schedule::Parse("hourly", "");
  std::vector<ScheduledSource> sources;
  for (int i = 0; i < 1000; ++i) sources.push_back({"source-" + std::to_string(i), hourly});
  Scheduler scheduler([&] { return sources; }, *lab.store, lab.ledger, lab.metrics);
  ASSERT_THAT(scheduler.Reload(lab.now), IsOk());
  const Timestamp firing = lab.now + std::chrono::hours(1);
  int looks = 0;
  while (scheduler.RunDue(firing) <= firing && looks < 100) ++looks;
  EXPECT_EQ(lab.ledger.runs.size(), 1000u);
  EXPECT_LT(looks, 100);
}

}  // namespace
}  // namespace tarn::extract
