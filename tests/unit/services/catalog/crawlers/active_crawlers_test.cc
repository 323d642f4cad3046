#include "services/catalog/crawlers/active_crawlers.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>

#include "tests/support/forwarding_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/crawlers/crawlers_at_work.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ActiveCrawlers, CrawlAllOfANewDefinitionAndThenFollowEvents) {
  CrawlersAtWork work;
  work.fixture.Put("in/t/a.csv", "id\n1\n");
  work.Define("c", {{"targets", {"transformed/in"}}});
  const Crawl first = work.AwaitLast("c");
  EXPECT_EQ(first.trigger, kByDefinition);
  EXPECT_THAT(work.fixture.Tables(), ElementsAre("t(id BIGINT): in/t/a.csv"));
  work.fixture.Put("in/t/b.csv", "id\n1\n");
  ASSERT_TRUE(work.Settle());
  EXPECT_THAT(work.fixture.Tables(), ElementsAre("t(id BIGINT): in/t/a.csv in/t/b.csv"));
  EXPECT_EQ(work.AwaitLast("c").trigger, kByEvents);
}

TEST(ActiveCrawlers, CrawlNothingAgainAfterARestart) {
  CrawlersAtWork work;
  work.fixture.Put("in/t/a.csv", "id\n1\n");
  work.Define("c", {{"targets", {"transformed/in"}}});
  work.AwaitLast("c");
  work.Restart();
  EXPECT_EQ((*work.active->Get("c"))->runner().Unfinished(), 0);
  EXPECT_THAT(*work.fixture.catalog->crawls->List("", 10, "c"), SizeIs(1));
}

TEST(ActiveCrawlers, CatchUpWithWhatHappenedWhileTheyWereStopped) {
  CrawlersAtWork work;
  work.Define("c", {{"targets", {"transformed/in"}}});
  work.AwaitLast("c");
  work.active->Stop();
  work.fixture.Put("in/t/a.csv", "id\n1\n");
  work.Restart();
  ASSERT_TRUE(work.Settle());
  EXPECT_THAT(work.fixture.Tables(), ElementsAre("t(id BIGINT): in/t/a.csv"));
}

TEST(ActiveCrawlers, LookAtNothingWithoutEventsUntilTheyAreAsked) {
  CrawlersAtWork work;
  work.fixture.Put("in/t/a.csv", "id\n1\n");
  work.Define("c", {{"targets", {"transformed/in"}}, {"on_event", false}});
  ASSERT_TRUE(work.Settle());
  EXPECT_THAT(*work.fixture.catalog->crawls->List("", 10, "c"), IsEmpty());
  ASSERT_THAT((*work.active->Get("c"))->runner().Enqueue({}, *work.fixture.catalog->crawlers), IsOk());
  EXPECT_EQ(work.AwaitLast("c").state, CrawlState::kSucceeded);
}

TEST(ActiveCrawlers, FollowNoEventsWhileTheyArePausedAndAllOfThemAfterwards) {
  CrawlersAtWork work;
  work.Define("c", {{"targets", {"transformed/in"}}});
  work.AwaitLast("c");
  ASSERT_THAT((*work.active->Get("c"))->Pause(), IsOk());
  work.fixture.Put("in/t/a.csv", "id\n1\n");
  ASSERT_TRUE(work.Settle());
  EXPECT_THAT(work.fixture.Tables(), IsEmpty());
  work.Restart();
  ASSERT_TRUE(work.Settle());
  EXPECT_THAT(work.fixture.Tables(), IsEmpty());
  ASSERT_THAT((*work.active->Get("c"))->Resume(), IsOk());
  ASSERT_TRUE(work.Settle());
  EXPECT_THAT(work.fixture.Tables(), ElementsAre("t(id BIGINT): in/t/a.csv"));
}

TEST(ActiveCrawlers, CrawlAgainWhereADefinitionChanges) {
  CrawlersAtWork work;
  work.fixture.Put("in/t/a.csv", "id\n1\n");
  work.Define("c", {{"targets", {"transformed/in"}}});
  const std::string first = work.AwaitLast("c").id;
  work.Define(
      "c",
      {{"targets", {"transformed/in"}}, {"table_prefix", "x_"}, {"schema_change", {{"deleted", "delete"}}}});
  while (work.AwaitLast("c").id == first) std::this_thread::yield();
  EXPECT_THAT(work.fixture.Tables(), ElementsAre("x_t(id BIGINT): in/t/a.csv"));
}

TEST(ActiveCrawlers, StopTheOnesThatAreNotDefinedAnyMore) {
  CrawlersAtWork work;
  work.Define("c", {{"targets", {"transformed/in"}}});
  ASSERT_THAT(work.definitions->Remove("c"), IsOk());
  work.active->Sync();
  EXPECT_THAT(work.active->Get("c"), HasError(Code::kNotFound, "c"));
  EXPECT_THAT(work.active->List(), SizeIs(1));
}

TEST(ActiveCrawlers, DoNotWaitForOneAnother) {
  CrawlersAtWork work;
  work.active->Stop();
  ASSERT_THAT(work.fixture.store->EnsureBucket("raw"), IsOk());
  ASSERT_THAT(work.fixture.store->Put("raw", "slow/t/a.csv", "id\n1\n"), IsOk());
  ASSERT_THAT(work.definitions->Put("slow", {{"database", "d"}, {"targets", {"raw/slow"}}}), IsOk());
  // The first crawl that reads files stays at that until it is told to go on.
  std::atomic<bool> first = true;
  std::promise<void> reads, may_go_on;
  ForwardingStore store(*work.fixture.store, [&](const std::string& call) -> Status {
    if (call != "PinFiles" || !first.exchange(false)) return Ok();
    reads.set_value();
    may_go_on.get_future().wait();
    return Ok();
  });
  ActiveCrawlers crawlers(*work.definitions, work.fixture.ToolsOver(store));
  crawlers.Sync();
  reads.get_future().wait();

  work.fixture.Put("spotify/songs/a.csv", "id\n1\n");
  const auto quick = *crawlers.Get(kDefaultCrawler);
  EXPECT_TRUE(quick->WaitFor(*work.fixture.store->LastSequence(), std::chrono::seconds(30), {}));
  EXPECT_THAT(work.fixture.Resolve("songs").files, SizeIs(1));
  EXPECT_EQ((*crawlers.Get("slow"))->runner().Unfinished(), 1);
  EXPECT_THAT(work.fixture.Tables(), IsEmpty());

  may_go_on.set_value();
  EXPECT_EQ(work.AwaitLast("slow").state, CrawlState::kSucceeded);
  EXPECT_THAT(work.fixture.Tables(), ElementsAre("t(id BIGINT): slow/t/a.csv"));
  crawlers.Stop();
}

TEST(ActiveCrawlers, KnowTheBucketOfAllTheirEvents) {
  CrawlersAtWork work;
  EXPECT_EQ(work.active->Bucket(), "transformed");
  work.Define("c", {{"targets", {"raw/in"}}, {"on_event", false}});
  EXPECT_EQ(work.active->Bucket(), "transformed");
  work.Define("c", {{"targets", {"raw/in"}}});
  EXPECT_EQ(work.active->Bucket(), "");
}

}  // namespace
}  // namespace tarn::catalog
