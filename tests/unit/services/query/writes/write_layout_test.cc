#include "services/query/writes/write_layout.h"

#include <gmock/gmock.h>

#include "services/query/writes/storable_type.h"
#include "tests/support/result_matchers.h"

namespace tarn::query {
namespace {

using catalog_client::FileFormat;
using catalog_client::FileLayout;

std::string Names(const std::vector<StoredColumn>& columns) {
  std::string names;
  for (const auto& column : columns)
    names += column.name + ' ' + column.type + ' ' + std::to_string(column.source) + ';';
  return names;
}

// A table of two columns and a key, with one file.
catalog_client::TableSnapshot TableOf(const FileLayout& layout) {
  catalog_client::TableSnapshot table;
  table.columns = {{"id", "BIGINT"}, {"name", "VARCHAR"}, {"day", "DATE", true}};
  table.files.emplace_back().layout = std::make_shared<const FileLayout>(layout);
  return table;
}

FileLayout CsvLayout() {
  FileLayout layout;
  layout.format = FileFormat::kCsv;
  layout.csv.delimiter = ";";
  layout.csv.quote = "'";
  layout.csv.escape = "\\";
  layout.csv.has_header = false;
  layout.csv.columns = {"NAME", "id"};
  layout.columns = {{"name", "NAME"}, {"id", "id"}};
  return layout;
}

TEST(LayoutOf, TakesTheColumnsApartFromTheKeys) {
  const auto layout =
      LayoutOf({{"Day", "DATE"}, {"n", "HUGEINT"}, {"x", "\"NULL\""}}, {.partitioned_by = {"day"}});
  ASSERT_THAT(layout, IsOk());
  EXPECT_EQ(Names(layout->columns), "n DECIMAL(38,0) 1;x VARCHAR 2;");
  EXPECT_EQ(Names(layout->partitions), "day DATE 0;");
}

TEST(LayoutOf, RefusesWhatNoTableHas) {
  const WriteOptions text{.format = "TEXTFILE"};
  EXPECT_THAT(LayoutOf({{"a", "INTEGER"}, {"A", "INTEGER"}}, {}),
              HasError(Code::kUnprocessable, "a name of its own"));
  EXPECT_THAT(LayoutOf({{"", "INTEGER"}}, {}), HasError(Code::kUnprocessable, "a name of its own"));
  EXPECT_THAT(LayoutOf({{"a", "INTERVAL"}}, {}), HasError(Code::kUnprocessable, "CAST it"));
  EXPECT_THAT(LayoutOf({{"a", "STRUCT(b INTERVAL)"}}, {}), HasError(Code::kUnprocessable, "CAST it"));
  EXPECT_THAT(LayoutOf({{"a", "INTEGER[]"}}, text), HasError(Code::kUnprocessable, "CAST it"));
  EXPECT_THAT(LayoutOf({{"a", "INTEGER"}}, {.partitioned_by = {"b"}}),
              HasError(Code::kUnprocessable, "does not have: b"));
  EXPECT_THAT(LayoutOf({{"a", "INTEGER"}}, {.partitioned_by = {"a"}}),
              HasError(Code::kUnprocessable, "at least one column"));
}

TEST(LayoutFor, WritesAsTheNewestFileIsWritten) {
  auto table = TableOf(CsvLayout());
  const auto layout = LayoutFor(table, {});
  ASSERT_THAT(layout, IsOk());
  EXPECT_EQ(layout->format, RowFormat::kCsv);
  EXPECT_EQ(layout->delimiter + layout->quote + layout->escape, ";'\\");
  EXPECT_FALSE(layout->header);
  EXPECT_EQ(Names(layout->columns), "NAME VARCHAR 1;id BIGINT 0;");  // as the file has them
  EXPECT_EQ(Names(layout->partitions), "day DATE 2;");
  table.files.clear();
  EXPECT_EQ(LayoutFor(table, {})->format, RowFormat::kParquet);
}

TEST(LayoutFor, TakesColumnsByTheirNames) {
  FileLayout parquet;
  parquet.columns = {{"name", "old_name"}};
  const auto table = TableOf(parquet);
  const auto layout = LayoutFor(table, {"DAY", "Name"});
  ASSERT_THAT(layout, IsOk());
  EXPECT_EQ(Names(layout->columns), "old_name VARCHAR 1;");
  EXPECT_EQ(Names(layout->partitions), "day DATE 0;");
  EXPECT_THAT(LayoutFor(table, {"day", "nobody"}), HasError(Code::kUnprocessable, "no column nobody"));
  EXPECT_THAT(LayoutFor(table, {"day", "id", "ID"}), HasError(Code::kUnprocessable, "named twice"));
  EXPECT_THAT(LayoutFor(table, {"id"}), HasError(Code::kUnprocessable, "partition key day"));
  EXPECT_THAT(LayoutFor(table, {"day"}), HasError(Code::kUnprocessable, "beside the partition keys"));
  EXPECT_THAT(LayoutFor(TableOf(CsvLayout()), {"id", "day"}), HasError(Code::kUnprocessable, "no header"));
}

TEST(LayoutFor, AddsNothingToFilesThatItCannotWriteAlike) {
  const auto refused = [](auto change, const std::string& word) {
    FileLayout layout = CsvLayout();
    change(layout);
    EXPECT_THAT(LayoutFor(TableOf(layout), {}), HasError(Code::kUnprocessable, word));
  };
  refused([](FileLayout& l) { l.csv.quote = ""; }, "no quotes");
  refused([](FileLayout& l) { l.csv.pattern = "(.*)"; }, "pattern");
  refused([](FileLayout& l) { l.csv.skip_lines = 1; }, "left out");
  refused([](FileLayout& l) { l.csv.comment = "#"; }, "left out");
  refused([](FileLayout& l) { l.csv.encoding = "utf-16"; }, "utf-16");
  refused([](FileLayout& l) { l.csv.formats = {"", "%d.%m.%Y"}; }, "another form");
  refused(
      [](FileLayout& l) {
        l.format = FileFormat::kJson;
        l.records_path = {"data"};
      },
      "inside of other objects");
}

TEST(LosslessCast, ConvertsWhatLosesNothing) {
  EXPECT_EQ(LosslessCast("v", "INTEGER", "INTEGER", "c"), "v");
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"INTEGER", "BIGINT"},
                                                        {"BIGINT", "TINYINT"},
                                                        {"DECIMAL(5,2)", "DECIMAL(10,3)"},
                                                        {"FLOAT", "DOUBLE"},
                                                        {"DATE", "TIMESTAMP"},
                                                        {"INTEGER[]", "BIGINT[]"},
                                                        {"VARCHAR", "DATE"},
                                                        {"\"NULL\"", "DATE"}})
    EXPECT_TRUE(LosslessCast("v", from, to, "c")) << from << " to " << to;
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"DOUBLE", "FLOAT"},
                                                        {"DECIMAL(5,2)", "DECIMAL(5,1)"},
                                                        {"DOUBLE", "INTEGER"},
                                                        {"TIMESTAMP", "DATE"},
                                                        {"INTEGER", "VARCHAR"},
                                                        {"VARCHAR", "INTEGER[]"},
                                                        {"BOOLEAN", "INTEGER"}})
    EXPECT_FALSE(LosslessCast("v", from, to, "c")) << from << " to " << to;
}

TEST(SplitLocation, TakesTheBucketOff) {
  EXPECT_EQ(SplitLocation("a/b/c/"), std::pair(std::string("a"), std::string("b/c/")));
  EXPECT_EQ(SplitLocation("a"), std::pair(std::string("a"), std::string()));
}

}  // namespace
}  // namespace tarn::query
