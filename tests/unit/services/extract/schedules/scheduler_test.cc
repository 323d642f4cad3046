#include "services/extract/schedules/scheduler.h"

#include <condition_variable>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/schedules/schedule_lab.h"

namespace tarn::extract {
namespace {

TEST(Scheduler, StartsARunAtEachFiring) {
  ScheduleLab lab;
  lab.Define("songs", R"({"cron":"0 8,20 * * *","time_zone":"Europe/Berlin"})");
  lab.AdvanceTo("2026-01-02T12:00:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T07:00 2026-01-01T19:00 2026-01-02T07:00");
  const auto last = lab.scheduler->Get("songs")->state.last;
  ASSERT_TRUE(last);
  EXPECT_EQ(last->outcome, FiringOutcome::kStarted);
  EXPECT_EQ(last->run_id, "run-2");
}

TEST(Scheduler, StartsAnIntervalAtOnceAndThenEverySoOften) {
  ScheduleLab lab("2026-01-01T00:10:00Z");
  lab.Define("songs", R"({"every":"1h"})");
  lab.AdvanceTo("2026-01-01T02:00:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T00:10 2026-01-01T01:10");
}

TEST(Scheduler, WaitsForTheStartOfAnIntervalThatHasOne) {
  ScheduleLab lab("2026-01-01T00:10:00Z");
  lab.Define("songs", R"({"rate":"1 hour","start":"2026-01-01T01:30:00Z","end":"2026-01-01T03:00:00Z"})");
  lab.AdvanceTo("2026-01-01T12:00:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T01:30 2026-01-01T02:30");
}

TEST(Scheduler, DoesNotMakeUpForWhatWasBeforeTheDefinition) {
  ScheduleLab lab("2026-01-01T12:00:00Z");
  lab.Define("songs", R"({"at":"2026-01-01T11:00:00"})");
  lab.Define("albums", R"({"every":"1h","start":"2025-01-01T00:30:00Z"})");
  lab.AdvanceTo("2026-01-01T12:45:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T12:30");
}

TEST(Scheduler, SleepsUntilTheNextFiring) {
  ScheduleLab lab;
  EXPECT_EQ(lab.scheduler->RunDue(lab.now), std::nullopt);
  lab.Define("songs", R"("daily")");
  lab.Define("albums", R"("0 6 * * *")");
  EXPECT_EQ(lab.scheduler->RunDue(lab.now), *ParseRfc3339("2026-01-01T06:00:00Z"));
  lab.Remove("albums");
  EXPECT_EQ(lab.scheduler->RunDue(lab.now), *ParseRfc3339("2026-01-02T00:00:00Z"));
}

TEST(Scheduler, FollowsChangesOfADefinition) {
  ScheduleLab lab;
  lab.Define("songs", R"("0 6 * * *")");
  lab.AdvanceTo("2026-01-01T07:00:00Z");
  lab.Define("songs", R"("*/30 * * * *")");
  lab.AdvanceTo("2026-01-01T08:10:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T06:00 2026-01-01T07:30 2026-01-01T08:00");
}

TEST(Scheduler, CountsAChangedIntervalFromItsLastFiring) {
  ScheduleLab lab;
  lab.Define("songs", R"({"every":"1h"})");
  lab.AdvanceTo("2026-01-01T01:20:00Z");
  lab.Define("songs", R"({"every":"30m"})");
  lab.AdvanceTo("2026-01-01T02:10:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T00:00 2026-01-01T01:00 2026-01-01T01:30 2026-01-01T02:00");
}

TEST(Scheduler, MakesUpForNothingWhenASourceComesBack) {
  ScheduleLab lab;
  lab.Define("songs", R"("hourly")");
  lab.AdvanceTo("2026-01-01T01:20:00Z");
  lab.Remove("songs");
  EXPECT_THAT(lab.scheduler->Get("songs"), HasError(Code::kNotFound, "songs"));
  lab.AdvanceTo("2026-01-01T05:20:00Z");
  lab.Define("songs", R"("hourly")");
  lab.AdvanceTo("2026-01-01T06:20:00Z");
  EXPECT_EQ(lab.Runs(), "2026-01-01T01:00 2026-01-01T06:00");
}

TEST(Scheduler, ShowsSchedulesInPages) {
  ScheduleLab lab;
  for (const char* name : {"c", "a", "b"}) lab.Define(name, R"("daily")");
  const auto first = lab.scheduler->Page("", 2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[1].state.name, "b");
  const auto second = lab.scheduler->Page("b", 2);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].state.name, "c");
}

TEST(Scheduler, CountsWhatItDoes) {
  ScheduleLab lab;
  lab.Define("songs", R"("hourly")");
  lab.AdvanceTo("2026-01-01T03:00:00Z");
  lab.SetClock("2026-01-01T06:30:00Z");
  const std::string rendered = lab.metrics.Render();
  EXPECT_NE(rendered.find("tarn_schedules 1"), std::string::npos);
  EXPECT_NE(rendered.find("tarn_schedule_firings_total{outcome=\"started\"} 4"), std::string::npos)
      << rendered;
  EXPECT_NE(rendered.find("tarn_schedule_missed_total 1"), std::string::npos) << rendered;
}

/// Says when a run was started.
class Bell : public RunLedger {
 public:
  Result<std::string> Start(const std::string& source, Timestamp scheduled_for,
                            schedule::Overlap overlap) override {
    const std::lock_guard lock(mutex_);
    auto run = RunLedger::Start(source, scheduled_for, overlap);
    rung_.notify_all();
    return run;
  }
  bool Await(size_t count) {
    std::unique_lock lock(mutex_);
    return rung_.wait_for(lock, std::chrono::seconds(30), [&] { return runs.size() >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable rung_;
};

TEST(Scheduler, FiresOnAThreadThatAReloadWakes) {
  ScheduleLab lab;
  Bell bell;
  std::vector<ScheduledSource> sources;
  Scheduler scheduler([&] { return sources; }, *lab.store, bell, lab.metrics);
  ASSERT_THAT(scheduler.Reload(Now()), IsOk());
  ASSERT_THAT(scheduler.Begin(), IsOk());
  schedule::Schedule every_second;
  every_second.kind = "every";
  every_second.expression = "1s";
  every_second.rule = schedule::Interval{std::chrono::seconds(1)};
  sources.push_back({"songs", every_second});
  ASSERT_THAT(scheduler.Reload(Now()), IsOk());
  EXPECT_TRUE(bell.Await(2));
  scheduler.Stop();
}

}  // namespace
}  // namespace tarn::extract
