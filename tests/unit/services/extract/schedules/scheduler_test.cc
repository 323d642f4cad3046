#include "services/extract/schedules/scheduler.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/lab.h"

namespace tarn::extract {
namespace {

std::vector<ExtractRun> RunsOf(Lab& lab) {
  return *lab.runs->List({.source = "", .state = {}, .after = "", .limit = 100});
}

TEST(Scheduler, StartsASourceWhenItsIntervalIsOver) {
  auto stand_in = StartStandIn();
  Lab lab;
  lab.WriteSpotifySource(*stand_in, "schedule: {every: 1h}\n");
  lab.WriteSpotifySource(*stand_in, "", "by_hand");
  Scheduler scheduler(lab.sources, *lab.runs, *lab.runner);
  const Timestamp now = Now();
  scheduler.StartDue(now);
  ASSERT_EQ(RunsOf(lab).size(), 1u);
  const ExtractRun first = lab.AwaitEnd(RunsOf(lab)[0].id);
  EXPECT_EQ(first.source, "spotify");
  EXPECT_EQ(first.trigger, "schedule");

  scheduler.StartDue(now + std::chrono::minutes(59));
  EXPECT_EQ(RunsOf(lab).size(), 1u);
  scheduler.StartDue(now + std::chrono::minutes(61));
  EXPECT_EQ(RunsOf(lab).size(), 2u);
}

TEST(Scheduler, LeavesASourceAloneThatIsStillAtWork) {
  auto stand_in = StartStandIn();
  stand_in->faults().Add({.path_contains = "/playlists/", .delay = std::chrono::seconds(30)});
  Lab lab;
  lab.WriteSpotifySource(*stand_in, "schedule: {every: 1s}\n");
  Scheduler scheduler(lab.sources, *lab.runs, *lab.runner);
  scheduler.StartDue(Now());
  scheduler.StartDue(Now() + std::chrono::hours(1));
  EXPECT_EQ(RunsOf(lab).size(), 1u);
}

}  // namespace
}  // namespace tarn::extract
