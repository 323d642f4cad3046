#include <gmock/gmock.h>

#include "services/catalog/tables/table_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Optional;

const TableName kSongs{"spotify", "songs"};
const std::vector<Column> kId = {{"id", "BIGINT"}};

TableChange Adding(std::vector<DataFile> files) { return {kSongs, std::move(files), {}, {}}; }

TableChange Removing(const std::string& key) { return {kSongs, {}, {{"transformed", key}}, {}}; }

class TableVersionsTest : public testing::Test {
 protected:
  Result<std::vector<TableReport>> CommitAt(int64_t second, const TableChange& change) {
    return catalog.tables->Commit({change}, {"crawl", FromUnixMillis(second * 1000)},
                                  [](const auto&) { return Ok(); });
  }

  Result<TableReport> Rollback(int64_t version) {
    const auto all_there = [](const auto&) { return std::vector<DataFile>(); };
    return catalog.tables->Rollback(kSongs, version, {"", FromUnixMillis(9'000'000)}, all_there);
  }

  std::vector<std::string> KeysAt(const TableRef& wanted) {
    std::vector<std::string> keys;
    const auto resolved = catalog.tables->Resolve({wanted});
    EXPECT_THAT(resolved, IsOk());
    if (!resolved.ok()) return keys;
    for (const DataFile& file : resolved->at(0)->files) keys.push_back(file.key + ' ' + file.version);
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  std::optional<KnownObject> Known(const std::string& key) {
    return catalog.tables->FindObject(kDefaultCrawler, "transformed", key).value();
  }

  CatalogFixture catalog;
};

TEST_F(TableVersionsTest, ReadsATableAsOfATime) {
  ASSERT_THAT(CommitAt(100, Adding({MakeFile("a", "v1", kId)})), IsOk());
  ASSERT_THAT(CommitAt(200, Adding({MakeFile("b", "v1", kId)})), IsOk());
  EXPECT_THAT(KeysAt({kSongs, {}, FromUnixMillis(100'000)}), ElementsAre("a v1"));
  EXPECT_THAT(KeysAt({kSongs, {}, FromUnixMillis(199'999)}), ElementsAre("a v1"));
  EXPECT_THAT(KeysAt({kSongs, {}, FromUnixMillis(500'000)}), ElementsAre("a v1", "b v1"));
  EXPECT_THAT(catalog.tables->Resolve({{kSongs, {}, FromUnixMillis(99'999)}}),
              HasError(Code::kNotFound, "no such version, or keeps it no longer"));
  EXPECT_THAT(catalog.tables->GetTableAt({kSongs, {}, FromUnixMillis(99'999)}),
              HasError(Code::kNotFound, "keeps the versions 1 to 2"));
}

TEST_F(TableVersionsTest, ShowsATableAsItWas) {
  ASSERT_THAT(CommitAt(100, Adding({MakeFile("a", "v1", kId)})), IsOk());
  ASSERT_THAT(CommitAt(200, Adding({MakeFile("b", "v1", {{"id", "BIGINT"}, {"name", "VARCHAR"}})})), IsOk());
  const auto table = catalog.tables->GetTableAt({kSongs, 1});
  ASSERT_THAT(table, IsOk());
  EXPECT_EQ(table->version, 1);
  EXPECT_EQ(table->files, 1);
  EXPECT_EQ(table->rows, 10);
  EXPECT_THAT(table->columns, ElementsAre(Field(&Column::name, "id")));
  EXPECT_EQ(table->updated_at, FromUnixMillis(100'000));
  EXPECT_THAT(catalog.tables->GetTableAt({kSongs, 7}), HasError(Code::kNotFound, "no version 7"));
}

TEST_F(TableVersionsTest, ListsTheFormerFilesOfAVersion) {
  ASSERT_THAT(CommitAt(1, Adding({MakeFile("a", "v1", kId), MakeFile("b", "v1", kId)})), IsOk());
  ASSERT_THAT(CommitAt(2, Adding({MakeFile("a", "v2", kId)})), IsOk());
  EXPECT_THAT(*catalog.tables->ListFormerFiles(kSongs, 1, 10), ElementsAre(Field(&DataFile::version, "v1")));
  EXPECT_THAT(*catalog.tables->ListFormerFiles(kSongs, 2, 10), IsEmpty());
  EXPECT_THAT(catalog.tables->ListFormerFiles(kSongs, 3, 10), HasError(Code::kNotFound, "no version 3"));
}

TEST_F(TableVersionsTest, TellsVersionsApartInBothDirections) {
  ASSERT_THAT(CommitAt(1, Adding({MakeFile("a", "v1", kId), MakeFile("b", "v1", kId)})), IsOk());
  TableChange change = Removing("b");
  change.added = {MakeFile("c", "v1", {{"id", "DOUBLE"}})};
  ASSERT_THAT(CommitAt(2, change), IsOk());
  const auto diff = catalog.tables->DiffVersions(kSongs, 1, 2);
  ASSERT_THAT(diff, IsOk());
  EXPECT_THAT(
      diff->changes,
      ElementsAre(Field(&SchemaChange::words,
                        "column \"id\" was widened from BIGINT to DOUBLE: 1 file has BIGINT (transformed/a) "
                        "and 1 file has DOUBLE (transformed/c)")));
  EXPECT_THAT(diff->added, ElementsAre("transformed/c"));
  EXPECT_THAT(diff->removed, ElementsAre("transformed/b"));
  const auto back = catalog.tables->DiffVersions(kSongs, 2, 1);
  EXPECT_THAT(back->changes, ElementsAre(Field(&SchemaChange::kind, SchemaChange::Kind::kTypeNarrowed)));
  EXPECT_THAT(back->added, ElementsAre("transformed/b"));
  EXPECT_THAT(catalog.tables->DiffVersions(kSongs, 1, 9), HasError(Code::kNotFound, "no version 9"));
}

TEST_F(TableVersionsTest, HoldsBackWhatARollbackTookOut) {
  ASSERT_THAT(CommitAt(1, Adding({MakeFile("a", "v1", kId)})), IsOk());
  ASSERT_THAT(CommitAt(2, Adding({MakeFile("b", "v1", kId)})), IsOk());
  const auto report = Rollback(1);
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->version, 3);
  EXPECT_EQ(report->files_removed, 1);
  EXPECT_THAT(KeysAt({kSongs}), ElementsAre("a v1"));
  // The next crawl of changes takes the object for known.
  ASSERT_TRUE(Known("b"));
  EXPECT_TRUE(Known("b")->held_back);
  EXPECT_THAT(*catalog.tables->KnownObjects(kDefaultCrawler, "transformed", ""),
              ElementsAre(testing::Pair("a", "v1"), testing::Pair("b", "v1")));
  const auto versions = catalog.tables->ListVersions(kSongs, 0, 10);
  EXPECT_THAT(versions->at(0).rollback_to, Optional(1));
  // One that reads everything brings it back.
  ASSERT_THAT(CommitAt(3, Adding({MakeFile("b", "v1", kId)})), IsOk());
  EXPECT_THAT(KeysAt({kSongs}), ElementsAre("a v1", "b v1"));
  EXPECT_FALSE(Known("b")->held_back);
}

TEST_F(TableVersionsTest, ForgetsWhatIsHeldBackWhenTheObjectGoes) {
  ASSERT_THAT(CommitAt(1, Adding({MakeFile("a", "v1", kId)})), IsOk());
  ASSERT_THAT(CommitAt(2, Adding({MakeFile("b", "v1", kId)})), IsOk());
  ASSERT_THAT(Rollback(1), IsOk());
  ASSERT_THAT(CommitAt(3, Removing("b")), IsOk());
  EXPECT_FALSE(Known("b"));
}

TEST_F(TableVersionsTest, RefusesARollbackToFilesThatAreGone) {
  ASSERT_THAT(CommitAt(1, Adding({MakeFile("a", "v1", kId)})), IsOk());
  ASSERT_THAT(CommitAt(2, Adding({MakeFile("a", "v2", kId)})), IsOk());
  const auto all_gone = [](const std::vector<DataFile>& files) { return files; };
  EXPECT_THAT(catalog.tables->Rollback(kSongs, 1, {"", Timestamp()}, all_gone),
              HasError(Code::kConflict, "transformed/a"));
  EXPECT_THAT(KeysAt({kSongs}), ElementsAre("a v2"));
  EXPECT_FALSE(Known("a")->held_back);
  EXPECT_THAT(Rollback(9), HasError(Code::kNotFound, "no version 9"));
}

TEST_F(TableVersionsTest, MakesNoVersionOfAFileThatIsReadAgainAsItWas) {
  ASSERT_THAT(CommitAt(1, Adding({MakeFile("a", "v1", kId)})), IsOk());
  const auto again = CommitAt(2, Adding({MakeFile("a", "v1", kId)}));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->at(0).outcome, TableOutcome::kUnchanged);
  EXPECT_EQ(again->at(0).version, 1);
}

TEST_F(TableVersionsTest, LeavesATableToTheCrawlerThatMadeIt) {
  ASSERT_THAT(CommitAt(1, Adding({MakeFile("a", "v1", kId)})), IsOk());
  TableChange change = Adding({MakeFile("b", "v1", kId)});
  change.crawler = "other";
  const auto refused = CommitAt(2, change);
  ASSERT_THAT(refused, IsOk());
  EXPECT_EQ(refused->at(0).outcome, TableOutcome::kRefused);
  EXPECT_THAT(refused->at(0).reason, testing::HasSubstr("spotify.songs belongs to the crawler default"));
  EXPECT_THAT(KeysAt({kSongs}), ElementsAre("a v1"));
}

TEST_F(TableVersionsTest, KnowsObjectsPerCrawlerAndFilesPerTable) {
  ASSERT_THAT(CommitAt(1, Adding({MakeFile("a", "v1", kId)})), IsOk());
  TableChange change{{"spotify", "all"}, {MakeFile("a", "v1", kId)}, {}, {}};
  change.crawler = "other";
  ASSERT_THAT(CommitAt(2, change), IsOk());
  EXPECT_EQ(catalog.tables->GetTable({"spotify", "all"})->crawler, "other");
  EXPECT_TRUE(catalog.tables->FindObject("other", "transformed", "a")->has_value());
  EXPECT_FALSE(catalog.tables->FindObject("third", "transformed", "a")->has_value());
  ASSERT_THAT(CommitAt(3, Removing("a")), IsOk());
  EXPECT_FALSE(Known("a"));
  EXPECT_TRUE(catalog.tables->FindObject("other", "transformed", "a")->has_value());
}

TEST_F(TableVersionsTest, KeepsIdsOfColumnsAboveAllThatWereEverGiven) {
  ASSERT_THAT(CommitAt(1, Adding({MakeFile("a", "v1", {{"x", "DATE"}, {"y", "DATE"}})})), IsOk());
  ASSERT_THAT(CommitAt(2, Adding({MakeFile("a", "v2", {{"x", "DATE"}})})), IsOk());
  ASSERT_THAT(CommitAt(3, Adding({MakeFile("a", "v3", {{"z", "DATE"}, {"x", "DATE"}})})), IsOk());
  EXPECT_THAT(catalog.tables->GetTable(kSongs)->columns,
              ElementsAre(Field(&Column::id, 1), Field(&Column::id, 3)));
}

}  // namespace
}  // namespace tarn::catalog
