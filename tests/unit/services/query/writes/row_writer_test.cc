#include "services/query/writes/row_writer.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "services/query/writes/write_layout.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_lake.h"

namespace tarn::query {
namespace {

using testing::HasSubstr;

class RowWriterTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { shared_ = std::make_unique<TestLake>(); }
  static void TearDownTestSuite() { shared_.reset(); }

  // Writes what UNLOAD would write and reads the objects' own text or bytes.
  Result<WrittenRows> Write(const std::string& sql, const WriteOptions& options) {
    TARN_ASSIGN(auto writer, RowWriter::Open(lake_.store()));
    EngineStatement statement;
    statement.sql = sql;
    TARN_ASSIGN(const auto rows, lake_.engine().Start(std::move(statement), {}));
    TARN_ASSIGN(const RowLayout layout, LayoutOf(rows->columns(), options));
    auto written = writer->Write(*rows, layout, {});
    writer_ = std::move(writer);
    return written;
  }

  std::string Text(const std::string& sql, WriteOptions options) {
    const auto written = Write(sql, options);
    if (!written.ok()) return written.error().message();
    std::string text;
    for (const auto& [folder, file] : written->files) {
      std::ifstream stream(file, std::ios::binary);
      text += folder + std::string((std::istreambuf_iterator<char>(stream)), {});
    }
    return text;
  }

  static WriteOptions Json() { return {.format = "JSON"}; }
  static WriteOptions Csv() { return {.format = "TEXTFILE"}; }

  static inline std::unique_ptr<TestLake> shared_;
  TestLake& lake_ = *shared_;
  std::unique_ptr<RowWriter> writer_;
};

TEST_F(RowWriterTest, QuotesTextAsItsReadersNeedIt) {
  EXPECT_EQ(Text("SELECT 1 AS a, 'x,\"y\"' AS b, NULL::DATE AS c", Csv()), "a,b,c\n1,\"x,\"\"y\"\"\",\n");
  WriteOptions tabs = Csv();
  tabs.delimiter = "\t";
  EXPECT_EQ(Text("SELECT 'x,y' AS a, 2 AS b", tabs), "a\tb\nx,y\t2\n");
  EXPECT_EQ(Text("SELECT 1 AS a, {'b': [1.5::DECIMAL(3,2)]} AS s", Json()),
            "{\"a\":1,\"s\":{\"b\":[1.5]}}\n");
}

TEST_F(RowWriterTest, NamesFoldersByTheValues) {
  WriteOptions options = Csv();
  options.partitioned_by = {"p"};
  EXPECT_EQ(Text("SELECT * FROM (VALUES (1, 'a/b'), (2, NULL), (3, '..'), (4, 'a/b')) t(id, p) ORDER BY 1",
                 options),
            "p=../id\n3\np=__HIVE_DEFAULT_PARTITION__/id\n2\np=a%2Fb/id\n1\n4\n");
  EXPECT_THAT(Text("SELECT 1 AS id, '' AS p", options), HasSubstr("cannot be an empty text"));
  EXPECT_THAT(Text("SELECT i AS id, i AS p FROM range(1001) t(i)", options),
              HasSubstr("over 1000 partitions"));
}

TEST_F(RowWriterTest, WritesNoFileOfJsonWithoutRows) {
  EXPECT_TRUE(Write("SELECT 1 AS a WHERE false", Json())->files.empty());
  EXPECT_EQ(Text("SELECT 1 AS a WHERE false", Csv()), "a\n");
  EXPECT_EQ(Write("SELECT 1 AS a WHERE false", {})->files.size(), 1u);
}

TEST_F(RowWriterTest, RefusesWhatTextDoesNotGiveBack) {
  for (const auto& [value, options] : std::vector<std::pair<std::string, WriteOptions>>{
           {"'nan'::DOUBLE", Json()},
           {"[{'a': 'inf'::FLOAT}]", Json()},
           {"12345678901234567890.1234567891::DECIMAL(38,10)", Json()},
           {"BLOB '\\xAA'", Json()},
           {"'a' || chr(0) || 'b'", Csv()}}) {
    EXPECT_THAT(Text("SELECT 1 AS a, " + value + " AS odd", options),
                HasSubstr("a value of the column odd is another"))
        << value;
  }
  for (const auto& [value, options] :
       std::vector<std::pair<std::string, WriteOptions>>{{"'inf'::DOUBLE", Csv()},
                                                         {"[{'nan': 'NaN \" nan', 'b': 1.5}]", Json()},
                                                         {"'{\"a\":   1}'::JSON", Json()},
                                                         {"chr(13)", Csv()},
                                                         {"''", Csv()},
                                                         {"MAP {'k': 1.50::DECIMAL(5,2)}", Json()},
                                                         {"18446744073709551615::UBIGINT", Json()},
                                                         {"TIMESTAMPTZ '2026-01-01 10:00:00.5+01'", Json()},
                                                         {"'nan'::DOUBLE", WriteOptions()}}) {
    EXPECT_THAT(Write("SELECT 1 AS a, " + value + " AS odd", options), IsOk()) << value;
  }
}

TEST_F(RowWriterTest, CompressesAsAsked) {
  WriteOptions packed = Csv();
  packed.compression = "GZIP";
  EXPECT_EQ(Text("SELECT 1 AS a", packed).substr(0, 2), "\x1f\x8b");
  packed.compression = "ZSTD";
  EXPECT_EQ(Text("SELECT 1 AS a", packed).substr(0, 4), "\x28\xb5\x2f\xfd");
}

}  // namespace
}  // namespace tarn::query
