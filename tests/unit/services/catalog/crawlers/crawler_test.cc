#include "services/catalog/crawlers/crawler.h"

#include <gmock/gmock.h>

#include "services/catalog/views/view_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/crawlers/crawler_fixture.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Crawl RequestedCrawl(const std::string& prefix = "") {
  Crawl crawl;
  crawl.id = "requested";
  crawl.trigger = "request";
  crawl.bucket = "transformed";
  crawl.prefix = prefix;
  crawl.created_at = Now();
  return crawl;
}

TEST(Crawler, MakesATableOfANewFile) {
  CrawlerFixture fixture;
  fixture.Put("spotify/songs/a.csv", "id,name\n1,x\n2,\"y, z\"\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  const TableSnapshot songs = fixture.Resolve("songs");
  EXPECT_EQ(songs.version, 1);
  EXPECT_THAT(CrawlerFixture::Columns(songs), ElementsAre("id BIGINT", "name VARCHAR"));
  EXPECT_THAT(CrawlerFixture::Files(songs), ElementsAre("spotify/songs/a.csv: 2"));
  const auto crawls = fixture.catalog->crawls->List("", 10);
  ASSERT_THAT(crawls, IsOk());
  ASSERT_THAT(*crawls, SizeIs(1));
  EXPECT_EQ(crawls->at(0).state, CrawlState::kSucceeded);
  EXPECT_EQ(crawls->at(0).counts.files_added, 1);
  EXPECT_THAT(fixture.registry.Render(), HasSubstr("tarn_catalog_tables 1"));
}

TEST(Crawler, ComparesTheBucketWhereEventsWereTrimmed) {
  CrawlerFixture fixture;
  fixture.Put("spotify/songs/gone.csv", "id\n1\n");
  fixture.Put("spotify/songs/same.csv", "id\n1\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  fixture.Delete("spotify/songs/gone.csv");
  fixture.Put("spotify/songs/new.csv", "id\n1\n2\n");
  fixture.Put("spotify/albums/a.csv", "id\n1\n");
  ASSERT_THAT(fixture.store->TrimEvents(*fixture.store->LastSequence(), 1000), IsOk());
  ASSERT_TRUE(fixture.Events(fixture.Cursor()).trimmed_before);
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  EXPECT_THAT(CrawlerFixture::Files(fixture.Resolve("songs")),
              ElementsAre("spotify/songs/new.csv: 2", "spotify/songs/same.csv: 1"));
  EXPECT_EQ(fixture.Resolve("albums").version, 1);
  EXPECT_EQ(fixture.Cursor(), *fixture.store->LastSequence());
}

TEST(Crawler, IgnoresWhatIsNoTable) {
  CrawlerFixture fixture;
  fixture.Put("spotify/songs/_SUCCESS", "x");
  fixture.Put("_tarn/songs/a.csv", "id\n1\n");
  fixture.Put("readme.csv", "id\n1\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  EXPECT_EQ(fixture.catalog->tables->Totals()->tables, 0);
  EXPECT_THAT(*fixture.catalog->crawls->List("", 10), IsEmpty());
  EXPECT_EQ(fixture.Cursor(), *fixture.store->LastSequence());
}

TEST(Crawler, ShowsACommitThatReplacesFilesInOneVersionOfEachTable) {
  CrawlerFixture fixture;
  fixture.Commit({{"spotify/songs/1.csv", "id\n1\n"}, {"spotify/albums/1.csv", "id\n1\n"}});
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  fixture.Commit({{"spotify/songs/1.csv", ""},
                  {"spotify/songs/2.csv", "id\n1\n2\n"},
                  {"spotify/songs/3.csv", "id\n3\n"}});
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  const TableSnapshot songs = fixture.Resolve("songs");
  EXPECT_EQ(songs.version, 2);
  EXPECT_THAT(CrawlerFixture::Files(songs), ElementsAre("spotify/songs/2.csv: 2", "spotify/songs/3.csv: 1"));
  EXPECT_EQ(fixture.Resolve("albums").version, 1);
}

TEST(Crawler, ReportsABadFileAndCatalogsTheOthers) {
  CrawlerFixture fixture;
  fixture.Commit({{"spotify/songs/good.csv", "a,b\n1,2\n"},
                  {"spotify/songs/ragged.csv", "a,b\n1,2\n3,4,5\n"},
                  {"spotify/songs/cut.parquet", "PAR1 and not much more"}});
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  EXPECT_THAT(CrawlerFixture::Files(fixture.Resolve("songs")), ElementsAre("spotify/songs/good.csv: 1"));
  const auto failed = fixture.catalog->tables->ListFailedFiles({"spotify", "songs"}, "", 10);
  ASSERT_THAT(failed, IsOk());
  EXPECT_THAT(*failed, ElementsAre(Field(&FailedFile::key, "spotify/songs/cut.parquet"),
                                   Field(&FailedFile::where, "line 3")));
  const Crawl crawl = fixture.catalog->crawls->List("", 1)->at(0);
  EXPECT_EQ(crawl.state, CrawlState::kPartiallySucceeded);
  EXPECT_THAT(crawl.failures, SizeIs(2));
}

TEST(Crawler, TellsOfATableThatItLeftAloneAndOfEachOfItsFiles) {
  CrawlerFixture fixture;
  ViewStore views(*fixture.catalog->writer, *fixture.catalog->writer);
  View view;
  view.name = {"spotify", "songs"};
  view.sql = "SELECT 1";
  ASSERT_THAT(views.Put(view, {}, {}), IsOk());
  fixture.Put("spotify/songs/a.csv", "id\n1\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  const auto crawls = fixture.catalog->crawls->List("", 10);
  ASSERT_THAT(crawls, IsOk());
  ASSERT_THAT(*crawls, SizeIs(1));
  const Crawl& crawl = crawls->at(0);
  EXPECT_EQ(crawl.state, CrawlState::kPartiallySucceeded);
  EXPECT_EQ(crawl.counts.files_failed, 1);
  ASSERT_THAT(crawl.failures, SizeIs(1));
  EXPECT_EQ(crawl.failures[0].file.key, "spotify/songs/a.csv");
  EXPECT_THAT(crawl.failures[0].file.detail, HasSubstr("there is a view"));
  EXPECT_THAT(crawl.notes, ElementsAre(HasSubstr("spotify.songs was left alone")));
}

TEST(Crawler, ReadsAFailedFileAgainWhenItIsReplaced) {
  CrawlerFixture fixture;
  fixture.Put("spotify/songs/a.csv", "a,b\n1,2\n3,4,5\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  fixture.Put("spotify/songs/a.csv", "a,b\n1,2\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  EXPECT_THAT(CrawlerFixture::Files(fixture.Resolve("songs")), ElementsAre("spotify/songs/a.csv: 1"));
  EXPECT_THAT(*fixture.catalog->tables->ListFailedFiles({"spotify", "songs"}, "", 10), IsEmpty());
}

TEST(Crawler, TakesAFileOutWhenItIsReplacedByABadOne) {
  CrawlerFixture fixture;
  fixture.Put("spotify/songs/a.csv", "a,b\n1,2\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  fixture.Put("spotify/songs/a.csv", "a,b\n1,2\n3,4,5\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  EXPECT_THAT(fixture.Resolve("songs").files, IsEmpty());
}

TEST(Crawler, LooksAheadWhenAFileIsReplacedBeforeItIsRead) {
  CrawlerFixture fixture;
  fixture.Commit({{"spotify/songs/1.csv", "id\n1\n"}, {"spotify/songs/2.csv", "id\n1\n"}});
  const auto page = fixture.Events(0);
  // By the time the page is handled one of its files is another one, and another one is gone.
  fixture.Commit({{"spotify/songs/1.csv", "id\n1\n2\n"},
                  {"spotify/songs/2.csv", ""},
                  {"spotify/songs/3.csv", "id\n7\n"}});
  ASSERT_THAT(fixture.crawler->HandleEvents(page), IsOk());
  EXPECT_THAT(CrawlerFixture::Files(fixture.Resolve("songs")),
              ElementsAre("spotify/songs/1.csv: 2", "spotify/songs/3.csv: 1"));
  EXPECT_EQ(fixture.Cursor(), page.last_sequence);

  // The events that were looked at ahead come again, and change nothing.
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  EXPECT_EQ(fixture.Resolve("songs").version, 1);
  EXPECT_EQ(fixture.Cursor(), *fixture.store->LastSequence());
}

TEST(Crawler, SkipsAFileThatVanishedWithoutAnEvent) {
  CrawlerFixture fixture;
  fixture.Commit({{"spotify/songs/1.csv", "id\n1\n"}, {"spotify/songs/2.csv", "id\n2\n"}});
  std::filesystem::remove(fixture.directory / "lake/transformed/spotify/songs/1.csv");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  EXPECT_THAT(CrawlerFixture::Files(fixture.Resolve("songs")), ElementsAre("spotify/songs/2.csv: 1"));
  EXPECT_EQ(fixture.catalog->crawls->List("", 1)->at(0).counts.files_vanished, 1);
}

TEST(Crawler, ChangesNothingWhenEventsAreReplayed) {
  CrawlerFixture fixture;
  fixture.Put("spotify/songs/a.csv", "id\n1\n");
  const auto page = fixture.Events(0);
  ASSERT_THAT(fixture.crawler->HandleEvents(page), IsOk());
  ASSERT_THAT(fixture.crawler->HandleEvents(page), IsOk());
  EXPECT_EQ(fixture.Resolve("songs").version, 1);
}

TEST(Crawler, RepeatsACrawlWhoseCommitFailedWithTheSameResult) {
  CrawlerFixture fixture;
  fixture.Put("spotify/songs/a.csv", "id\n1\n");
  // The disk fails in the middle of the transaction: a trigger stands for it.
  ASSERT_THAT(fixture.catalog->writer->Execute(
                  "CREATE TRIGGER broken BEFORE INSERT ON cursors BEGIN SELECT RAISE(ABORT, 'disk'); END"),
              IsOk());
  EXPECT_FALSE(fixture.CrawlEvents().ok());
  EXPECT_EQ(fixture.catalog->tables->Totals()->tables, 0);
  EXPECT_EQ(fixture.Cursor(), 0);

  ASSERT_THAT(fixture.catalog->writer->Execute("DROP TRIGGER broken"), IsOk());
  fixture.Reopen();
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  EXPECT_THAT(CrawlerFixture::Files(fixture.Resolve("songs")), ElementsAre("spotify/songs/a.csv: 1"));
}

// Statements read the versions that a table names, and the overwritten one is gone.
TEST(Crawler, NamesTheNewVersionOfAnObjectThatIsOverwrittenWithTheSameContent) {
  CrawlerFixture fixture;
  const auto before = fixture.Put("spotify/songs/a.csv", "id\n1\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  const auto after = fixture.Put("spotify/songs/a.csv", "id\n1\n");
  ASSERT_EQ(before.etag, after.etag);
  ASSERT_NE(before.version, after.version);
  fixture.Run(*fixture.crawler);
  const TableSnapshot songs = fixture.Resolve("songs");
  ASSERT_THAT(songs.files, SizeIs(1));
  EXPECT_EQ(songs.files[0].version, after.version);
  EXPECT_THAT(fixture.store->PinFiles({{"transformed", "spotify/songs/a.csv", songs.files[0].version}}), IsOk());
  const auto versions = fixture.catalog->tables->ListVersions({"spotify", "songs"}, 0, 10);
  ASSERT_THAT(*versions, SizeIs(2));
  EXPECT_FALSE(versions->at(0).schema_changed);
}

TEST(Crawler, TypesHivePartitions) {
  CrawlerFixture fixture;
  fixture.Put("spotify/plays/year=2023/month=07/a.csv", "n\n1\n");
  fixture.Put("spotify/plays/year=2024/month=11/a.csv", "n\n1\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  const TableSnapshot plays = fixture.Resolve("plays");
  EXPECT_THAT(CrawlerFixture::Columns(plays),
              ElementsAre("n BIGINT", "year BIGINT, a key", "month VARCHAR, a key"));
  EXPECT_THAT(plays.files.at(0).partition,
              ElementsAre(PartitionValue{"year", "2023"}, PartitionValue{"month", "07"}));
}

TEST(Crawler, ReconcilesTheTablesWithTheBucket) {
  CrawlerFixture fixture;
  fixture.Put("spotify/songs/a.csv", "id\n1\n");
  fixture.Put("spotify/songs/b.csv", "id\n2\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  fixture.Delete("spotify/songs/a.csv");
  fixture.Put("spotify/songs/c.csv", "id\n3\n");
  Crawl crawl = RequestedCrawl();
  ASSERT_THAT(fixture.crawler->Reconcile(crawl), IsOk());
  EXPECT_EQ(crawl.state, CrawlState::kSucceeded);
  EXPECT_EQ(crawl.counts.files_added, 1);
  EXPECT_EQ(crawl.counts.files_removed, 1);
  EXPECT_THAT(CrawlerFixture::Files(fixture.Resolve("songs")),
              ElementsAre("spotify/songs/b.csv: 1", "spotify/songs/c.csv: 1"));

  // The events of the same changes come later, and change nothing.
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  EXPECT_EQ(fixture.Resolve("songs").version, 2);
  Crawl again = RequestedCrawl();
  ASSERT_THAT(fixture.crawler->Reconcile(again), IsOk());
  EXPECT_EQ(again.state, CrawlState::kUnchanged);
}

TEST(Crawler, ReconcilesBelowAPrefixOnly) {
  CrawlerFixture fixture;
  fixture.Put("spotify/songs/a.csv", "id\n1\n");
  fixture.Put("spotify/albums/a.csv", "id\n1\n");
  Crawl crawl = RequestedCrawl("spotify/songs/");
  ASSERT_THAT(fixture.crawler->Reconcile(crawl), IsOk());
  EXPECT_THAT(*fixture.catalog->tables->ListTables("spotify", "", 10),
              ElementsAre(Field(&Table::name, TableName{"spotify", "songs"})));
}

TEST(Crawler, ReadsFailedFilesAgainOnRequest) {
  CrawlerFixture fixture;
  fixture.Put("spotify/songs/a.csv", "a,b\n1,2\n3,4,5\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  Crawl crawl = RequestedCrawl();
  ASSERT_THAT(fixture.crawler->Reconcile(crawl), IsOk());
  EXPECT_EQ(crawl.counts.files_failed, 1);
  EXPECT_EQ(crawl.state, CrawlState::kPartiallySucceeded);
}

TEST(Crawler, EndsWithoutAnyEffectWhenItIsStopped) {
  CrawlerFixture fixture;
  fixture.Put("spotify/songs/a.csv", "id\n1\n");
  fixture.crawler->Stop();
  EXPECT_THAT(fixture.CrawlEvents(), HasError(Code::kCancelled, ""));
  EXPECT_EQ(fixture.Cursor(), 0);
  EXPECT_EQ(fixture.catalog->tables->Totals()->tables, 0);
}

}  // namespace
}  // namespace tarn::catalog
