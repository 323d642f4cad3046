#include "services/extract/schedules/fire.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/schedules/schedule_lab.h"

namespace tarn::extract {
namespace {

using schedule::Overlap;

LastFiring Last(const ScheduleLab& lab) { return lab.scheduler->Get("songs")->state.last.value(); }

TEST(OverlapPolicy, ForbidSkipsAFiringWhileARunGoesOn) {
  ScheduleLab lab;
  lab.ledger.finish_at_once = false;
  lab.Define("songs", R"("hourly")");
  lab.AdvanceTo("2026-01-01T02:30:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T01:00");
  EXPECT_EQ(Last(lab).outcome, FiringOutcome::kSkipped);
  EXPECT_EQ(Last(lab).scheduled_for, *ParseRfc3339("2026-01-01T02:00:00Z"));
  EXPECT_EQ(Last(lab).reason, "a run before it had not ended");
  lab.ledger.runs[0].finished = true;
  lab.AdvanceTo("2026-01-01T03:30:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T01:00 2026-01-01T03:00");
}

TEST(OverlapPolicy, QueueStartsRunsBehindOneAnotherUpToALimit) {
  ScheduleLab lab;
  lab.ledger.finish_at_once = false;
  lab.Define("songs", R"({"cron":"hourly","overlap":"queue"})");
  lab.AdvanceTo("2026-01-01T23:30:00Z");
  ASSERT_EQ(lab.ledger.runs.size(), static_cast<size_t>(1 + kMaxWaitingRuns));
  EXPECT_EQ(lab.ledger.runs[1].overlap, Overlap::kQueue);
  EXPECT_EQ(Last(lab).outcome, FiringOutcome::kSkipped);
  EXPECT_EQ(Last(lab).reason, "10 runs before it were waiting");
}

TEST(OverlapPolicy, AllowStartsRunsBesideOneAnother) {
  ScheduleLab lab;
  lab.ledger.finish_at_once = false;
  lab.Define("songs", R"({"cron":"hourly","overlap":"allow"})");
  lab.AdvanceTo("2026-01-01T23:30:00Z");
  ASSERT_EQ(lab.ledger.runs.size(), 23u);
  EXPECT_EQ(lab.ledger.runs[1].overlap, Overlap::kAllow);
}

TEST(OverlapPolicy, ReplaceCancelsTheRunBefore) {
  ScheduleLab lab;
  lab.ledger.finish_at_once = false;
  lab.Define("songs", R"({"cron":"hourly","overlap":"replace"})");
  lab.AdvanceTo("2026-01-01T02:30:00Z");
  ASSERT_EQ(lab.Runs(), "2026-01-01T01:00 2026-01-01T02:00");
  EXPECT_TRUE(lab.ledger.runs[0].cancelled);
  EXPECT_FALSE(lab.ledger.runs[1].cancelled);
}

TEST(OverlapPolicy, LetsFiringsThatAreMadeUpForWaitForOneAnother) {
  for (const char* overlap : {"forbid", "replace", "queue"}) {
    ScheduleLab lab;
    lab.ledger.finish_at_once = false;
    lab.Define("songs", std::string(R"({"cron":"hourly","missed":"all","overlap":")") + overlap + "\"}");
    lab.Restart("2026-01-01T03:30:00Z");
    EXPECT_EQ(lab.Runs(), "2026-01-01T01:00 2026-01-01T02:00 2026-01-01T03:00") << overlap;
    for (const auto& run : lab.ledger.runs) {
      EXPECT_EQ(run.overlap, Overlap::kQueue);
      EXPECT_FALSE(run.cancelled);
    }
  }
}

TEST(Pause, EndsFiringsUntilResumedAndMakesUpForNone) {
  ScheduleLab lab;
  lab.Define("songs", R"({"cron":"hourly","missed":"all"})");
  lab.AdvanceTo("2026-01-01T01:30:00Z");
  const auto paused = lab.scheduler->Pause("songs", lab.now);
  ASSERT_THAT(paused, IsOk());
  EXPECT_EQ(paused->state.paused_at, lab.now);
  EXPECT_EQ(lab.scheduler->RunDue(lab.now), std::nullopt);
  lab.AdvanceTo("2026-01-01T05:30:00Z");
  ASSERT_THAT(lab.scheduler->Resume("songs", lab.now), IsOk());
  lab.AdvanceTo("2026-01-01T06:30:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T01:00 2026-01-01T06:00");
}

TEST(Pause, LastsOverRestartsAndChangesOfTheDefinition) {
  ScheduleLab lab;
  lab.Define("songs", R"("hourly")");
  ASSERT_THAT(lab.scheduler->Pause("songs", lab.now), IsOk());
  lab.Restart("2026-01-01T03:30:00Z");
  lab.Define("songs", R"("*/5 * * * *")");
  lab.Remove("songs");
  lab.Restart("2026-01-01T04:30:00Z");
  lab.Define("songs", R"("hourly")");
  lab.AdvanceTo("2026-01-02T00:30:00Z");
  EXPECT_EQ(lab.Runs(), "");
  EXPECT_TRUE(lab.scheduler->Get("songs")->paused());
}

TEST(Pause, MayBeAskedForTwice) {
  ScheduleLab lab;
  lab.Define("songs", R"("hourly")");
  const Timestamp first = lab.now;
  ASSERT_THAT(lab.scheduler->Pause("songs", first), IsOk());
  EXPECT_EQ(lab.scheduler->Pause("songs", first + std::chrono::hours(1))->state.paused_at, first);
  ASSERT_THAT(lab.scheduler->Resume("songs", first), IsOk());
  EXPECT_EQ(lab.scheduler->Resume("songs", first)->state.paused_at, std::nullopt);
}

TEST(Pause, OfTheDefinitionIsItsFilesMatter) {
  ScheduleLab lab;
  lab.Define("songs", R"({"cron":"hourly","paused":true})");
  lab.AdvanceTo("2026-01-01T03:30:00Z");
  EXPECT_THAT(lab.scheduler->Resume("songs", lab.now), HasError(Code::kConflict, "songs"));
  lab.Define("songs", R"({"cron":"hourly"})");
  lab.AdvanceTo("2026-01-01T04:30:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T04:00");
}

TEST(Pause, IsRefusedForASourceWithoutASchedule) {
  ScheduleLab lab;
  EXPECT_THAT(lab.scheduler->Pause("songs", lab.now), HasError(Code::kNotFound, "songs"));
  EXPECT_THAT(lab.scheduler->Resume("songs", lab.now), HasError(Code::kNotFound, "songs"));
}

TEST(Pause, IsNotTakenWhereItCannotBeStored) {
  ScheduleLab lab;
  lab.Define("songs", R"("hourly")");
  ASSERT_THAT(lab.database->Execute("ALTER TABLE schedules RENAME TO away"), IsOk());
  EXPECT_THAT(lab.scheduler->Pause("songs", lab.now), HasError(Code::kInternal, ""));
  EXPECT_FALSE(lab.scheduler->Get("songs")->paused());
}

TEST(AFailedStart, IsTriedAgainUntilItSucceeds) {
  ScheduleLab lab;
  lab.Define("songs", R"("hourly")");
  lab.AdvanceTo("2026-01-01T00:59:00Z");
  lab.ledger.failure = Error(Code::kResourceExhausted, "too many runs wait");
  lab.SetClock("2026-01-01T01:00:00Z");
  EXPECT_EQ(lab.scheduler->RunDue(lab.now), lab.now + std::chrono::seconds(1));
  lab.SetClock("2026-01-01T01:00:01Z");
  EXPECT_EQ(lab.scheduler->RunDue(lab.now), lab.now + std::chrono::seconds(2));
  EXPECT_EQ(lab.Runs(), "");
  lab.ledger.failure.reset();
  lab.AdvanceTo("2026-01-01T01:00:30Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T01:00");
}

TEST(AFailedStart, GoesOnWhereItStoppedAmongMany) {
  ScheduleLab lab;
  lab.Define("songs", R"({"cron":"hourly","missed":"all"})");
  lab.ledger.failure = Error(Code::kResourceExhausted, "too many runs wait");
  lab.ledger.starts_until_failure = 2;
  lab.SetClock("2026-01-01T04:30:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T01:00 2026-01-01T02:00");
  lab.ledger.failure.reset();
  lab.AdvanceTo("2026-01-01T04:31:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T01:00 2026-01-01T02:00 2026-01-01T03:00 2026-01-01T04:00");
}

TEST(AFailedStart, EndsTheFiringWhereTryingAgainCannotHelp) {
  ScheduleLab lab;
  lab.Define("songs", R"("hourly")");
  lab.ledger.failure = Error(Code::kNotFound, "there is no source songs");
  lab.AdvanceTo("2026-01-01T01:00:30Z");
  EXPECT_EQ(Last(lab).outcome, FiringOutcome::kFailed);
  EXPECT_EQ(Last(lab).reason, "there is no source songs");
  lab.ledger.failure.reset();
  lab.AdvanceTo("2026-01-01T02:00:30Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T02:00");
}

TEST(AFailedStart, HoldsUpNoOtherSchedule) {
  class OneIsBroken : public RunLedger {
    Result<std::string> Start(const std::string& source, Timestamp time, Overlap overlap) override {
      if (source == "broken") return Error(Code::kUnavailable, "not now");
      return RunLedger::Start(source, time, overlap);
    }
  };
  ScheduleLab lab;
  OneIsBroken ledger;
  const schedule::Schedule hourly = *schedule::Schedule::Parse("hourly", "");
  Scheduler scheduler(
      [&] {
        return std::vector<ScheduledSource>{{"broken", hourly}, {"songs", hourly}};
      },
      *lab.store, ledger, lab.metrics);
  ASSERT_THAT(scheduler.Reload(lab.now), IsOk());
  scheduler.RunDue(lab.now + std::chrono::hours(1));
  EXPECT_EQ(ledger.runs.size(), 1u);
}

}  // namespace
}  // namespace tarn::extract
