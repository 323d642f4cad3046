#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/crawlers/crawler_fixture.h"
#include "tests/unit/services/catalog/inference/inspection_fixture.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;

std::string ParquetFile() {
  InspectionFixture fixture;
  std::ifstream file(fixture.WriteQuery("a.parquet", "SELECT 1 AS id", " (FORMAT parquet)"),
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(CrawlerRules, MakeATableOfEachFolderOfEachTarget) {
  CrawlerFixture fixture;
  ASSERT_THAT(fixture.store->EnsureBucket("raw"), IsOk());
  ASSERT_THAT(fixture.store->Put("raw", "old/users/1.csv", "id\n1\n"), IsOk());
  fixture.Put("in/songs/1.csv", "id\n1\n");
  fixture.Put("elsewhere/songs/1.csv", "id\n1\n");
  const auto crawler = fixture.Make("targets: [transformed/in, raw/old]\ntable_prefix: x_\n");
  const Crawl crawl = fixture.Run(*crawler);
  EXPECT_EQ(crawl.state, CrawlState::kSucceeded);
  EXPECT_THAT(fixture.Tables(),
              ElementsAre("x_songs(id BIGINT): in/songs/1.csv", "x_users(id BIGINT): old/users/1.csv"));
  EXPECT_EQ(crawl.counts.tables_added, 2);
  EXPECT_EQ(crawl.counts.files_seen, 2);
}

TEST(CrawlerRules, SayWhatWasLeftOutAndWhy) {
  CrawlerFixture fixture;
  fixture.Put("in/t/a.csv", "id\n1\n");
  fixture.Put("in/t/b.json", "{\"id\": 1}");
  fixture.Put("in/t/_SUCCESS", "x");
  fixture.Put("in/t/empty.csv", "");
  fixture.Put("in/t/readme.txt", "x");
  fixture.Put("in/beside.csv", "id\n1\n");
  const auto crawler = fixture.Make("targets: [{bucket: transformed, prefix: in, exclude: ['**.json']}]");
  const Crawl crawl = fixture.Run(*crawler);
  EXPECT_THAT(fixture.Tables(), ElementsAre("t(id BIGINT): in/t/a.csv"));
  EXPECT_EQ(crawl.counts.files_seen, 6);
  EXPECT_EQ(crawl.counts.files_skipped, 5);
  EXPECT_EQ(crawl.skipped.at(SkipReason::kExcluded).example, "in/t/b.json");
  EXPECT_EQ(crawl.skipped.at(SkipReason::kHidden).example, "in/t/_SUCCESS");
  EXPECT_EQ(crawl.skipped.at(SkipReason::kMarker).example, "in/t/empty.csv");
  EXPECT_EQ(crawl.skipped.at(SkipReason::kNoFormat).example, "in/t/readme.txt");
  EXPECT_EQ(crawl.skipped.at(SkipReason::kBesideFolders).example, "in/beside.csv");
  EXPECT_EQ(crawl.state, CrawlState::kSucceeded);
}

TEST(CrawlerRules, TakeAFileOutThatIsNoDataFileAnyMore) {
  CrawlerFixture fixture;
  fixture.Put("in/t/a.csv", "id\n1\n");
  fixture.Put("in/t/b.csv", "id\n1\n");
  const auto crawler = fixture.Make("targets: [transformed/in]");
  ASSERT_THAT(fixture.CrawlEvents(*crawler), IsOk());
  fixture.Put("in/t/a.csv", "");
  ASSERT_THAT(fixture.CrawlEvents(*crawler), IsOk());
  EXPECT_THAT(fixture.Tables(), ElementsAre("t(id BIGINT): in/t/b.csv"));
}

TEST(CrawlerRules, ReadPositionalPartitionsWithTypes) {
  CrawlerFixture fixture;
  fixture.Put("in/t/2023/07/a.csv", "n\n1\n");
  fixture.Put("in/t/2024/11/a.csv", "n\n1\n");
  fixture.Put("in/t/2024/soon/a.csv", "n\n1\n");
  const auto crawler = fixture.Make(
      "targets: [transformed/in]\npartitions: {style: positional, names: [year, month], types: {month: "
      "BIGINT}}");
  const Crawl crawl = fixture.Run(*crawler);
  EXPECT_THAT(fixture.Tables(), ElementsAre("t(n BIGINT, year BIGINT, month BIGINT): in/t/2023/07/a.csv "
                                            "in/t/2024/11/a.csv"));
  ASSERT_THAT(crawl.failures, SizeIs(1));
  EXPECT_THAT(crawl.failures[0].file.detail, HasSubstr("partition key month is no BIGINT: soon"));
  EXPECT_EQ(crawl.counts.partitions_added, 2);
}

TEST(CrawlerRules, CountPartitionsThatComeAndGo) {
  CrawlerFixture fixture;
  fixture.Put("in/t/y=1/a.csv", "n\n1\n");
  fixture.Put("in/t/y=2/a.csv", "n\n1\n");
  const auto crawler = fixture.Make("targets: [transformed/in]");
  EXPECT_EQ(fixture.Run(*crawler).counts.partitions_added, 2);
  fixture.Put("in/t/y=2/a.csv", "n\n2\n");
  fixture.Delete("in/t/y=1/a.csv");
  fixture.Put("in/t/y=3/a.csv", "n\n1\n");
  fixture.Put("in/t/y=3/b.csv", "n\n1\n");
  const Crawl crawl = fixture.Run(*crawler);
  EXPECT_EQ(crawl.counts.partitions_added, 1);
  EXPECT_EQ(crawl.counts.partitions_removed, 1);
  EXPECT_EQ(crawl.counts.tables_updated, 1);
}

TEST(CrawlerRules, GroupFoldersThatAreAlike) {
  CrawlerFixture fixture;
  fixture.Put("in/songs/2023/a.csv", "id,name,artist\n1,x,y\n");
  fixture.Put("in/songs/2024/a.csv", "id,name,artist,year\n1,x,y,2\n");
  fixture.Put("in/users/a.csv", "user,mail\n1,x\n");
  const auto crawler = fixture.Make("targets: [transformed/in]\ngrouping: similar");
  const Crawl crawl = fixture.Run(*crawler);
  EXPECT_THAT(fixture.Tables(),
              ElementsAre("songs(id BIGINT, name VARCHAR, artist VARCHAR, year BIGINT): in/songs/2023/a.csv "
                          "in/songs/2024/a.csv",
                          "users(user BIGINT, mail VARCHAR): in/users/a.csv"));
  // What comes later joins the table of its folder, or says why it does not.
  fixture.Put("in/songs/2025/a.csv", "id,name,artist\n1,x,y\n");
  fixture.Put("in/songs/2025/odd.csv", "x,y\n1,2\n");
  fixture.Put("in/more/a.csv", "x,y\n1,2\n");
  ASSERT_THAT(fixture.CrawlEvents(*crawler), IsOk());
  EXPECT_THAT(fixture.Tables(), ElementsAre("more(x BIGINT, y BIGINT): in/more/a.csv",
                                            HasSubstr("in/songs/2025/a.csv"), HasSubstr("in/users/a.csv")));
  const auto failed = fixture.catalog->tables->ListFailedFiles({"d", "songs"}, "", 10);
  ASSERT_THAT(*failed, SizeIs(1));
  EXPECT_THAT(failed->at(0).detail, HasSubstr("only 0 of 100 columns in common"));
}

TEST(CrawlerRules, LetFilesOfOtherFormatsJoinIfTheyFit) {
  CrawlerFixture fixture;
  fixture.Put("in/t/a.csv", "id,name\n1,x\n");
  fixture.Put("in/t/b.csv", "id,name\n2,y\n");
  fixture.Put("in/t/fits.json", "{\"id\": 3, \"name\": \"z\"}");
  fixture.Put("in/t/schema.json", "{\"$schema\": \"x\", \"title\": \"y\"}");
  const auto crawler = fixture.Make("targets: [transformed/in]");
  const Crawl crawl = fixture.Run(*crawler);
  EXPECT_THAT(fixture.Tables(),
              ElementsAre("t(id BIGINT, name VARCHAR): in/t/a.csv in/t/b.csv in/t/fits.json"));
  ASSERT_THAT(crawl.failures, SizeIs(1));
  EXPECT_EQ(crawl.failures[0].file.key, "in/t/schema.json");
  EXPECT_THAT(crawl.failures[0].file.detail, HasSubstr("which is made of csv files"));
}

TEST(CrawlerRules, TellFoldersOfTheSameNameApart) {
  CrawlerFixture fixture;
  fixture.Put("in/Sales-1/a.csv", "id\n1\n");
  fixture.Put("in/sales 1/a.csv", "name\nx\n");
  const auto crawler = fixture.Make("targets: [transformed/in]");
  const Crawl crawl = fixture.Run(*crawler);
  const std::vector<std::string> before = fixture.Tables();
  EXPECT_THAT(before, ElementsAre("sales_1(id BIGINT): in/Sales-1/a.csv",
                                  MatchesRegex("sales_1_[0-9a-f]{8}\\(name VARCHAR\\): in/sales 1/a.csv")));
  EXPECT_THAT(crawl.notes, ElementsAre(HasSubstr("transformed/in/sales 1/ is called sales_1_")));
  fixture.Put("in/sales 1/b.csv", "name\nx\n");
  ASSERT_THAT(fixture.CrawlEvents(*crawler), IsOk());
  EXPECT_THAT(fixture.Tables().at(1), HasSubstr("in/sales 1/a.csv in/sales 1/b.csv"));
}

TEST(CrawlerRules, LeaveTablesOfOtherCrawlersAlone) {
  CrawlerFixture fixture;
  fixture.Put("d/t/a.csv", "id\n1\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  const auto crawler = fixture.Make("targets: [transformed/d]");
  fixture.Run(*crawler);
  EXPECT_THAT(fixture.Tables(), ElementsAre("t(id BIGINT): d/t/a.csv",
                                            MatchesRegex("t_[0-9a-f]{8}\\(id BIGINT\\): d/t/a.csv")));
}

TEST(CrawlerRules, ReadAllAgainWhereTheDefinitionChanged) {
  CrawlerFixture fixture;
  fixture.Put("in/songs/a/1.csv", "id\n1\n");
  fixture.Put("in/songs/b/1.csv", "id\n1\n");
  auto crawler = fixture.Make("targets: [transformed/in]");
  fixture.Run(*crawler);
  crawler = fixture.Make("targets: [transformed/in]\ngrouping: {level: 2}\nschema_change: {deleted: delete}");
  const Crawl crawl = fixture.Run(*crawler);
  EXPECT_EQ(crawl.counts.files_read, 2);
  EXPECT_THAT(fixture.Tables(), testing::Not(testing::Contains(HasSubstr("songs("))));
  EXPECT_THAT(fixture.Resolve("a", "d").files, SizeIs(1));
  EXPECT_THAT(fixture.Resolve("b", "d").files, SizeIs(1));
  EXPECT_EQ(fixture.Run(*crawler).state, CrawlState::kUnchanged);
}

TEST(CrawlerRules, TakeOutWhatATargetNoLongerHolds) {
  CrawlerFixture fixture;
  fixture.Put("in/t/a.csv", "id\n1\n");
  fixture.Put("old/t2/a.csv", "id\n1\n");
  auto crawler = fixture.Make("targets: [transformed/in, transformed/old]");
  fixture.Run(*crawler);
  crawler = fixture.Make("targets: [transformed/in]");
  const Crawl crawl = fixture.Run(*crawler);
  EXPECT_EQ(crawl.counts.files_removed, 1);
  EXPECT_EQ(crawl.counts.files_read, 0);
  EXPECT_THAT(fixture.Resolve("t2", "d").files, IsEmpty());
}

TEST(CrawlerRules, ReadWhatTheRecrawlSays) {
  CrawlerFixture fixture;
  fixture.Put("in/t/x/a.csv", "id\n1\n");
  const auto crawler = fixture.Make("targets: [transformed/in]");
  EXPECT_EQ(fixture.Run(*crawler).counts.files_read, 1);
  EXPECT_EQ(fixture.Run(*crawler).counts.files_read, 0);
  EXPECT_EQ(fixture.Run(*crawler, kByRequest, Recrawl::kEverything).counts.files_read, 1);
  fixture.Put("in/t/x/b.csv", "id\n1\n");
  fixture.Put("in/t/y/a.csv", "id\n1\n");
  fixture.Delete("in/t/x/a.csv");
  const Crawl folders = fixture.Run(*crawler, kByRequest, Recrawl::kNewFolders);
  EXPECT_EQ(folders.counts.files_read, 1);
  EXPECT_THAT(fixture.Tables(), ElementsAre("t(id BIGINT): in/t/x/a.csv in/t/y/a.csv"));
  fixture.Run(*crawler);
  EXPECT_THAT(fixture.Tables(), ElementsAre("t(id BIGINT): in/t/x/b.csv in/t/y/a.csv"));
}

TEST(CrawlerRules, ReadFilesAsTheClassifiersSay) {
  CrawlerFixture fixture;
  fixture.Put("in/t/a.log", "1.2.3.4 GET 200\n5.6.7.8 PUT 404\n");
  fixture.Put("in/t/b.log", "no such line\n");
  fixture.Put("in/u/a.txt", "1|x\n2|y\n");
  const auto crawler = fixture.Make(
      "targets: [transformed/in]\nclassifiers:\n"
      "  - {name: access, kind: regex, pattern: '(?P<ip>[0-9.]+) (?P<verb>[A-Z]+) (?P<status>[0-9]+)'}\n"
      "  - {name: pipes, kind: csv, delimiter: '|', header: false, names: [id, name]}\n");
  const Crawl crawl = fixture.Run(*crawler);
  EXPECT_THAT(fixture.Tables(), ElementsAre("t(ip VARCHAR, verb VARCHAR, status BIGINT): in/t/a.log",
                                            "u(id BIGINT, name VARCHAR): in/u/a.txt"));
  ASSERT_THAT(crawl.failures, SizeIs(1));
  EXPECT_EQ(crawl.failures[0].file.key, "in/t/b.log");
}

TEST(CrawlerRules, PlanWithoutWritingAnything) {
  CrawlerFixture fixture;
  fixture.Put("in/t/a.csv", "id\n1\n");
  fixture.Put("in/t/bad.parquet", "PAR1");
  const auto crawler = fixture.Make("targets: [transformed/in]");
  const auto planned = crawler->Plan({});
  ASSERT_THAT(planned, IsOk());
  ASSERT_THAT(planned->tables, SizeIs(1));
  EXPECT_EQ(planned->tables[0].outcome, TableOutcome::kCreated);
  EXPECT_EQ(planned->counts.files_failed, 1);
  EXPECT_THAT(fixture.Tables(), IsEmpty());
  EXPECT_THAT(*fixture.catalog->crawls->List("", 10), IsEmpty());
  EXPECT_THAT(*fixture.catalog->crawlers->Folders("c"), IsEmpty());
  fixture.Run(*crawler);
  EXPECT_EQ(crawler->Plan({})->state, CrawlState::kPartiallySucceeded);
}

TEST(CrawlerRules, RefuseWhatIsOverALimitBeforeAnythingChanges) {
  CrawlerFixture fixture;
  fixture.Put("in/a/1.csv", "id\n1\n");
  fixture.Put("in/b/1.csv", "id\n1\n");
  for (const char* limits : {"{files: 1}", "{tables: 1}", "{bytes: 7}"}) {
    const auto crawler = fixture.Make(std::string("targets: [transformed/in]\nlimits: ") + limits);
    const Crawl crawl = fixture.Run(*crawler);
    ASSERT_TRUE(crawl.error) << limits;
    EXPECT_THAT(crawl.error->message(), HasSubstr("raise limits.")) << limits;
    EXPECT_THAT(fixture.Tables(), IsEmpty());
  }
}

TEST(CrawlerRules, PassOverEventsOfACrawlThatCanNeverSucceed) {
  CrawlerFixture fixture;
  fixture.Put("in/a/1.csv", "id\n1\n");
  fixture.Put("in/b/1.csv", "id\n1\n");
  const auto crawler = fixture.Make("targets: [transformed/in]\nlimits: {tables: 1}");
  ASSERT_THAT(fixture.CrawlEvents(*crawler), IsOk());
  const auto crawls = fixture.catalog->crawls->List("", 10, "c");
  ASSERT_THAT(*crawls, SizeIs(1));
  EXPECT_EQ(crawls->at(0).state, CrawlState::kFailed);
  EXPECT_EQ(fixture.Cursor("c"), *fixture.store->LastSequence());
  // The objects were never read, so that a crawl with room for them finds them.
  const auto larger = fixture.Make("targets: [transformed/in]");
  fixture.Run(*larger);
  EXPECT_THAT(fixture.Tables(), SizeIs(2));
}

// Ten thousand are measured by bench/catalog.
TEST(CrawlerRules, MakeManyTablesInOneCrawlAndNameTheFirstThousand) {
  CrawlerFixture fixture;
  std::vector<std::pair<std::string, std::string>> files;
  const std::string parquet = ParquetFile();
  for (int i = 0; i < 1'100; ++i) files.push_back({"in/t" + std::to_string(i) + "/a.parquet", parquet});
  fixture.Commit(files);
  const auto crawler = fixture.Make("targets: [transformed/in]");
  const Crawl crawl = fixture.Run(*crawler);
  EXPECT_EQ(crawl.state, CrawlState::kSucceeded);
  EXPECT_EQ(crawl.counts.tables_added, 1'100);
  EXPECT_THAT(crawl.tables, SizeIs(1000));
  ASSERT_THAT(fixture.catalog->crawls->MoveCursor("c", *fixture.store->LastSequence()), IsOk());
  fixture.Put("in/t77/b.parquet", parquet);
  ASSERT_THAT(fixture.CrawlEvents(*crawler), IsOk());
  EXPECT_THAT(fixture.Resolve("t77", "d").files, SizeIs(2));
}

}  // namespace
}  // namespace tarn::catalog
