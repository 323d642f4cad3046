#include "services/catalog/tables/migrations.h"

#include <gmock/gmock.h>

#include "services/catalog/tables/table_change.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::Field;

// What the program wrote before tables had crawlers and columns had ids.
constexpr const char* kFormerState = R"sql(
INSERT INTO databases VALUES ('spotify', 1000);
INSERT INTO tables VALUES (1, 'spotify', 'songs', 2,
  '[{"name":"id","partition_key":false,"type":"BIGINT"},{"name":"year","partition_key":true,"type":"BIGINT"}]',
  1, 1000, 10, 1000, 2000);
INSERT INTO versions VALUES (1, 1,
  '[{"name":"id","partition_key":false,"type":"BIGINT"},{"name":"year","partition_key":true,"type":"BIGINT"}]',
  1, 1000, 10, 1, 0, 'c1', 1000);
INSERT INTO versions VALUES (1, 2, NULL, 1, 1000, 10, 1, 1, 'c2', 2000);
INSERT INTO layouts VALUES (1, 1,
  '{"columns":[{"name":"id","partition_key":false,"type":"BIGINT"}],"format":"parquet","partition":[{"name":"year","partition_key":true,"type":"BIGINT"}]}', 1);
INSERT INTO files VALUES (1, 1, 'transformed', 'spotify/songs/year=2023/a', 'v1', 1000, 10, 5, 1, '[["year","2023"]]', 1, 2);
INSERT INTO files VALUES (2, 1, 'transformed', 'spotify/songs/year=2024/b', 'v1', 1000, 10, 5, 1, '[["year","2024"]]', 2, NULL);
INSERT INTO partitions VALUES (1, '[["year","2024"]]', 1, 1000, 10);
INSERT INTO failed_files VALUES ('transformed', 'spotify/songs/bad', 'spotify', 'songs', 'v1', 'unprocessable', 'cut', '', 'c1', 7);
)sql";

TEST(Migrations, TakeTheStateOfAFormerProgramForward) {
  const TempDirectory directory;
  {
    const auto database = std::move(sqlite::Database::Open(directory / "catalog.db")).value();
    const auto all = Migrations();
    ASSERT_THAT(database->Migrate({all.begin(), all.begin() + 3}), IsOk());
    ASSERT_THAT(database->Execute(kFormerState), IsOk());
  }
  CatalogFixture catalog(directory / "catalog.db");
  const TableName songs{"spotify", "songs"};
  const auto table = catalog.tables->GetTable(songs);
  ASSERT_THAT(table, IsOk());
  EXPECT_EQ(table->crawler, kDefaultCrawler);
  EXPECT_EQ(table->failed_files, 1);
  EXPECT_THAT(table->columns,
              ElementsAre(Column{"id", "BIGINT", false, 1}, Column{"year", "BIGINT", true, 2}));
  EXPECT_TRUE(
      catalog.tables->FindObject(kDefaultCrawler, "transformed", "spotify/songs/bad")->value().failed);
  EXPECT_THAT(catalog.tables->Resolve({{songs, 1}})->at(0)->files,
              ElementsAre(Field(&DataFile::version, "v1")));

  // The next commit goes on with the ids, and changes nothing that did not change.
  const auto report = catalog.Commit(
      {{songs, {MakeFile("spotify/songs/c", "v1", {{"id", "BIGINT"}, {"new", "DATE"}})}, {}, {}}});
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->at(0).version, 3);
  EXPECT_THAT(report->at(0).schema_changes,
              ElementsAre(Field(&SchemaChange::words, "column \"new\" DATE was added")));
  EXPECT_THAT(catalog.tables->GetTable(songs)->columns,
              ElementsAre(Field(&Column::id, 1), Field(&Column::id, 3), Field(&Column::id, 2)));
  const auto diff = catalog.tables->DiffVersions(songs, 1, 3);
  ASSERT_THAT(diff, IsOk());
  EXPECT_THAT(diff->changes, ElementsAre(Field(&SchemaChange::words, "column \"new\" DATE was added")));
}

}  // namespace
}  // namespace tarn::catalog
