#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/compression/gzip.h"
#include "services/transform/runs/strict_integer.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/one_input.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kSumOfA = "SELECT CAST(sum(a) AS BIGINT) AS total, count(*) AS n FROM {{ input }}";
constexpr const char* kSumOfMembers =
    "SELECT CAST(sum(CAST(document->>'$.a' AS BIGINT)) AS BIGINT) AS total, count(*) AS n FROM {{ input }}";

class BadInputs : public testing::Test, protected OneInput {
 protected:
  void ExpectNothingStaged() {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(rig.directory() / "lake/.tarn/workspaces")) {
      EXPECT_FALSE(entry.is_regular_file() && entry.path().filename() != "lock") << entry.path();
    }
  }
};

std::string Parquet(const std::string& query) { return WrittenByEngine(query, "FORMAT parquet"); }

std::string Zstd(const std::string& query, const std::string& format) {
  return WrittenByEngine(query, "FORMAT " + format + ", COMPRESSION zstd");
}

std::string Nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST_F(BadInputs, PackedWithZstdAreReadInEveryTextFormat) {
  for (const std::string format : {"csv", "ndjson", "json"}) {
    Use("format: " + format, format == "csv" ? kSumOfA : kSumOfMembers);
    const std::string one = Zstd("SELECT 20 AS a", format == "csv" ? "csv" : "json");
    const std::string other = Zstd("SELECT 22 AS a", format == "csv" ? "csv" : "json");
    rig.Put("in/" + format + "/1.zst", one);
    rig.Put("in/" + format + "/2.zst", other);
    EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded) << format;
  }
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[42, 2], [42, 2], [42, 2]]"));
  ExpectNothingStaged();
}

TEST_F(BadInputs, PackedWithZstdMayHaveSeveralFramesAndNoEnding) {
  Use("format: ndjson, compression: zstd", kSumOfMembers);
  rig.Put("in/frames", Zstd("SELECT 1 AS a", "json") + Zstd("SELECT 2 AS a", "json"));
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[3, 2]]"));
}

TEST_F(BadInputs, PackedWithZstdBadlyAreBuriedAlone) {
  RunnerOptions options;
  options.input.max_unpacked_bytes = 1 << 20;
  rig.Reopen(options);
  Use("format: ndjson", kSumOfMembers);
  const std::string packed = Zstd("SELECT range AS a FROM range(1000)", "json");
  std::string damaged = packed;
  for (size_t i = damaged.size() / 4; i < damaged.size(); ++i) damaged[i] = '\xff';
  rig.Put("in/cut.zst", packed.substr(0, packed.size() / 2));
  rig.Put("in/damaged.zst", damaged);
  rig.Put("in/plain.zst", "{\"a\": 1}\n");
  rig.Put("in/empty.zst", "");
  rig.Put("in/bomb.zst", Zstd("SELECT repeat('1', 8000000) AS a", "json"));
  rig.Put("in/fine.zst", packed);
  const auto run = rig.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kPartiallySucceeded);
  EXPECT_EQ(run.report.counts.at("objects_dead"), 5);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[499500, 1000]]"));
  ExpectNothingStaged();
}

TEST_F(BadInputs, NestedTooDeeplyAreBuriedAlone) {
  for (const std::string format : {"json", "ndjson"}) {
    Use("format: " + format, kSumOfMembers);
    rig.Put("in/" + format + "/limit", "{\"a\": 1, \"b\": " + Nested(199) + "}");
    rig.Put("in/" + format + "/above", "{\"a\": 1, \"b\": " + Nested(200) + "}");
    rig.Put("in/" + format + "/far", Nested(2'000'000));
    rig.Put("in/" + format + "/open", std::string(2'000'000, '['));
    std::string objects;
    for (int i = 0; i < 300'000; ++i) objects += "{\"a\":";
    rig.Put("in/" + format + "/objects.gz", compression::Gzip(objects));
    const auto run = rig.PlanAndRun();
    EXPECT_EQ(run.report.counts.at("objects_dead"), 4) << format;
    EXPECT_THAT(ReasonOf(run), HasSubstr("nested deeper than 200 levels")) << format;
  }
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[1, 1], [1, 1]]"));
}

TEST_F(BadInputs, NestedAsDeeplyAsMayBeArePublishedAsTheyAre) {
  Use("format: json", "SELECT document, CAST(document->'$' AS JSON[]) AS list FROM {{ input }}");
  rig.Put("in/1", Nested(200));
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out").at(0).at(0), Nested(200));
}

TEST_F(BadInputs, OfOneLineThatNeverEndsAreBuriedAlone) {
  RunnerOptions options;
  options.input.max_line_bytes = 100'000;
  rig.Reopen(options);
  Use("format: ndjson", kSumOfMembers);
  rig.Put("in/1", "{\"a\": 1}\n{\"a\": \"" + std::string(5'000'000, 'x') + "\"}\n");
  rig.Put("in/2", "{\"a\": 2}\n");
  const auto run = rig.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kPartiallySucceeded);
  EXPECT_THAT(ReasonOf(run), HasSubstr("the line is longer than 100000 bytes"));
  EXPECT_EQ(run.report.error->where(), "raw/in/1: byte 9");
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[2, 1]]"));
}

TEST_F(BadInputs, OfParquetWithAnotherTypeFailTheRun) {
  Use("format: parquet", kSumOfA);
  rig.Put("in/1.parquet", Parquet("SELECT 1::BIGINT AS a, 'x' AS b"));
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  rig.Put("in/2.parquet", Parquet("SELECT 2::BIGINT AS a, 'y' AS b"));
  rig.Put("in/3.parquet", Parquet("SELECT 'many' AS a, 'z' AS b"));
  const auto run = rig.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(ReasonOf(run), HasSubstr("column a has another type: BIGINT is expected, got VARCHAR"));
  EXPECT_EQ(run.report.error->where(), "raw/in/3.parquet");
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[1, 1]]"));
  // A narrower type is none that has to be told: all of its values fit.
  rig.Put("in/4.parquet", Parquet("SELECT 4::SMALLINT AS a"));
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[1, 1], [4, 1]]"));
  ExpectNothingStaged();
}

TEST_F(BadInputs, OfParquetWithAnotherTypeWidenTheColumnForGood) {
  Use("format: parquet, on_type_change: widen",
      "SELECT CAST(a AS VARCHAR) AS a, typeof(a) AS type FROM {{ input }}");
  for (const std::string a : {"1::INTEGER", "2::BIGINT", "3.5::DOUBLE", "'many'", "5::INTEGER"}) {
    rig.Put("in/" + a.substr(0, 1) + std::to_string(a.size()) + ".parquet", Parquet("SELECT " + a + " AS a"));
    EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded) << a;
  }
  EXPECT_EQ(rig.Rows("shop.out"),
            json::parse(R"([["1", "INTEGER"], ["2", "BIGINT"], ["3.5", "DOUBLE"], ["5", "VARCHAR"],
                            ["many", "VARCHAR"]])"));
}

TEST_F(BadInputs, OfParquetWithAnotherTypeAreBuriedAlone) {
  Use("format: parquet, columns: {a: BIGINT}, on_type_change: quarantine", kSumOfA);
  rig.Put("in/1.parquet", Parquet("SELECT 1::BIGINT AS a"));
  rig.Put("in/2.parquet", Parquet("SELECT 2.5::DOUBLE AS a"));
  rig.Put("in/3.parquet", Parquet("SELECT {'x': 3} AS a"));
  rig.Put("in/4.parquet", Parquet("SELECT 4::INTEGER AS a"));
  const auto run = rig.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kPartiallySucceeded);
  EXPECT_EQ(run.report.counts.at("objects_dead"), 2);
  EXPECT_THAT(ReasonOf(run), HasSubstr("column a has another type: BIGINT is expected, got DOUBLE"));
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[5, 2]]"));
}

TEST_F(BadInputs, OfParquetWithANestedTypeThatChangesFollowThePolicyToo) {
  Use("format: parquet, on_type_change: quarantine", "SELECT a.x AS x FROM {{ input }}");
  rig.Put("in/1.parquet", Parquet("SELECT {'x': 1} AS a"));
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  rig.Put("in/2.parquet", Parquet("SELECT {'x': 'many'} AS a"));
  rig.Put("in/3.parquet", Parquet("SELECT {'x': 3} AS a"));
  const auto run = rig.PlanAndRun();
  EXPECT_THAT(ReasonOf(run), HasSubstr("STRUCT(x INTEGER) is expected, got STRUCT(x VARCHAR)"));
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[1], [3]]"));
}

TEST_F(BadInputs, OfParquetWithDamagedPagesAreBuriedAlone) {
  Use("format: parquet", kSumOfA);
  std::string damaged = Parquet("SELECT range AS a, md5(range::VARCHAR) AS b FROM range(5000)");
  for (size_t i = 100; i < 2100; ++i) damaged[i] = static_cast<char>(damaged[i] ^ 0x5a);
  std::string footer = Parquet("SELECT 1::BIGINT AS a");
  for (size_t i = footer.size() - 60; i < footer.size() - 8; ++i) footer[i] = '\xff';
  rig.Put("in/1.parquet", Parquet("SELECT 1::BIGINT AS a"));
  rig.Put("in/2.parquet", damaged);
  rig.Put("in/3.parquet", footer);
  rig.Put("in/4.parquet", Parquet("SELECT 4::BIGINT AS a"));
  const auto run = rig.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kPartiallySucceeded);
  EXPECT_EQ(run.report.counts.at("objects_dead"), 2) << ReasonOf(run);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[5, 2]]"));
}

// The engine would round such a value, and say nothing.
TEST_F(BadInputs, WithAFractionFarBehindTheBeginningOfAnIntegerColumnAreBuriedAlone) {
  std::string text = "a\n";
  for (int i = 0; i < 60'000; ++i) text += "1\n";
  for (const std::string columns :
       {", columns: {a: BIGINT}", ", columns: {a: INTEGER}", ", columns: {a: HUGEINT}", ""}) {
    OneInput other;
    other.Use("format: csv, on_type_change: quarantine" + columns, kSumOfA);
    other.rig.Put("in/1.csv", "a\n1\n");
    EXPECT_EQ(other.rig.PlanAndRun().state, RunState::kSucceeded);
    other.rig.Put("in/2.csv", text + "1.5\n");
    other.rig.Put("in/3.csv", text + "15e-1\n");
    other.rig.Put("in/4.csv", text + " 2 \n+3\n-4\n\"5\"\n");
    const auto run = other.rig.PlanAndRun();
    EXPECT_EQ(run.state, RunState::kPartiallySucceeded) << columns;
    EXPECT_EQ(run.report.counts.at("objects_dead"), 2) << columns;
    EXPECT_THAT(ReasonOf(run), HasSubstr("got \"1.5\" in line 60002"));
    EXPECT_EQ(other.rig.Rows("shop.out"), json::parse("[[1, 1], [60006, 60004]]")) << columns;
  }
}

TEST_F(BadInputs, WithQuotesOnlyFarBehindTheBeginningAreReadAsTheyAreMeant) {
  std::string text = "a,b\n";
  for (int i = 0; i < 60'000; ++i) text += "1,x\n";
  Use("format: csv", "SELECT b FROM {{ input }} WHERE b <> 'x'");
  rig.Put("in/1.csv", text + "\"2\",\"y \"\"z\"\"\"\n3,\"two\nlines, one value\"\n4,'tis\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse(R"([["'tis"], ["two\nlines, one value"], ["y \"z\""]])"));
}

TEST(StrictInteger, TakesNothingButDigits) {
  int64_t value = 0;
  for (const char* text :
       {"", " ", "+", "-", "+-1", "-+1", "1.0", "1e3", "0x1", "1 2", "9223372036854775808", "\t1"})
    EXPECT_FALSE(ReadInteger(text, value)) << text;
  EXPECT_TRUE(ReadInteger(" -9223372036854775808 ", value));
  EXPECT_EQ(value, INT64_MIN);
  EXPECT_TRUE(ReadInteger("+0012", value));
  EXPECT_EQ(value, 12);
}

}  // namespace
}  // namespace tarn::transform
