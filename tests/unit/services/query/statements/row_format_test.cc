#include "services/query/statements/row_format.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"

namespace tarn::query {
namespace {

std::string Render(const std::string& sql, std::unique_ptr<RowFormat> format) {
  auto instance = std::move(duckdb::Instance::Open({})).value();
  auto connection = std::move(instance->Connect()).value();
  auto stream = std::move(connection->Execute(sql)).value();
  std::string text;
  format->Begin(stream->columns(), text);
  while (true) {
    const auto chunk = std::move(stream->Next()).value();
    if (!chunk) break;
    for (size_t row = 0; row < chunk->rows(); ++row) format->Row(*chunk, row, text);
  }
  format->End({{"rows", 1}}, text);
  return text;
}

TEST(JsonFormat, HasColumnsRowsAndStats) {
  const auto text = Render("SELECT 1 AS a, 'x\"' AS b UNION ALL SELECT NULL, ''", MakeJsonFormat());
  EXPECT_EQ(nlohmann::json::parse(text), nlohmann::json::parse(R"({
    "columns": [{"name": "a", "type": "INTEGER"}, {"name": "b", "type": "VARCHAR"}],
    "rows": [[1, "x\""], [null, ""]], "stats": {"rows": 1}})"));
}

TEST(JsonFormat, IsWholeWithoutRows) {
  EXPECT_EQ(nlohmann::json::parse(Render("SELECT 1 AS a WHERE false", MakeJsonFormat()))["rows"], nlohmann::json::array());
}

TEST(CsvFormat, QuotesWhatNeedsIt) {
  EXPECT_EQ(Render("SELECT 'a,b' AS \"x,y\", 'say \"hi\"' AS b, E'two\\nlines' AS c, E'cr\\r' AS d, ' ' AS e", MakeCsvFormat()),
            "\"x,y\",b,c,d,e\r\n\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"cr\r\", \r\n");
}

TEST(CsvFormat, TellsNullFromEmptyText) {
  EXPECT_EQ(Render("SELECT NULL AS a, '' AS b, NULL AS c", MakeCsvFormat()), "a,b,c\r\n,\"\",\r\n");
}

TEST(CsvFormat, WritesValuesAsTheEngineShowsThem) {
  EXPECT_EQ(Render("SELECT 1.50 AS d, [1, NULL] AS l, DATE '2026-02-03' AS t, true AS b, {'k': 'v'} AS s", MakeCsvFormat()),
            "d,l,t,b,s\r\n1.50,\"[1, NULL]\",2026-02-03,true,{'k': v}\r\n");
}

TEST(NdjsonFormat, KeepsTheOrderOfColumnsAndTellsRepeatedNamesApart) {
  EXPECT_EQ(Render("SELECT 1 AS z, 2 AS a, 3 AS a, NULL AS \"q\"\"\"", MakeNdjsonFormat()), "{\"z\":1,\"a\":2,\"a_1\":3,\"q\\\"\":null}\n");
}

}  // namespace
}  // namespace tarn::query
