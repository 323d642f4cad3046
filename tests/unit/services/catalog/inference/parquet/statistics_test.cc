// What footers say of values, against what the values are: the engine reads them all and says.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "services/catalog/inference/parquet/footer.h"
#include "services/catalog/inference/text/value_text.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/inference/inspection_fixture.h"

namespace tarn::catalog {
namespace {

namespace fs = std::filesystem;
using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;
using testing::ElementsAre;

struct Engine {
  explicit Engine(const fs::path& directory) {
    duckdb::InstanceOptions options;
    options.allowed_directories = {directory};
    instance = std::move(duckdb::Instance::Open(options)).value();
    connection = std::move(instance->Connect()).value();
    (void)connection->Run("SET TimeZone = 'UTC'");
  }
  std::unique_ptr<duckdb::Instance> instance;
  std::unique_ptr<duckdb::Connection> connection;
};

const ColumnStatistics* Find(const Inspection& inspection, const std::string& column) {
  for (const ColumnStatistics& known : inspection.statistics) {
    if (known.column == column) return &known;
  }
  return nullptr;
}

// Counts values outside of the bounds, and NULLs, by the engine. Returns how many bounds it compared.
int CheckColumn(Engine& engine, const fs::path& file, const Column& column, const ColumnStatistics& known) {
  const std::string name = QuoteIdentifier(column.name);
  const auto outside = [&](const std::optional<std::string>& bound, const char* beyond) {
    return bound ? "count(*) FILTER (" + name + beyond + "CAST(" + QuoteLiteral(*bound) + " AS " +
                       column.type + "))"
                 : std::string("0");
  };
  const auto rows =
      engine.connection->Rows("SELECT count(*) - count(" + name + ") n, " + outside(known.min, " < ") +
                              " below, " + outside(known.max, " > ") + " above FROM read_parquet(" +
                              QuoteLiteral(file.string()) + ", hive_partitioning = false)");
  if (!rows.ok()) return 0;  // values that the engine cannot read say nothing
  SCOPED_TRACE(file.filename().string() + " " + column.name + " " + column.type + " [" +
               known.min.value_or("-") + ", " + known.max.value_or("-") + "]");
  EXPECT_EQ((*rows)[0]["n"], known.nulls.value_or((*rows)[0]["n"].get<int64_t>()));
  EXPECT_EQ((*rows)[0]["below"], 0);
  EXPECT_EQ((*rows)[0]["above"], 0);
  return (known.min ? 1 : 0) + (known.max ? 1 : 0);
}

TEST(ParquetStatistics, OfEveryTypeAreTheEnginesOwnMinAndMax) {
  InspectionFixture fixture;
  const auto file = fixture.WriteQuery(
      "a.parquet",
      "SELECT (i % 200 - 100)::TINYINT a, (i * 30)::USMALLINT b, (18446744073709551615 - i)::UBIGINT c, "
      "((i * 7919 % 4001 - 2000) / 8)::DECIMAL(9,3) d, (i * 1000003 - 500000)::DECIMAL(38,6) d2, "
      "((i - 1000) / 10000)::DECIMAL(4,4) d3, DATE '1969-01-01' + i::INTEGER e, "
      "TIMESTAMP '1969-12-31 23:59:59.5' + INTERVAL (i * 1001) MILLISECOND f, "
      "TIMESTAMPTZ '1960-01-01 00:00:00.000001+00' + INTERVAL (i) HOUR g, "
      "('2024-01-01 00:00:00.' || lpad((i * 7 + 1)::VARCHAR, 9, '0'))::TIMESTAMP_NS h, "
      "TIME '00:00:00.25' + INTERVAL (i * 17) SECOND t, md5(i::VARCHAR)::UUID u, i % 2 = 0 l, "
      "(i - 700)::FLOAT / 3 m, (i - 700)::DOUBLE * 1e300 n, CASE WHEN i % 3 = 0 THEN NULL ELSE 'w\u00f6rt' "
      "|| i END s, "
      "NULL::BIGINT z, (-9223372036854775808 + i)::BIGINT w, (4294960000 + i)::UINTEGER x, i AS "
      "\"quo\"\"ted\" "
      "FROM range(2000) t(i)",
      " (FORMAT parquet, ROW_GROUP_SIZE 500)");
  const auto inspection = fixture.Inspect(file, FileFormat::kParquet);
  ASSERT_THAT(inspection, IsOk());
  Engine engine(fixture.directory.path());
  for (const Column& column : inspection->layout.columns) {
    SCOPED_TRACE(column.name + " " + column.type);
    const ColumnStatistics* known = Find(*inspection, column.name);
    ASSERT_NE(known, nullptr);
    const std::string name = QuoteIdentifier(column.name);
    const auto rows = engine.connection->Rows("SELECT min(" + name + ")::VARCHAR lo, max(" + name +
                                              ")::VARCHAR hi, count(*) - count(" + name +
                                              ") n FROM read_parquet(" + QuoteLiteral(file.string()) + ")");
    ASSERT_THAT(rows, IsOk());
    const auto& row = (*rows)[0];
    EXPECT_EQ(known->nulls, row["n"].get<int64_t>());
    const bool floating = column.type == "FLOAT" || column.type == "DOUBLE";
    EXPECT_EQ(known->min, row["lo"].is_null() ? std::nullopt : std::optional(row["lo"].get<std::string>()));
    EXPECT_EQ(known->max,
              row["hi"].is_null() || floating ? std::nullopt : std::optional(row["hi"].get<std::string>()));
  }
}

TEST(ParquetStatistics, DoNotHideNaN) {
  InspectionFixture fixture;
  const auto inspection = fixture.Inspect(
      fixture.WriteQuery("a.parquet", "SELECT unnest([1.5, 'NaN'::DOUBLE, -2.5]) d", " (FORMAT parquet)"),
      FileFormat::kParquet);
  ASSERT_THAT(inspection, IsOk());
  ASSERT_THAT(inspection->statistics, testing::SizeIs(1));
  EXPECT_FALSE(inspection->statistics[0].max);
}

TEST(ParquetStatistics, TellHowManyValuesDiffer) {
  InspectionFixture fixture;
  const auto inspection = fixture.Inspect(
      fixture.WriteQuery("a.parquet", "SELECT i // 10 a, i % 5 b, i % 2 = 0 c FROM range(20000) t(i)",
                         " (FORMAT parquet, ROW_GROUP_SIZE 2048)"),
      FileFormat::kParquet);
  ASSERT_THAT(inspection, IsOk());
  const ColumnStatistics* a = Find(*inspection, "a");
  const ColumnStatistics* b = Find(*inspection, "b");
  ASSERT_TRUE(a && a->distinct && b && b->distinct);
  EXPECT_NEAR(static_cast<double>(*a->distinct), 2000, 200);
  EXPECT_EQ(*b->distinct, 5);
}

TEST(ParquetStatistics, OfColumnsInsideOfOthersAreLeftOut) {
  InspectionFixture fixture;
  const auto inspection = fixture.Inspect(
      fixture.WriteQuery("a.parquet", "SELECT {'x': i} s, [i] l, i FROM range(10) t(i)", " (FORMAT parquet)"),
      FileFormat::kParquet);
  ASSERT_THAT(inspection, IsOk());
  ASSERT_THAT(inspection->statistics, testing::SizeIs(1));
  EXPECT_EQ(inspection->statistics[0].column, "i");
  EXPECT_EQ(inspection->statistics[0].max, "9");
}

TEST(ParquetStatistics, OfRealFilesExcludeNoValue) {
  const char* set = std::getenv("TARN_DATA");
  const fs::path data =
      (set ? fs::path(set) : fs::path(TARN_SOURCE_DIR).parent_path() / "shared" / "data") / "parquet";
  if (!fs::exists(data)) GTEST_SKIP() << "no " << data;
  Engine engine(data);
  FileInspector inspector(data, InspectionOptions());
  int files = 0, columns = 0, bounds = 0;
  for (const auto& entry : fs::recursive_directory_iterator(data)) {
    if (entry.path().extension() != ".parquet" || fs::file_size(entry) > 2'000'000) continue;
    const auto inspection = inspector.Inspect(entry.path(), FileFormat::kParquet);
    if (!inspection.ok() || inspection->layout.columns.size() > 100) continue;
    ++files;
    for (const Column& column : inspection->layout.columns) {
      const ColumnStatistics* known = Find(*inspection, column.name);
      if (!known) continue;
      ++columns;
      bounds += CheckColumn(engine, entry.path(), column, *known);
      if (engine.instance->broken()) engine = Engine(data);
    }
  }
  std::cout << files << " files, " << columns << " columns, " << bounds << " bounds\n";
  EXPECT_GT(bounds, 100);
}

TEST(ValueText, IsWhatTheEngineWrites) {
  InspectionFixture fixture;
  Engine engine(fixture.directory.path());
  const double values[] = {
      0,       -0.0,  1,      -1.5, 1e15,       1e16,     123456789012345678.0, 0.0001, 1e-5,
      1.0 / 3, 1e300, 5e-324, 0.1,  12345678.9, 1e-4 / 3, 9999999999999998.0};
  for (const double value : values) {
    char text[64];
    std::snprintf(text, sizeof text, "%.17g", value);
    const auto rows = engine.connection->Rows(
        "SELECT CAST(CAST($1 AS DOUBLE) AS VARCHAR) d, CAST(CAST($1 AS "
        "FLOAT) AS VARCHAR) f",
        {text});
    if (std::abs(value) > 1e38 || (value != 0 && std::abs(value) < 1e-38)) continue;
    ASSERT_THAT(rows, IsOk()) << text;
    EXPECT_EQ(inference::ShowDouble(value), (*rows)[0]["d"]) << text;
    EXPECT_EQ(inference::ShowFloat(static_cast<float>(value)), (*rows)[0]["f"]) << text;
  }
}

TEST(TextBounds, OfCutTextStayBounds) {
  const std::string longer(100, 'z');
  const struct {
    std::string text;
    std::string lower;
    std::optional<std::string> upper;
  } cases[] = {
      {"abc", "abc", "abc"},
      {"", "", ""},
      {longer, std::string(64, 'z'), std::string(63, 'z') + "{"},
      {"w\xc3", "w", "x"},                                      // a character cut in two
      {"\xff", "", std::nullopt},                               // raised by a writer beyond all text
      {std::string("a\0b", 3), "a", "b"},                       // zero bytes are left out
      {"a\xed\x9f\xbf\xff", "a\xed\x9f\xbf", "a\xee\x80\x80"},  // the next character is no surrogate
      {"a\xf4\x8f\xbf\xbf\xff", "a\xf4\x8f\xbf\xbf", "b"},      // the last character there is
  };
  for (const auto& [text, lower, upper] : cases) {
    EXPECT_EQ(inference::LowerTextBound(text), lower) << text;
    EXPECT_EQ(inference::UpperTextBound(text), upper) << text;
  }
}

}  // namespace
}  // namespace tarn::catalog
