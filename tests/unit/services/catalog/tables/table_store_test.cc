#include "services/catalog/tables/table_store.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

const TableName kSongs{"spotify", "songs"};
const std::vector<Column> kId = {{"id", "BIGINT"}};

TableChange Adding(std::vector<DataFile> files, const TableName& name = kSongs) {
  return {name, std::move(files), {}, {}};
}

TableChange Removing(std::vector<std::string> keys) {
  TableChange change{kSongs, {}, {}, {}};
  for (std::string& key : keys) change.removed.push_back({"transformed", std::move(key)});
  return change;
}

FailedFile Failure(const std::string& key, const std::string& version) {
  return {"transformed", key, version, "unprocessable", "ragged", "line 3", "crawl", FromUnixMillis(0)};
}

TableSnapshot ResolveOne(CatalogFixture& catalog, const TableName& name = kSongs) {
  auto resolved = catalog.tables->Resolve({{name}});
  return resolved.value().at(0).value();
}

TEST(TableStore, MakesATableWithItsFirstFile) {
  CatalogFixture catalog;
  const auto committed = catalog.Commit({Adding({MakeFile("spotify/songs/a.parquet", "v1", kId)})});
  ASSERT_THAT(committed, IsOk());
  ASSERT_EQ(committed->size(), 1u);
  EXPECT_EQ(committed->at(0).version, 1);

  const auto table = catalog.tables->GetTable(kSongs);
  ASSERT_THAT(table, IsOk());
  EXPECT_THAT(table->columns, ElementsAre(Column{"id", "BIGINT", false, 1}));
  EXPECT_EQ(table->files, 1);
  EXPECT_EQ(table->rows, 10);
  EXPECT_EQ(table->size_bytes, 1000u);
  EXPECT_THAT(*catalog.tables->ListDatabases("", 10), ElementsAre(Field(&Database::name, "spotify")));
}

TEST(TableStore, AddsAndRemovesFilesOfOneChangeInOneVersion) {
  CatalogFixture catalog;
  ASSERT_THAT(catalog.Commit({Adding({MakeFile("a", "v1", kId), MakeFile("b", "v1", kId)})}), IsOk());
  TableChange change = Removing({"a"});
  change.added = {MakeFile("c", "v2", kId), MakeFile("d", "v2", kId)};
  ASSERT_THAT(catalog.Commit({change}), IsOk());

  const TableSnapshot snapshot = ResolveOne(catalog);
  EXPECT_EQ(snapshot.version, 2);
  EXPECT_THAT(snapshot.files, ElementsAre(Field(&DataFile::key, "b"), Field(&DataFile::key, "c"),
                                          Field(&DataFile::key, "d")));
}

TEST(TableStore, ReplacesAFileByItsKey) {
  CatalogFixture catalog;
  ASSERT_THAT(catalog.Commit({Adding({MakeFile("a", "v1", kId)})}), IsOk());
  ASSERT_THAT(catalog.Commit({Adding({MakeFile("a", "v2", kId)})}), IsOk());
  EXPECT_THAT(ResolveOne(catalog).files, ElementsAre(Field(&DataFile::version, "v2")));
  EXPECT_EQ(catalog.tables->GetTable(kSongs)->rows, 10);
}

TEST(TableStore, MakesNoVersionWhenNothingChanges) {
  CatalogFixture catalog;
  ASSERT_THAT(catalog.Commit({Adding({MakeFile("a", "v1", kId)})}), IsOk());
  const auto committed = catalog.Commit({Removing({"never was there"})});
  ASSERT_THAT(committed, IsOk());
  EXPECT_THAT(*committed, ElementsAre(Field(&TableReport::outcome, TableOutcome::kUnchanged)));
  EXPECT_EQ(ResolveOne(catalog).version, 1);
}

TEST(TableStore, ForgetsAColumnWhenTheLastFileThatHasItIsGone) {
  CatalogFixture catalog;
  ASSERT_THAT(catalog.Commit({Adding({MakeFile("a", "v1", {{"id", "VARCHAR"}, {"old", "DATE"}})})}), IsOk());
  ASSERT_THAT(catalog.Commit({Adding({MakeFile("b", "v1", {{"id", "BIGINT"}, {"new", "DATE"}})})}), IsOk());
  EXPECT_THAT(ResolveOne(catalog).columns,
              ElementsAre(Column{"id", "VARCHAR", false, 1}, Column{"old", "DATE", false, 2},
                          Column{"new", "DATE", false, 3}));
  ASSERT_THAT(catalog.Commit({Removing({"a"})}), IsOk());
  EXPECT_THAT(ResolveOne(catalog).columns, ElementsAre(Column{"id", "BIGINT", false, 1}, Column{"new", "DATE", false, 3}));
}

TEST(TableStore, KeepsATableWhoseFilesAreAllGoneWithItsSchema) {
  CatalogFixture catalog;
  ASSERT_THAT(catalog.Commit({Adding({MakeFile("a", "v1", kId)})}), IsOk());
  ASSERT_THAT(catalog.Commit({Removing({"a"})}), IsOk());
  const TableSnapshot snapshot = ResolveOne(catalog);
  EXPECT_THAT(snapshot.files, IsEmpty());
  EXPECT_THAT(snapshot.columns, ElementsAre(Column{"id", "BIGINT", false, 1}));
  EXPECT_EQ(catalog.tables->GetTable(kSongs)->files, 0);
}

TEST(TableStore, TakesAFailedFileOutOfItsTableUntilItIsReplaced) {
  CatalogFixture catalog;
  ASSERT_THAT(catalog.Commit({Adding({MakeFile("a", "v1", kId)})}), IsOk());
  ASSERT_THAT(catalog.Commit({TableChange{kSongs, {}, {}, {Failure("a", "v2")}}}), IsOk());
  EXPECT_THAT(ResolveOne(catalog).files, IsEmpty());
  EXPECT_THAT(*catalog.tables->ListFailedFiles(kSongs, "", 10),
              ElementsAre(Field(&FailedFile::where, "line 3")));
  EXPECT_TRUE(catalog.tables->FindObject(kDefaultCrawler, "transformed", "a")->value().failed);

  ASSERT_THAT(catalog.Commit({Adding({MakeFile("a", "v3", kId)})}), IsOk());
  EXPECT_THAT(*catalog.tables->ListFailedFiles(kSongs, "", 10), IsEmpty());
  EXPECT_EQ(catalog.tables->FindObject(kDefaultCrawler, "transformed", "a")->value().version, "v3");
}

TEST(TableStore, MakesNoTableOfFailedFilesOnly) {
  CatalogFixture catalog;
  ASSERT_THAT(catalog.Commit({TableChange{kSongs, {}, {}, {Failure("a", "v1")}}}), IsOk());
  EXPECT_THAT(catalog.tables->GetTable(kSongs), HasError(Code::kNotFound, "spotify.songs"));
  EXPECT_THAT(catalog.tables->GetDatabase("spotify"), HasError(Code::kNotFound, "spotify"));
  EXPECT_EQ(catalog.tables->Totals()->failed_files, 1);
}

TEST(TableStore, UndoesEverythingWhenWhatBelongsToTheCommitFails) {
  CatalogFixture catalog;
  const auto failing = [](const std::vector<TableReport>&) -> Status {
    return Error(Code::kInternal, "disk");
  };
  const auto committed =
      catalog.tables->Commit({Adding({MakeFile("a", "v1", kId)})}, {"crawl", Now()}, failing);
  EXPECT_THAT(committed, HasError(Code::kInternal, "disk"));
  EXPECT_THAT(catalog.tables->GetTable(kSongs), HasError(Code::kNotFound, "songs"));
  EXPECT_THAT(*catalog.tables->FindObject(kDefaultCrawler, "transformed", "a"), testing::Eq(std::nullopt));
}

TEST(TableStore, CountsPartitionsAsFilesComeAndGo) {
  CatalogFixture catalog;
  ASSERT_THAT(catalog.Commit({Adding({MakeFile("a", "v1", kId, {{"year", "2023"}}),
                                      MakeFile("b", "v1", kId, {{"year", "2024"}}),
                                      MakeFile("c", "v1", kId, {{"year", "2024"}})})}),
              IsOk());
  auto partitions = catalog.tables->ListPartitions(kSongs, "", 10);
  ASSERT_THAT(partitions, IsOk());
  EXPECT_THAT(*partitions, ElementsAre(Field(&Partition::files, 1), Field(&Partition::files, 2)));
  EXPECT_EQ(partitions->at(1).rows, 20);

  ASSERT_THAT(catalog.Commit({Removing({"a"})}), IsOk());
  partitions = catalog.tables->ListPartitions(kSongs, "", 10);
  EXPECT_THAT(partitions->at(0).values, ElementsAre(PartitionValue{"year", "2024"}));
  EXPECT_EQ(catalog.tables->GetTable(kSongs)->partitions, 1);
}

TEST(TableStore, ListsVersionsNewestFirstInPages) {
  CatalogFixture catalog;
  for (const char* key : {"a", "b", "c"})
    ASSERT_THAT(catalog.Commit({Adding({MakeFile(key, "v1", kId)})}), IsOk());
  const auto newest = catalog.tables->ListVersions(kSongs, 0, 2);
  ASSERT_THAT(newest, IsOk());
  EXPECT_THAT(*newest, ElementsAre(Field(&TableVersion::version, 3), Field(&TableVersion::version, 2)));
  EXPECT_EQ(newest->at(0).files, 3);
  EXPECT_FALSE(newest->at(0).schema_changed);
  const auto rest = catalog.tables->ListVersions(kSongs, 2, 2);
  EXPECT_THAT(*rest, ElementsAre(Field(&TableVersion::version, 1)));
  EXPECT_TRUE(rest->at(0).schema_changed);
}

TEST(TableStore, ForgetsVersionsBeyondThoseItKeeps) {
  CatalogFixture catalog(":memory:", 2);
  for (int i = 0; i < 5; ++i) {
    ASSERT_THAT(catalog.Commit({Adding(
                    {MakeFile("a", "v" + std::to_string(i), {{"c" + std::to_string(i), "BIGINT"}})})}),
                IsOk());
  }
  EXPECT_THAT(*catalog.tables->ListVersions(kSongs, 0, 10),
              ElementsAre(Field(&TableVersion::version, 5), Field(&TableVersion::version, 4)));
  auto rows = catalog.writer->Prepare(
      "SELECT (SELECT count(*) FROM files), (SELECT count(*) FROM layouts), "
      "(SELECT count(*) FROM versions WHERE schema IS NULL)");
  ASSERT_THAT(rows->Step(), IsOk());
  EXPECT_EQ(rows->Integer(0), 2);
  EXPECT_EQ(rows->Integer(1), 2);
  EXPECT_EQ(rows->Integer(2), 0);
}

TEST(TableStore, ListsFilesAndTablesInPages) {
  CatalogFixture catalog;
  ASSERT_THAT(catalog.Commit({Adding({MakeFile("a", "v1", kId), MakeFile("b", "v1", kId)}),
                              Adding({MakeFile("x", "v1", kId)}, {"spotify", "albums"})}),
              IsOk());
  EXPECT_THAT(*catalog.tables->ListFiles(kSongs, "a", 10), ElementsAre(Field(&DataFile::key, "b")));
  EXPECT_THAT(*catalog.tables->ListTables("spotify", "albums", 10), ElementsAre(Field(&Table::name, kSongs)));
  EXPECT_THAT(catalog.tables->ListTables("nobody", "", 10), HasError(Code::kNotFound, "nobody"));
  EXPECT_THAT(catalog.tables->ListFiles({"spotify", "nothing"}, "", 10),
              HasError(Code::kNotFound, "spotify.nothing"));
}

TEST(TableStore, KnowsTheObjectsBelowAPrefix) {
  CatalogFixture catalog;
  TableChange change =
      Adding({MakeFile("spotify/songs/a", "v1", kId), MakeFile("spotify/songs_b/b", "v1", kId)});
  change.failed = {Failure("spotify/songs/c", "v3")};
  ASSERT_THAT(catalog.Commit({change}), IsOk());
  const auto known = catalog.tables->KnownObjects(kDefaultCrawler, "transformed", "spotify/songs/");
  ASSERT_THAT(known, IsOk());
  EXPECT_THAT(*known,
              ElementsAre(testing::Pair("spotify/songs/a", "v1"), testing::Pair("spotify/songs/c", "v3")));
}

TEST(TableStore, KeepsEverythingWhenTheFileIsOpenedAgain) {
  const TempDirectory directory;
  {
    CatalogFixture catalog(directory / "catalog.db");
    ASSERT_THAT(catalog.Commit({Adding({MakeFile("a", "v1", kId, {{"year", "2024"}})})}), IsOk());
  }
  CatalogFixture again(directory / "catalog.db");
  const TableSnapshot snapshot = ResolveOne(again);
  EXPECT_EQ(snapshot.version, 1);
  EXPECT_THAT(snapshot.files,
              ElementsAre(Field(&DataFile::partition, ElementsAre(PartitionValue{"year", "2024"}))));
}

TEST(TableStore, ResolvesTablesOfOneCommitTogetherWhileCommitsGoOn) {
  const TempDirectory directory;
  CatalogFixture catalog(directory / "catalog.db");
  const TableName albums{"spotify", "albums"};
  const auto both = [&](int i) {
    const std::string version = "v" + std::to_string(i);
    return std::vector<TableChange>{
        Adding({MakeFile("a" + version, version, kId), MakeFile("s", version, kId)}),
        Adding({MakeFile("x" + version, version, kId)}, albums)};
  };
  ASSERT_THAT(catalog.Commit(both(0)), IsOk());
  std::jthread writer([&](std::stop_token stop) {
    for (int i = 1; i <= 50 && !stop.stop_requested(); ++i) EXPECT_THAT(catalog.Commit(both(i)), IsOk());
  });
  for (int64_t version = 0; version < 50;) {
    const auto resolved = catalog.tables->Resolve({{kSongs}, {albums}});
    ASSERT_THAT(resolved, IsOk());
    const TableSnapshot& songs = *resolved->at(0);
    version = songs.version;
    ASSERT_EQ(songs.version, resolved->at(1)->version);
    ASSERT_EQ(static_cast<int64_t>(songs.files.size()), version + 1);
    ASSERT_EQ(songs.files.back().version, "v" + std::to_string(version - 1));
  }
}

}  // namespace
}  // namespace tarn::catalog
