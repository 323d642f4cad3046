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
  const auto planned = runner.Enqueue("");
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

TEST(CrawlRunner, TakesABoundedNumberOfRequests) {
  CrawlerFixture fixture;
  CrawlRunner runner(*fixture.crawler, *fixture.catalog->crawls,
                     fixture.metrics);  // not started: nothing is taken out
  for (int i = 0; i < 100; ++i) ASSERT_THAT(runner.Enqueue(""), IsOk());
  EXPECT_THAT(runner.Enqueue(""), HasError(Code::kResourceExhausted, "100"));
}

}  // namespace
}  // namespace tarn::catalog
