#include "services/catalog/crawlers/crawl_scheduler.h"

#include <gmock/gmock.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/crawlers/crawlers_at_work.h"

namespace tarn::catalog {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Timestamp Time(const std::string& text) { return ParseRfc3339(text).value(); }

std::vector<Crawl> Crawls(CrawlersAtWork& work) {
  return work.fixture.catalog->crawls->List("", 100, "c").value();
}

void DefineDaily(CrawlersAtWork& work, const nlohmann::json& more = nlohmann::json::object()) {
  nlohmann::json definition = {
      {"targets", {"transformed/in"}}, {"on_event", false}, {"schedule", "cron(0 6 * * ? *)"}};
  definition.update(more);
  work.Define("c", definition);
}

TEST(CrawlScheduler, RunsACrawlerAtItsTimeInItsZone) {
  CrawlersAtWork work;
  DefineDaily(work, {{"time_zone", "Europe/Berlin"}});
  EXPECT_EQ(work.scheduler->RunDue(Time("2026-07-01T00:00:00Z")), Time("2026-07-01T04:00:00Z"));
  EXPECT_THAT(Crawls(work), IsEmpty());
  EXPECT_EQ(work.scheduler->RunDue(Time("2026-07-01T04:00:00Z")), Time("2026-07-02T04:00:00Z"));
  const Crawl crawl = work.AwaitLast("c");
  EXPECT_EQ(crawl.trigger, kBySchedule);
  EXPECT_EQ(crawl.scheduled_for, Time("2026-07-01T04:00:00Z"));
  work.scheduler->RunDue(Time("2026-07-01T04:00:01Z"));
  EXPECT_THAT(Crawls(work), SizeIs(1));
}

TEST(CrawlScheduler, MakesUpForTheLastFiringThatWasMissed) {
  CrawlersAtWork work;
  DefineDaily(work);
  work.scheduler->RunDue(Time("2026-07-01T00:00:00Z"));
  work.Restart();
  work.scheduler->RunDue(Time("2026-07-04T12:00:00Z"));
  EXPECT_EQ(work.AwaitLast("c").scheduled_for, Time("2026-07-04T06:00:00Z"));
  EXPECT_THAT(Crawls(work), SizeIs(1));
}

TEST(CrawlScheduler, SkipsMissedFiringsIfItShall) {
  CrawlersAtWork work;
  DefineDaily(work, {{"schedule", {{"cron", "0 6 * * ? *"}, {"missed", "skip"}}}});
  work.scheduler->RunDue(Time("2026-07-01T00:00:00Z"));
  work.scheduler->RunDue(Time("2026-07-04T12:00:00Z"));
  EXPECT_THAT(Crawls(work), IsEmpty());
}

TEST(CrawlScheduler, MakesNothingUpForAPause) {
  CrawlersAtWork work;
  DefineDaily(work);
  work.scheduler->RunDue(Time("2026-07-01T00:00:00Z"));
  const auto crawler = *work.active->Get("c");
  ASSERT_THAT(crawler->Pause(), IsOk());
  EXPECT_EQ(work.scheduler->NextRun(*crawler, Time("2026-07-01T00:00:00Z")), std::nullopt);
  work.scheduler->RunDue(Time("2026-07-01T06:00:00Z"));
  ASSERT_THAT(crawler->Resume(), IsOk());
  work.scheduler->RunDue(Time("2026-07-01T06:00:10Z"));
  EXPECT_THAT(Crawls(work), IsEmpty());
  EXPECT_EQ(work.scheduler->NextRun(*crawler, Time("2026-07-01T06:00:10Z")), Time("2026-07-02T06:00:00Z"));
}

TEST(CrawlScheduler, NeedsNoAttentionWithoutSchedules) {
  CrawlersAtWork work;
  EXPECT_EQ(work.scheduler->RunDue(Now()), std::nullopt);
}

}  // namespace
}  // namespace tarn::catalog
