#include "services/catalog/crawlers/crawl_store.h"

#include <gmock/gmock.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::Field;

Crawl MakeCrawl(const std::string& id, CrawlState state) {
  Crawl crawl;
  crawl.id = id;
  crawl.trigger = "request";
  crawl.bucket = "transformed";
  crawl.state = state;
  crawl.created_at = FromUnixMillis(1'700'000'000'123);
  return crawl;
}

TEST(CrawlStore, GivesACrawlBackAsItWasSaved) {
  CatalogFixture catalog;
  Crawl crawl = MakeCrawl("1", CrawlState::kFailed);
  crawl.counts.files_vanished = 6;
  crawl.counts.tables_changed = 7;
  crawl.counts.partitions_added = 8;
  crawl.Skip(SkipReason::kExcluded, "k");
  crawl.notes = {"a note"};
  crawl.recrawl = Recrawl::kEverything;
  crawl.scheduled_for = FromUnixMillis(8);
  crawl.tables = {{{"spotify", "songs"}, TableOutcome::kCreated, 9, 3, 2}};
  crawl.failures = {{{"spotify", "songs"},
                     {"transformed", "k", "v", "unprocessable", "ragged", "line 3", "1", FromUnixMillis(5)}}};
  crawl.started_at = FromUnixMillis(6);
  crawl.finished_at = FromUnixMillis(7);
  crawl.error = Error(Code::kUnavailable, "away").At("there");
  ASSERT_THAT(catalog.crawls->Save(crawl), IsOk());

  const auto loaded = catalog.crawls->Get("1");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->state, CrawlState::kFailed);
  EXPECT_EQ(loaded->counts.files_vanished, 6);
  EXPECT_EQ(loaded->counts.tables_changed, 7);
  EXPECT_EQ(loaded->counts, crawl.counts);
  EXPECT_EQ(loaded->skipped.at(SkipReason::kExcluded).example, "k");
  EXPECT_EQ(loaded->notes, crawl.notes);
  EXPECT_EQ(loaded->recrawl, Recrawl::kEverything);
  EXPECT_EQ(loaded->scheduled_for, crawl.scheduled_for);
  EXPECT_EQ(loaded->tables.at(0).outcome, TableOutcome::kCreated);
  EXPECT_EQ(loaded->tables.at(0).version, 9);
  EXPECT_EQ(loaded->failures.at(0).file.where, "line 3");
  EXPECT_EQ(loaded->failures.at(0).file.failed_at, FromUnixMillis(5));
  EXPECT_EQ(loaded->created_at, crawl.created_at);
  EXPECT_EQ(loaded->finished_at, crawl.finished_at);
  EXPECT_EQ(loaded->error->code(), Code::kUnavailable);
  EXPECT_EQ(loaded->error->where(), "there");
}

TEST(CrawlStore, ListsNewestFirstInPages) {
  CatalogFixture catalog;
  for (const char* id : {"1", "2", "3"})
    ASSERT_THAT(catalog.crawls->Save(MakeCrawl(id, CrawlState::kSucceeded)), IsOk());
  EXPECT_THAT(*catalog.crawls->List("", 2), ElementsAre(Field(&Crawl::id, "3"), Field(&Crawl::id, "2")));
  EXPECT_THAT(*catalog.crawls->List("2", 2), ElementsAre(Field(&Crawl::id, "1")));
  EXPECT_THAT(catalog.crawls->Get("4"), HasError(Code::kNotFound, "4"));
}

TEST(CrawlStore, ForgetsOldReportsButNoCrawlThatIsStillToRun) {
  CatalogFixture catalog;
  CrawlStore crawls(*catalog.writer, 2);
  ASSERT_THAT(crawls.Save(MakeCrawl("1", CrawlState::kQueued)), IsOk());
  for (const char* id : {"2", "3", "4"})
    ASSERT_THAT(crawls.Save(MakeCrawl(id, CrawlState::kSucceeded)), IsOk());
  EXPECT_THAT(*crawls.List("", 10),
              ElementsAre(Field(&Crawl::id, "4"), Field(&Crawl::id, "3"), Field(&Crawl::id, "1")));
  EXPECT_THAT(*crawls.Unfinished(kDefaultCrawler), ElementsAre(Field(&Crawl::id, "1")));
}

TEST(CrawlStore, ListsTheCrawlsOfOneCrawler) {
  CatalogFixture catalog;
  for (const char* id : {"1", "2", "3"}) {
    Crawl crawl = MakeCrawl(id, CrawlState::kQueued);
    if (std::string(id) == "2") crawl.crawler = "sales";
    ASSERT_THAT(catalog.crawls->Save(crawl), IsOk());
  }
  EXPECT_THAT(*catalog.crawls->List("", 10, "sales"), ElementsAre(Field(&Crawl::id, "2")));
  EXPECT_THAT(*catalog.crawls->Unfinished("sales"), ElementsAre(Field(&Crawl::id, "2")));
  EXPECT_THAT(*catalog.crawls->Unfinished(kDefaultCrawler),
              ElementsAre(Field(&Crawl::id, "1"), Field(&Crawl::id, "3")));
}

TEST(CrawlStore, NeverMovesACursorBack) {
  CatalogFixture catalog;
  EXPECT_EQ(*catalog.crawls->Cursor("sales"), std::nullopt);
  ASSERT_THAT(catalog.crawls->MoveCursor("sales", 7), IsOk());
  ASSERT_THAT(catalog.crawls->MoveCursor("sales", 5), IsOk());
  EXPECT_EQ(*catalog.crawls->Cursor("sales"), 7);
  EXPECT_EQ(*catalog.crawls->Cursor(kDefaultCrawler), std::nullopt);
}

}  // namespace
}  // namespace tarn::catalog
