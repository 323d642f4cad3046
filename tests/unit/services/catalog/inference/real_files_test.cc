// Real files that nobody on the project wrote. They are not part of the repository: each test is skipped
// where TARN_DATA (or ../shared/data beside the repository) does not have them.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "services/catalog/inference/csv_reader_sql.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/inference/inspection_fixture.h"

namespace tarn::catalog {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

fs::path Data() {
  const char* set = std::getenv("TARN_DATA");
  return set ? fs::path(set) : fs::path(TARN_SOURCE_DIR).parent_path() / "shared" / "data";
}

std::vector<fs::path> FilesBelow(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<Inspection> InspectAt(const fs::path& file, FileFormat format) {
  return FileInspector(file.parent_path(), InspectionOptions()).Inspect(file, format);
}

TEST(RealCsv, TableThatWasSplitAtQuotedCommasHasItsEightColumnsAndTypes) {
  const fs::path file = Data() / "spotify/athena_wrong_answer/s3_processed_sample.csv";
  if (!fs::exists(file)) GTEST_SKIP() << "no " << file;
  const auto inspection = InspectAt(file, FileFormat::kCsv);
  ASSERT_THAT(inspection, IsOk());
  EXPECT_THAT(Describe(*inspection), ElementsAre("artist VARCHAR", "artist_id VARCHAR", "album_name VARCHAR",
                                                 "album_id VARCHAR", "track_name VARCHAR", "track_id VARCHAR",
                                                 "duration_ms BIGINT", "explicit BOOLEAN"));
}

TEST(RealCsv, DialectGivesTheAnswerThatSplittingAtQuotedCommasGotWrong) {
  const fs::path file = Data() / "spotify/athena_wrong_answer/s3_transformed_sample.csv";
  if (!fs::exists(file)) GTEST_SKIP() << "no " << file;
  const auto inspection = InspectAt(file, FileFormat::kCsv);
  ASSERT_THAT(inspection, IsOk());
  std::vector<std::string> names;
  for (const Column& column : inspection->layout.columns) names.push_back(column.name);
  duckdb::InstanceOptions options;
  options.allowed_directories = {file.parent_path()};
  auto instance = duckdb::Instance::Open(options);
  auto connection = (*instance)->Connect();
  const auto rows =
      (*connection)
          ->Rows(
              "SELECT count(*) AS tracks, count(DISTINCT album_name) AS albums, "
              "round(avg(duration_ms::BIGINT) / 60000, 2) AS minutes FROM " +
              ReadCsvSql(file, *inspection->layout.csv, names) + " WHERE artist = 'Taylor Swift'");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ((*rows)[0]["tracks"], 413);
  EXPECT_EQ((*rows)[0]["albums"], 20);
  EXPECT_DOUBLE_EQ((*rows)[0]["minutes"].get<double>(), 3.77);
}

TEST(RealCsv, SpectrumFilesHaveTheExpectedRowsAndNames) {
  const fs::path folder = Data() / "csv/spectrum";
  if (!fs::exists(folder)) GTEST_SKIP() << "no " << folder;
  for (const fs::path& file : FilesBelow(folder, ".csv")) {
    SCOPED_TRACE(file.filename().string());
    const auto inspection = InspectAt(file, FileFormat::kCsv);
    ASSERT_THAT(inspection, IsOk());
    std::ifstream expected_file(Data() / "csv/spectrum_expected" /
                                file.filename().replace_extension(".json"));
    const auto expected = nlohmann::json::parse(expected_file);
    const auto& first = expected.is_array() ? expected.at(0) : expected;
    EXPECT_EQ(inspection->rows, expected.is_array() ? static_cast<int64_t>(expected.size()) : 1);
    EXPECT_EQ(inspection->layout.columns.size(), first.size());
    for (const Column& column : inspection->layout.columns)
      EXPECT_TRUE(first.contains(column.name)) << column.name;
  }
}

TEST(RealCsv, AlmostAllW3cFilesAreReadWithTheDelimiterThatPeopleNoted) {
  std::ifstream truth(Data() / "csv/w3c_csvw_truth.jsonl");
  if (!truth) GTEST_SKIP() << "no truth file";
  int right = 0, wrong = 0, refused = 0;
  for (std::string line; std::getline(truth, line);) {
    const auto noted = nlohmann::json::parse(line);
    const fs::path file = Data() / "csv" / noted["file"].get<std::string>();
    if (!fs::exists(file) || !noted.contains("delimiter") || !noted["delimiter"].is_string()) continue;
    const auto inspection = InspectAt(file, FileFormat::kCsv);
    if (!inspection.ok()) {
      ++refused;
      std::cout << "refused " << file.filename() << ": " << inspection.error().message() << " "
                << inspection.error().where() << "\n";
    } else if (inspection->layout.columns.size() == 1 ||
               inspection->layout.csv->delimiter == noted["delimiter"].get<std::string>()) {
      ++right;
    } else {
      ++wrong;
      std::cout << "wrong " << file.filename() << "\n";
    }
  }
  std::cout << right << " right, " << wrong << " wrong, " << refused << " refused\n";
  EXPECT_LE(wrong, (right + wrong) / 50);
}

TEST(RealParquet, EveryFileGivesASchemaOrACleanError) {
  const fs::path folder = Data() / "parquet";
  if (!fs::exists(folder)) GTEST_SKIP() << "no " << folder;
  // One inspector over all of them, as in a crawl: a file that breaks the engine must not spoil the next one.
  FileInspector inspector(folder, InspectionOptions());
  size_t read = 0, refused = 0;
  for (const fs::path& file : FilesBelow(folder, ".parquet")) {
    SCOPED_TRACE(file.string());
    const auto inspection = inspector.Inspect(file, FileFormat::kParquet);
    if (inspection.ok()) {
      ++read;
      EXPECT_FALSE(inspection->layout.columns.empty());
      EXPECT_GE(inspection->rows, 0);
      continue;
    }
    ++refused;
    EXPECT_FALSE(inspection.error().message().empty());
    EXPECT_EQ(inspection.error().message().find(folder.string()), std::string::npos)
        << inspection.error().message();
    std::cout << file.filename() << ": " << CodeName(inspection.error().code()) << ": "
              << inspection.error().message() << "\n";
  }
  std::cout << read << " read, " << refused << " refused\n";
  EXPECT_GT(read, refused * 10);
}

// What DESCRIBE says; nothing if it cannot.
std::optional<std::vector<std::string>> EnginesColumns(const fs::path& file) {
  duckdb::InstanceOptions options;
  options.allowed_directories = {file.parent_path()};
  const auto instance = duckdb::Instance::Open(options);
  if (!instance.ok()) return std::nullopt;
  const auto connection = (*instance)->Connect();
  if (!connection.ok()) return std::nullopt;
  const auto rows = (*connection)
                        ->Rows("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(" +
                               duckdb::QuoteLiteral(file.string()) + ", hive_partitioning = false))");
  if (!rows.ok()) return std::nullopt;
  std::vector<std::string> columns;
  for (const auto& row : *rows)
    columns.push_back(row["column_name"].get<std::string>() + " " + row["column_type"].get<std::string>());
  return columns;
}

TEST(RealParquet, SchemasAreThoseOfDescribe) {
  const fs::path folder = Data() / "parquet";
  if (!fs::exists(folder)) GTEST_SKIP() << "no " << folder;
  FileInspector inspector(folder, InspectionOptions());
  int equal = 0, refused_by_both = 0, refused_by_us = 0;
  for (const fs::path& file : FilesBelow(folder, ".parquet")) {
    SCOPED_TRACE(file.string());
    const auto expected = EnginesColumns(file);
    const auto inspection = inspector.Inspect(file, FileFormat::kParquet);
    if (!inspection.ok()) {
      ++(expected ? refused_by_us : refused_by_both);
      if (expected)
        std::cout << "only Tarn refuses " << file.filename() << ": " << inspection.error().message() << "\n";
      continue;
    }
    ASSERT_TRUE(expected);
    EXPECT_EQ(Describe(*inspection), *expected);
    equal += Describe(*inspection) == *expected;
  }
  std::cout << equal << " equal to DESCRIBE, " << refused_by_both << " refused by both, " << refused_by_us
            << " by Tarn alone\n";
  EXPECT_EQ(refused_by_us, 0);
}

}  // namespace
}  // namespace tarn::catalog
