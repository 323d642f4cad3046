#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_lake.h"

namespace tarn::query {
namespace {

using testing::HasSubstr;

TEST(DuckDbEngine, ReadsTheSnapshotEvenWhenItsFilesAreReplacedMeanwhile) {
  TestLake lake;
  const auto file = lake.PutParquet("d/t/a.parquet", "SELECT i FROM range(500000) t(i)", {"i"});
  lake.catalog().Set({"d", "t", 1, {{"i", "BIGINT"}}, {file}});
  auto started = lake.runner().Start({.sql = "SELECT i FROM d.t"}, {});
  ASSERT_THAT(started, IsOk());
  ASSERT_THAT(lake.store().Put("transformed", "d/t/a.parquet", "something else"), IsOk());
  int64_t rows = 0;
  while (true) {
    auto chunk = started->execution->Next();
    ASSERT_THAT(chunk, IsOk());
    if (!*chunk) break;
    rows += static_cast<int64_t>((*chunk)->rows());
  }
  EXPECT_EQ(rows, 500000);
  EXPECT_EQ(started->counts.files, 1);
  EXPECT_EQ(started->bytes_scanned, file.size_bytes);
  EXPECT_EQ(started->snapshot[0].table, "d.t");
}

TEST(DuckDbEngine, ResolvesAgainWhenAFileWasReplacedBeforeThePin) {
  TestLake lake;
  lake.catalog().Set({"d", "t", 1, {{"i", "INTEGER"}}, {lake.PutParquet("d/t/a.parquet", "SELECT 1 AS i", {"i"})}});
  auto newer = lake.PutParquet("d/t/a.parquet", "SELECT 2 AS i", {"i"});
  lake.catalog().on_resolve = [&](int call) {
    if (call == 3) lake.catalog().Set({"d", "t", 2, {{"i", "INTEGER"}}, {newer}});
  };
  EXPECT_EQ(lake.Run("SELECT * FROM d.t").value(), "i INTEGER\n[2]\n");
}

TEST(DuckDbEngine, GivesUpOnFilesThatAreGoneForGood) {
  TestLake lake;
  lake.catalog().Set({"d", "t", 1, {{"i", "INTEGER"}}, {lake.PutParquet("d/t/a.parquet", "SELECT 1 AS i", {"i"})}});
  ASSERT_THAT(lake.store().Delete("transformed", "d/t/a.parquet"), IsOk());
  EXPECT_THAT(lake.Run("SELECT * FROM d.t"), HasError(Code::kUnavailable, "try again"));
}

TEST(DuckDbEngine, NamesObjectsAndNotFilesInErrors) {
  TestLake lake;
  lake.catalog().Set({"d", "t", 1, {{"i", "INTEGER"}}, {lake.PutFile("d/t/broken.parquet", "not parquet at all", catalog_client::FileFormat::kParquet, {"i"})}});
  const auto failed = lake.Run("SELECT * FROM d.t");
  EXPECT_THAT(failed, HasError(Code::kUnprocessable, "transformed/d/t/broken.parquet"));
  EXPECT_THAT(failed.error().message(), testing::Not(HasSubstr(lake.path().string())));
}

TEST(DuckDbEngine, ReportsAValueThatDoesNotFitItsColumn) {
  TestLake lake;
  lake.catalog().Set({"d", "t", 1, {{"i", "BIGINT"}}, {lake.PutFile("d/t/a.csv", "i\n1\nx\n", catalog_client::FileFormat::kCsv, {"i"})}});
  EXPECT_THAT(lake.Run("SELECT * FROM d.t"), HasError(Code::kUnprocessable, "Could not convert string 'x'"));
}

// With what must be done to it before it is read.
catalog_client::DataFile Decoded(catalog_client::DataFile file, decoding::Decoding decoding) {
  catalog_client::FileLayout layout = *file.layout;
  layout.decoding = std::move(decoding);
  file.layout = std::make_shared<const catalog_client::FileLayout>(std::move(layout));
  return file;
}

TEST(DuckDbEngine, ReadsTextThatMustBeDecodedFirst) {
  TestLake lake;
  const auto csv = catalog_client::FileFormat::kCsv;
  const auto plain = lake.PutFile("d/t/a.csv", "i,t\n1,a\n", csv, {"i", "t"});
  const auto windows =
      Decoded(lake.PutFile("d/t/b.csv", "i,t\n2,\x80\n", csv, {"i", "t"}), {"", "windows-1252", 0});
  const auto notes =
      Decoded(lake.PutFile("d/t/c.csv", "i,t\n3,c\nSource: x\n", csv, {"i", "t"}), {"", "", 1});
  lake.catalog().Set({"d", "t", 1, {{"i", "BIGINT"}, {"t", "VARCHAR"}}, {plain, windows, notes}});
  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(lake.Run("SELECT * FROM d.t ORDER BY i").value(),
              "i BIGINT | t VARCHAR\n[1,\"a\"]\n[2,\"\u20ac\"]\n[3,\"c\"]\n");
  }
}

TEST(DuckDbEngine, ReadsDecodedTextOfSeveralPartitions) {
  TestLake lake;
  std::vector<catalog_client::DataFile> files;
  for (const char* day : {"1", "2"}) {
    const std::string key = std::string("d/t/day=") + day + "/a.csv";
    files.push_back(Decoded(lake.PutFile(key, "i\n7\nSource: x\n", catalog_client::FileFormat::kCsv, {"i"}),
                            {"", "", 1}));
    files.back().partition_values = std::make_shared<const std::vector<std::string>>(1, day);
  }
  files[1].layout = files[0].layout;  // one reader's
  lake.catalog().Set({"d", "t", 1, {{"i", "BIGINT"}, {"day", "BIGINT", true}}, files});
  for (int time = 0; time < 2; ++time)
    EXPECT_EQ(lake.Run("SELECT i, day FROM d.t ORDER BY day").value(),
              "i BIGINT | day BIGINT\n[7,1]\n[7,2]\n");
}

TEST(DuckDbEngine, NamesTheObjectThatCannotBeDecoded) {
  TestLake lake;
  const auto file = lake.PutFile("d/t/a.csv.bz2", "no such thing", catalog_client::FileFormat::kCsv, {"i"});
  lake.catalog().Set({"d", "t", 1, {{"i", "BIGINT"}}, {Decoded(file, {"bzip2", "", 0})}});
  const auto failed = lake.Run("SELECT * FROM d.t");
  EXPECT_THAT(failed, HasError(Code::kUnprocessable, "transformed/d/t/a.csv.bz2"));
}

TEST(DuckDbEngine, BindsATableUnderBothItsNames) {
  TestLake lake;
  lake.catalog().Set({"d", "t", 1, {{"i", "INTEGER"}}, {lake.PutParquet("d/t/a.parquet", "SELECT 1 AS i", {"i"})}});
  EXPECT_EQ(lake.Run("SELECT a.i + b.i AS s FROM t a, d.t b", "d").value(), "s INTEGER\n[2]\n");
}

TEST(DuckDbEngine, ShowsEachStatementItsOwnTablesOnly) {
  TestLake lake;
  lake.catalog().Set({"d", "t", 1, {{"i", "INTEGER"}}, {lake.PutParquet("d/t/a.parquet", "SELECT 1 AS i", {"i"})}});
  lake.catalog().Set({"d", "u", 1, {{"j", "INTEGER"}}, {lake.PutParquet("d/u/a.parquet", "SELECT 2 AS j", {"j"})}});
  for (int repeated = 0; repeated < 3; ++repeated) {
    EXPECT_EQ(lake.Run("SELECT * FROM t", "d").value(), "i INTEGER\n[1]\n");
    EXPECT_EQ(lake.Run("SELECT * FROM t, d.u", "d").value(), "i INTEGER | j INTEGER\n[1,2]\n");
    EXPECT_EQ(lake.Run("SELECT 3 AS k").value(), "k INTEGER\n[3]\n");
  }
}

TEST(DuckDbEngine, ReadsANewVersionOfATableAtOnce) {
  TestLake lake;
  for (int version = 1; version <= 3; ++version) {
    const std::string number = std::to_string(version);
    lake.catalog().Set({"d", "t", version, {{"i", "INTEGER"}},
                        {lake.PutParquet("d/t/a.parquet", "SELECT " + number + " AS i", {"i"})}});
    for (int repeated = 0; repeated < 2; ++repeated)
      EXPECT_EQ(lake.Run("SELECT * FROM d.t").value(), "i INTEGER\n[" + number + "]\n");
  }
}

TEST(DuckDbEngine, PassesParameters) {
  TestLake lake;
  EXPECT_EQ(lake.Run("SELECT $2 || $1 AS s", "", {std::string("a"), std::string("b'")}).value(), "s VARCHAR\n[\"b'a\"]\n");
}

TEST(DuckDbEngine, LeavesNoFilesBehind) {
  TestLake lake;
  ASSERT_THAT(lake.Run("SELECT 1"), IsOk());
  EXPECT_TRUE(std::filesystem::is_empty(lake.path() / "tmp"));
}

TEST(StatementRunner, HintsAtNamesLikeTheOneThatIsMissing) {
  TestLake lake;
  AddGoldenTables(lake);
  EXPECT_THAT(lake.Run("SELECT *\nFROM spotify.song"), HasError(Code::kUnprocessable, "names like it: songs"));
  EXPECT_THAT(lake.Run("SELECT *\nFROM spotify.song"), HasError(Code::kUnprocessable, "line 2, column 6"));
  EXPECT_THAT(lake.Run("SELECT * FROM spotfy.songs"), HasError(Code::kUnprocessable, "there is no database spotfy; names like it: spotify"));
  EXPECT_THAT(lake.Run("SELECT * FROM songs"), HasError(Code::kUnprocessable, "?database="));
  EXPECT_THAT(lake.Run("SELECT * FROM '/etc/passwd'", "spotify"), HasError(Code::kUnprocessable, "no table /etc/passwd"));
  EXPECT_THAT(lake.Run("SELECT * FROM duckdb_settings", "spotify"), HasError(Code::kUnprocessable, "no table duckdb_settings"));
  EXPECT_THAT(lake.Run("SELECT * FROM pg_catalog.pg_class"), HasError(Code::kUnprocessable, "no database pg_catalog"));
}

TEST(StatementRunner, AnswersShowFromTheCatalog) {
  TestLake lake;
  AddGoldenTables(lake);
  EXPECT_EQ(lake.Run("SHOW DATABASES").value(), "database VARCHAR\n[\"files\"]\n[\"odd\"]\n[\"shop\"]\n[\"spotify\"]\n");
  EXPECT_THAT(lake.Run("SHOW TABLES"), HasError(Code::kUnprocessable, "name the database"));
}

}  // namespace
}  // namespace tarn::query
