#include "services/catalog/crawlers/crawl_runner.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/crawlers/crawler_fixture.h"

namespace tarn::catalog {
namespace {

Crawl AwaitEnd(CrawlStore& crawls, const std::string& id) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (true) {
    Crawl crawl = crawls.Get(id).value();
    if (crawl.finished() || std::chrono::steady_clock::now() > deadline) return crawl;
    std::this_thread::yield();
  }
}

TEST(CrawlRunner, RunsARequestedCrawl) {
  CrawlerFixture fixture;
  fixture.Put("spotify/songs/a.csv", "id\n1\n");
  CrawlRunner runner(*fixture.crawler, *fixture.catalog->crawls, fixture.metrics);
  ASSERT_THAT(runner.Start(), IsOk());
  const auto planned = runner.Enqueue({}, *fixture.catalog->crawlers);
  ASSERT_THAT(planned, IsOk());
  const Crawl crawl = AwaitEnd(*fixture.catalog->crawls, planned->id);
  EXPECT_EQ(crawl.state, CrawlState::kSucceeded);
  EXPECT_EQ(crawl.progress(), 1);
  EXPECT_THAT(CrawlerFixture::Files(fixture.Resolve("songs")),
              testing::ElementsAre("spotify/songs/a.csv: 1"));
}

TEST(CrawlRunner, RunsWhatAFormerProcessLeft) {
  CrawlerFixture fixture;
  fixture.Put("spotify/songs/a.csv", "id\n1\n");
  Crawl left;
  left.id = "left";
  left.trigger = "request";
  left.bucket = "transformed";
  left.state = CrawlState::kRunning;
  left.counts.files_read = 3;
  ASSERT_THAT(fixture.catalog->crawls->Save(left), IsOk());
  CrawlRunner runner(*fixture.crawler, *fixture.catalog->crawls, fixture.metrics);
  ASSERT_THAT(runner.Start(), IsOk());
  const Crawl crawl = AwaitEnd(*fixture.catalog->crawls, "left");
  EXPECT_EQ(crawl.state, CrawlState::kSucceeded);
  EXPECT_EQ(crawl.counts.files_read, 1);
}

TEST(CrawlRunner, LeavesTheCrawlsOfOthersAlone) {
  CrawlerFixture fixture;
  Crawl left;
  left.id = "left";
  left.crawler = "sales";
  ASSERT_THAT(fixture.catalog->crawls->Save(left), IsOk());
  CrawlRunner runner(*fixture.crawler, *fixture.catalog->crawls, fixture.metrics);
  ASSERT_THAT(runner.Start(), IsOk());
  EXPECT_EQ(runner.Unfinished(), 0);
}

TEST(CrawlRunner, CancelsACrawlThatWaits) {
  CrawlerFixture fixture;
  CrawlRunner runner(*fixture.crawler, *fixture.catalog->crawls, fixture.metrics);  // not started
  const auto planned = runner.Enqueue({}, *fixture.catalog->crawlers);
  ASSERT_THAT(planned, IsOk());
  ASSERT_THAT(runner.Cancel(planned->id), IsOk());
  EXPECT_EQ(fixture.catalog->crawls->Get(planned->id)->state, CrawlState::kCancelled);
  EXPECT_EQ(runner.Unfinished(), 0);
  EXPECT_THAT(runner.Cancel(planned->id), HasError(Code::kNotFound, planned->id));
}

TEST(CrawlRunner, CancelsACrawlThatRuns) {
  CrawlerFixture fixture;
  for (int i = 0; i < 300; ++i) fixture.Put("spotify/songs/" + std::to_string(i) + ".csv", "id\n1\n");
  CrawlRunner runner(*fixture.crawler, *fixture.catalog->crawls, fixture.metrics);
  ASSERT_THAT(runner.Start(), IsOk());
  const auto planned = runner.Enqueue({}, *fixture.catalog->crawlers);
  ASSERT_THAT(planned, IsOk());
  while (fixture.catalog->crawls->Get(planned->id)->state == CrawlState::kQueued) std::this_thread::yield();
  ASSERT_THAT(runner.Cancel(planned->id), IsOk());
  EXPECT_EQ(AwaitEnd(*fixture.catalog->crawls, planned->id).state, CrawlState::kCancelled);
  EXPECT_EQ(fixture.catalog->tables->Totals()->tables, 0);
}

TEST(CrawlRunner, ReportsACrawlThatFailed) {
  CrawlerFixture fixture;
  fixture.Put("in/t/a.csv", "id\n1\n");
  fixture.Put("in/t/b.csv", "id\n1\n");
  const auto limited = fixture.Make("targets: [transformed/in]\nlimits: {files: 1}\n");
  CrawlRunner runner(*limited, *fixture.catalog->crawls, fixture.metrics);
  ASSERT_THAT(runner.Start(), IsOk());
  const auto planned = runner.Enqueue({}, *fixture.catalog->crawlers);
  const Crawl crawl = AwaitEnd(*fixture.catalog->crawls, planned->id);
  EXPECT_EQ(crawl.state, CrawlState::kFailed);
  EXPECT_THAT(crawl.error->message(), testing::HasSubstr("limits.files"));
}

TEST(CrawlRunner, TakesABoundedNumberOfRequests) {
  CrawlerFixture fixture;
  CrawlRunner runner(*fixture.crawler, *fixture.catalog->crawls,
                     fixture.metrics);  // not started: nothing is taken out
  for (int i = 0; i < 100; ++i) ASSERT_THAT(runner.Enqueue({}, *fixture.catalog->crawlers), IsOk());
  EXPECT_THAT(runner.Enqueue({}, *fixture.catalog->crawlers), HasError(Code::kResourceExhausted, "100"));
}

}  // namespace
}  // namespace tarn::catalog
