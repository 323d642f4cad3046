#include "services/catalog/inference/parquet/footer.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <random>

#include "services/catalog/inference/parquet/column_types.h"
#include "services/catalog/inference/query.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/inference/inspection_fixture.h"

namespace tarn::inference {
namespace {

namespace fs = std::filesystem;
using catalog::InspectionFixture;

constexpr const char* kManyTypes =
    "SELECT 1::TINYINT a, 2::USMALLINT b, 3::UBIGINT c, 1.5::DECIMAL(18,3) d, DATE '2024-01-01' e, TIMESTAMP "
    "'2024-01-01' f, "
    "TIMESTAMPTZ '2024-01-01' g, TIMESTAMP_NS '2024-01-01' h, TIME '10:00' i, uuid() j, 'x'::BLOB k, true l, "
    "1.5::FLOAT m, "
    "[1] n, [[1.5]] o, {'x': 1, 'odd name': [{'y': 'z'}]} p, MAP {'k': [1]} q, INTERVAL 1 DAY r, 'x' AS "
    "\"quo\"\"ted\"";

std::string ReadFile(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// "name type" of each column, by our own reading and by the engine's.
struct Both {
  std::string ours, engines;
};

Both DescribeBoth(const fs::path& file) {
  Both both;
  const auto footer = ReadParquetFooter(file);
  if (!footer.ok()) return both;
  const auto columns = ParquetColumnTypes(*footer);
  if (!columns) return both;
  for (const auto& [name, type] : *columns) both.ours += name + " " + type + ";";
  duckdb::InstanceOptions options;
  options.allowed_directories = {file.parent_path()};
  const auto instance = duckdb::Instance::Open(options);
  const auto connection = (*instance)->Connect();
  const auto described = catalog::DescribeColumns(
      **connection, "read_parquet(" + duckdb::QuoteLiteral(file.string()) + ", hive_partitioning = false)",
      {});
  if (!described.ok())
    both.engines = "error: " + described.error().message();
  else
    for (const auto& column : *described) both.engines += column.name + " " + column.type + ";";
  return both;
}

TEST(ParquetFooter, GivesTheTypesThatTheEngineGives) {
  InspectionFixture fixture;
  const Both both = DescribeBoth(fixture.WriteQuery("a.parquet", kManyTypes, " (FORMAT parquet)"));
  EXPECT_FALSE(both.ours.empty());
  EXPECT_EQ(both.ours, both.engines);
}

TEST(ParquetFooter, OfRealFilesGivesTheTypesThatTheEngineGives) {
  const char* set = std::getenv("TARN_DATA");
  const fs::path data =
      (set ? fs::path(set) : fs::path(TARN_SOURCE_DIR).parent_path() / "shared" / "data") / "parquet";
  if (!fs::exists(data)) GTEST_SKIP() << "no " << data;
  int compared = 0, left_to_engine = 0;
  for (const auto& entry : fs::recursive_directory_iterator(data)) {
    if (entry.path().extension() != ".parquet") continue;
    const Both both = DescribeBoth(entry.path());
    if (both.ours.empty()) {
      ++left_to_engine;
      continue;
    }
    ++compared;
    EXPECT_EQ(both.ours, both.engines) << entry.path();
  }
  std::cout << compared << " compared, " << left_to_engine << " left to the engine or refused\n";
  EXPECT_GT(compared, 100);
}

TEST(ParquetFooter, IsReadAloneAndInLittleMemory) {
  InspectionFixture fixture;
  const auto file =
      fixture.WriteQuery("a.parquet", "SELECT i, random() r FROM range(500000) t(i)", " (FORMAT parquet)");
  const auto footer = ReadParquetFooter(file);
  ASSERT_THAT(footer, IsOk());
  EXPECT_EQ(footer->rows, 500'000);
  EXPECT_LT(footer->read_bytes, 200'000u);
  EXPECT_GT(fs::file_size(file), 3'000'000u);
}

TEST(ParquetFooter, IsRefusedIfTheFileLostItsBeginHoweverLargeItIs) {
  InspectionFixture fixture;
  const std::string whole = ReadFile(
      fixture.WriteQuery("a.parquet", "SELECT random() r FROM range(50000) t(i)", " (FORMAT parquet)"));
  ASSERT_GT(whole.size(), 100'000u);
  for (const size_t lost : {size_t{1}, size_t{4}, size_t{30'000}, whole.size() - 10'000}) {
    EXPECT_THAT(ReadParquetFooter(fixture.Write("b.parquet", whole.substr(lost))),
                HasError(Code::kUnprocessable, "does not begin as a Parquet file does"))
        << lost;
  }
}

TEST(ParquetFooter, IsRefusedCleanlyWhereverItIsCut) {
  InspectionFixture fixture;
  const std::string whole = ReadFile(fixture.WriteQuery("a.parquet", kManyTypes, " (FORMAT parquet)"));
  for (size_t kept = 0; kept < whole.size(); kept += 37)
    EXPECT_THAT(ReadParquetFooter(fixture.Write("cut.parquet", whole.substr(0, kept))),
                HasError(Code::kUnprocessable, ""));
  std::string longer = whole;
  longer[longer.size() - 5] = '\x7f';  // a length of two gigabytes
  EXPECT_THAT(ReadParquetFooter(fixture.Write("l.parquet", longer)),
              HasError(Code::kUnprocessable, "longer than the file"));
  EXPECT_THAT(ReadParquetFooter(fixture.Write("e.parquet", whole.substr(0, whole.size() - 1) + "E")),
              HasError(Code::kUnprocessable, "encrypted"));
}

TEST(ParquetFooter, SurvivesAnyDamage) {
  InspectionFixture fixture;
  const std::string whole = ReadFile(fixture.WriteQuery("a.parquet", kManyTypes, " (FORMAT parquet)"));
  std::mt19937 random(7);
  const auto file = fixture.directory / "fuzzed.parquet";
  for (int round = 0; round < 2'000; ++round) {
    std::string damaged = whole;
    for (int i = 0; i < 1 + round % 4; ++i) {
      const size_t at = whole.size() / 2 + random() % (whole.size() / 2 - 8);
      damaged[at] = static_cast<char>(random());
    }
    std::ofstream(file, std::ios::binary) << damaged;
    const auto footer = ReadParquetFooter(file);
    if (footer.ok())
      (void)ParquetColumnTypes(*footer);
    else
      EXPECT_EQ(footer.error().code(), Code::kUnprocessable);
  }
}

}  // namespace
}  // namespace tarn::inference
