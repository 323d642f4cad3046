#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "common/duckdb/write_parquet.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::duckdb {
namespace {

class WriteParquetTest : public testing::Test {
 protected:
  void SetUp() override {
    InstanceOptions options;
    options.allowed_directories = {directory_.path()};
    options.writes_streams = true;
    writing_ = std::move(Instance::Open(options)).value();
    writer_ = std::move(writing_->Connect()).value();
    reading_ = std::move(Instance::Open({})).value();
    reader_ = std::move(reading_->Connect()).value();
  }

  Result<WrittenParquet> Write(const std::string& sql, const ParquetLimits& limits = {},
                               std::stop_token cancelled = {}) {
    TARN_ASSIGN(const auto stream, reader_->Execute(sql, {}, cancelled));
    return WriteParquet(*writer_, *stream, file(), limits, cancelled);
  }

  std::filesystem::path file() const { return directory_ / "rows.parquet"; }
  nlohmann::json Read(const std::string& select) {
    return writer_->Rows("SELECT " + select + " FROM read_parquet(" + QuoteLiteral(file().string()) + ")")
        .value();
  }

  TempDirectory directory_;
  std::unique_ptr<Instance> writing_, reading_;
  std::unique_ptr<Connection> writer_, reader_;
};

TEST_F(WriteParquetTest, TakesTheRowsOfAnotherInstance) {
  const auto written =
      Write("SELECT i, 'a text of some length ' || i AS t, [i, NULL] AS l FROM range(200000) t(i)");
  ASSERT_THAT(written, IsOk());
  EXPECT_EQ(written->rows, 200000);
  EXPECT_FALSE(written->truncated);
  EXPECT_EQ(written->bytes, std::filesystem::file_size(file()));
  EXPECT_EQ(
      Read("sum(i)::BIGINT AS s, max(t) AS t, sum(l[1])::BIGINT AS l, count(*) AS c"),
      nlohmann::json::parse(
          R"([{"s": 19999900000, "t": "a text of some length 99999", "l": 19999900000, "c": 200000}])"));
}

TEST_F(WriteParquetTest, KeepsTheOrderOfTheRows) {
  ASSERT_THAT(Write("SELECT i FROM range(300000) t(i) ORDER BY hash(i)"), IsOk());
  const auto other =
      reader_->Rows("SELECT i FROM range(300000) t(i) ORDER BY hash(i) LIMIT 3 OFFSET 250000").value();
  const std::string sql =
      "SELECT * FROM read_parquet(" + QuoteLiteral(file().string()) + ") LIMIT 3 OFFSET 250000";
  EXPECT_EQ(writer_->Rows(sql).value(), other);
}

TEST_F(WriteParquetTest, TellsRepeatedNamesApart) {
  const auto written = Write("SELECT 1 AS a, 2 AS A, 3 AS a, 4 AS \"q\"\"\"");
  ASSERT_THAT(written, IsOk());
  EXPECT_THAT(written->names, testing::ElementsAre("a", "A_1", "a_2", "q\""));
  EXPECT_EQ(Read("a_2, \"q\"\"\" AS q").dump(), R"([{"a_2":3,"q":4}])");
}

TEST_F(WriteParquetTest, LeavesOutWhatIsOverTheLimit) {
  ParquetLimits limits;
  for (const int64_t max : {int64_t{0}, int64_t{1}, int64_t{2048}, int64_t{5000}}) {
    limits.max_rows = max;
    const auto written = Write("SELECT i FROM range(100000) t(i)", limits);
    ASSERT_THAT(written, IsOk());
    EXPECT_EQ(written->rows, max);
    EXPECT_TRUE(written->truncated);
    EXPECT_EQ(Read("count(*) AS c")[0]["c"], max);
  }
  limits.max_rows = 100'000;
  EXPECT_FALSE(Write("SELECT i FROM range(100000) t(i)", limits)->truncated);
}

TEST_F(WriteParquetTest, EndsWhenTheFileGetsTooLarge) {
  ParquetLimits limits;
  limits.max_bytes = 100'000;
  EXPECT_THAT(Write("SELECT hash(i) AS h FROM range(100000000000) t(i)", limits),
              HasError(Code::kResourceExhausted, "too large"));
}

TEST_F(WriteParquetTest, FailsAsTheRowsDo) {
  EXPECT_THAT(Write("SELECT CASE WHEN i = 90000 THEN 'x' ELSE '1' END::INTEGER AS v FROM range(100000) t(i)"),
              HasError(Code::kUnprocessable, "Could not convert"));
  EXPECT_THAT(Write("SELECT 1"), IsOk());
}

TEST(Arrow, ExportsASchemaAndItsRows) {
  const auto instance = std::move(Instance::Open({})).value();
  const auto connection = std::move(instance->Connect()).value();
  const auto stream = std::move(connection->Execute("SELECT 7::BIGINT AS n, 'x' AS t")).value();
  const auto schema = ExportArrowSchema(*stream);
  ASSERT_THAT(schema, IsOk());
  ASSERT_EQ((*schema)->n_children, 2);
  EXPECT_STREQ((*schema)->children[0]->format, "l");
  EXPECT_STREQ((*schema)->children[1]->name, "t");
  const auto chunk = std::move(stream->Next()).value();
  const auto array = chunk->ToArrow();
  ASSERT_THAT(array, IsOk());
  EXPECT_EQ((*array)->length, 1);
  EXPECT_EQ(static_cast<const int64_t*>((*array)->children[0]->buffers[1])[0], 7);
}

}  // namespace
}  // namespace tarn::duckdb
