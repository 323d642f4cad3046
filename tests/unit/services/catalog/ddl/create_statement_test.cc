#include "services/catalog/ddl/create_statement.h"

#include <gmock/gmock.h>

#include "services/catalog/ddl/hive_text.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

DataFile FileOf(FileLayout layout, const std::string& key = "shop/orders/a") {
  DataFile file;
  file.key = key;
  file.layout = std::make_shared<const FileLayout>(std::move(layout));
  return file;
}

DataFile CsvFile(const CsvDialect& dialect) { return FileOf({FileFormat::kCsv, {}, {}, dialect}); }

Table Orders() {
  Table table;
  table.name = {"shop", "orders"};
  table.location = "transformed/shop/orders";
  table.columns = {{"id", "BIGINT"}};
  return table;
}

TEST(CreateTableStatement, TellsColumnsPartitionsFormatLocationAndProperties) {
  Table table = Orders();
  table.columns = {{"id", "BIGINT", false, 1, "it's a\nkey"},
                   {"a`b", "STRUCT(x INTEGER[], \"y z\" UUID)"},
                   {"price", "DECIMAL(10,2)"},
                   {"day", "DATE", true}};
  table.edits.description = "All orders";
  table.edits.parameters = {{"team", "sales"}};
  const auto statement = CreateTableStatement(
      table, {FileOf({FileFormat::kParquet, {}, {}, {}}, "shop/orders/day=2026-01-01/a")});
  EXPECT_EQ(statement.sql, R"(CREATE EXTERNAL TABLE `shop`.`orders` (
  `id` bigint COMMENT 'it\'s a\nkey',
  `a``b` struct<x:array<int>,`y z`:string>,
  `price` decimal(10,2))
COMMENT 'All orders'
PARTITIONED BY (
  `day` date)
STORED AS PARQUET
LOCATION 's3://transformed/shop/orders/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'team' = 'sales'))");
  EXPECT_THAT(statement.notes, IsEmpty());
}

TEST(CreateTableStatement, TellsHowTextIsRead) {
  CsvDialect quoted;
  quoted.delimiter = ";";
  quoted.skip_lines = 2;
  EXPECT_EQ(CreateTableStatement(Orders(), {CsvFile(quoted)}).sql, R"(CREATE EXTERNAL TABLE `shop`.`orders` (
  `id` bigint)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
WITH SERDEPROPERTIES ('separatorChar' = ';', 'quoteChar' = '"', 'escapeChar' = '\\')
STORED AS TEXTFILE
LOCATION 's3://transformed/shop/orders/'
TBLPROPERTIES (
  'classification' = 'csv',
  'skip.header.line.count' = '3'))");

  CsvDialect plain;
  plain.delimiter = "\x01";
  plain.quote = plain.escape = "";
  plain.has_header = false;
  const std::string text = CreateTableStatement(Orders(), {CsvFile(plain)}).sql;
  EXPECT_THAT(text, HasSubstr("ROW FORMAT DELIMITED\n  FIELDS TERMINATED BY '\\u0001'\nSTORED AS TEXTFILE"));
  EXPECT_THAT(text, Not(HasSubstr("skip.header")));

  CsvDialect lines;
  lines.pattern = R"((\d+) (.*))";
  EXPECT_THAT(CreateTableStatement(Orders(), {CsvFile(lines)}).sql, HasSubstr(R"(RegexSerDe'
WITH SERDEPROPERTIES ('input.regex' = '(\\d+) (.*)'))"));

  EXPECT_THAT(CreateTableStatement(Orders(), {FileOf({FileFormat::kJson, {}, {}, {}})}).sql,
              HasSubstr("JsonSerDe"));
}

TEST(CreateTableStatement, TellsHowTextIsDecoded) {
  FileLayout layout{FileFormat::kCsv, {}, {}, CsvDialect()};
  layout.decoding = {"zip", "windows-1252", 2};
  const auto statement = CreateTableStatement(Orders(), {FileOf(layout)});
  EXPECT_THAT(statement.sql, HasSubstr("'serialization.encoding' = 'windows-1252'"));
  EXPECT_THAT(statement.sql, HasSubstr("'skip.footer.line.count' = '2'"));
  EXPECT_THAT(statement.notes, ElementsAre(HasSubstr("ZIP")));
}

TEST(CreateTableStatement, NotesWhatItCannotTell) {
  EXPECT_THAT(CreateTableStatement(Orders(), {}).notes, ElementsAre(HasSubstr("no files")));

  const DataFile csv = CsvFile({});
  const DataFile parquet = FileOf({FileFormat::kParquet, {}, {}, {}});
  const auto mixed = CreateTableStatement(Orders(), {csv, parquet, parquet});
  EXPECT_THAT(mixed.sql, HasSubstr("STORED AS PARQUET"));
  EXPECT_THAT(mixed.notes, ElementsAre(HasSubstr("Not all files")));

  Table positional = Orders();
  positional.columns.push_back({"partition_0", "BIGINT", true});
  EXPECT_THAT(
      CreateTableStatement(positional, {FileOf({FileFormat::kParquet, {}, {}, {}}, "shop/orders/2026/a")})
          .notes,
      ElementsAre(HasSubstr("partition keys")));

  const FileLayout wrapped{FileFormat::kJson, {}, {}, {}, {"data", "items"}};
  EXPECT_THAT(CreateTableStatement(Orders(), {FileOf(wrapped)}).notes, ElementsAre(HasSubstr("one object")));
}

TEST(CreateViewStatement, KeepsTheSqlAndNotesItsDialect) {
  View view;
  view.name = {"shop", "daily\"x"};
  view.sql = "SELECT 1";
  view.dialect = "athena";
  EXPECT_EQ(CreateViewStatement(view).sql, "CREATE VIEW \"shop\".\"daily\"\"x\" AS\nSELECT 1");
  EXPECT_THAT(CreateViewStatement(view).notes, IsEmpty());
  view.dialect = "duckdb";
  EXPECT_THAT(CreateViewStatement(view).notes, ElementsAre(HasSubstr("duckdb")));
}

TEST(HiveText, EscapesWhatWouldEndIt) {
  EXPECT_EQ(HiveLiteral("a'b\\c\t\r"), R"('a\'b\\c\t\r')");
  EXPECT_EQ(HiveLiteral("\xc3\xa9"), "'\xc3\xa9'");
  EXPECT_EQ(HiveName("a`; DROP"), "`a``; DROP`");
}

}  // namespace
}  // namespace tarn::catalog
