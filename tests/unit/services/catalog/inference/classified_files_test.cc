// Files that are read with a user's classifiers.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "services/catalog/inference/classifiers/classifier.h"
#include "services/catalog/inference/csv_reader_sql.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/inference/inspection_fixture.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;
using testing::ElementsAre;

struct ClassifiedFile : testing::Test {
  Result<Inspection> Inspect(const std::string& name, std::string_view content, const json& classifiers,
                             std::optional<FileFormat> format = FileFormat::kCsv) {
    const auto parsed = ParseClassifiers(classifiers);
    if (!parsed.ok()) return parsed.error();
    return fixture.inspector.Inspect(fixture.Write(name, content), format, *parsed);
  }
  InspectionFixture fixture;
};

const json kAccessLog = {
    {"name", "access"},
    {"kind", "regex"},
    {"pattern",
     R"re((?<ip>\S+) \S+ \S+ \[(?<at>[^\]]+)\] "(?<request>.*?)" (?<status>\d+) (?<bytes>\d+|-))re"}};
constexpr const char* kAccessLines =
    "10.0.0.1 - - [2024-01-02T10:00:00Z] \"GET / HTTP/1.1\" 200 15\n"
    "\n"
    "10.0.0.2 - - [2024-01-02T10:00:01Z] \"GET /a\" \"b\" HTTP/1.1\" 404 20\r\n";

TEST_F(ClassifiedFile, OfLinesHasTheGroupsAsTypedColumns) {
  const auto inspection = Inspect("a.log", kAccessLines, json::array({kAccessLog}), std::nullopt);
  ASSERT_THAT(inspection, IsOk());
  EXPECT_THAT(Describe(*inspection), ElementsAre("ip VARCHAR", "at TIMESTAMP WITH TIME ZONE",
                                                 "request VARCHAR", "status BIGINT", "bytes BIGINT"));
  EXPECT_EQ(inspection->rows, 2);
  EXPECT_EQ(inspection->classifier, "access");
  ASSERT_EQ(inspection->statistics.size(), 5u);
  EXPECT_EQ(inspection->statistics[3].min, "200");
  EXPECT_EQ(inspection->statistics[1].max, "2024-01-02 10:00:01+00");
}

TEST_F(ClassifiedFile, OfLinesSaysWhichOneDoesNotMatch) {
  const std::string lines = std::string(kAccessLines) + "  at com.example.Main(Main.java:1)\n";
  EXPECT_THAT(Inspect("a.log", lines, json::array({kAccessLog}), std::nullopt),
              HasError(Code::kUnprocessable, "access: lines do not match the pattern: 1 of 3 (line 4)"));
  json skipping = kAccessLog;
  skipping["unmatched"] = "skip";
  const auto inspection = Inspect("a.log", lines, json::array({skipping}), std::nullopt);
  ASSERT_THAT(inspection, IsOk());
  EXPECT_EQ(inspection->rows, 2);
}

TEST_F(ClassifiedFile, OfMoreLinesThanAreMatchedAtATimeIsReadToTheEnd) {
  std::string lines;
  for (int i = 0; i < 120'000; ++i) lines += "event=" + std::to_string(i) + " level=info\n";
  lines += "event=x level=info\n";
  const json classifier = {
      {"name", "kv"}, {"kind", "regex"}, {"pattern", "event=(?<event>\\w+) level=(?<level>\\w+)"}};
  const auto inspection = Inspect("a.log", lines, json::array({classifier}), std::nullopt);
  ASSERT_THAT(inspection, IsOk());
  EXPECT_EQ(inspection->rows, 120'001);
  EXPECT_THAT(Describe(*inspection), ElementsAre("event VARCHAR", "level VARCHAR"));
}

TEST_F(ClassifiedFile, OfCsvIsReadAsItSays) {
  const json classifier = {
      {"name", "c"},     {"kind", "csv"},   {"delimiter", "|"},        {"quote", ""},
      {"header", false}, {"skip_lines", 1}, {"names", {"id", "text"}}, {"types", {{"id", "varchar"}}}};
  const auto inspection =
      Inspect("a.csv", "made by a program|with a bar\n1|\"a\n2|b,c\n", json::array({classifier}));
  ASSERT_THAT(inspection, IsOk());
  EXPECT_THAT(Describe(*inspection), ElementsAre("id VARCHAR", "text VARCHAR"));
  EXPECT_EQ(inspection->rows, 2);
  EXPECT_EQ(inspection->layout.csv->quote, "");
}

TEST_F(ClassifiedFile, HasAHeaderWhereTheUserSaysSo) {
  const json header = {{"name", "h"}, {"kind", "csv"}, {"header", true}};
  const json none = {{"name", "n"}, {"kind", "csv"}, {"header", false}};
  constexpr const char* kNumbers = "1,2\n3,4\n5,6\n";
  EXPECT_THAT(Describe(*Inspect("a.csv", kNumbers, json::array({header}))),
              ElementsAre("1 BIGINT", "2 BIGINT"));
  EXPECT_THAT(Describe(*Inspect("a.csv", "a,b\n1,2\n3,4\n", json::array({none}))),
              ElementsAre("column0 VARCHAR", "column1 VARCHAR"));
}

TEST_F(ClassifiedFile, GoesToTheFirstClassifierThatFits) {
  const json bars = {{"name", "bars"}, {"kind", "csv"}, {"delimiter", "|"}};
  const json records = {{"name", "records"}, {"kind", "json"}, {"path", "$.items[*]"}};
  const json all = json::array({kAccessLog, records, bars});
  EXPECT_EQ(Inspect("a.csv", "a|b\n1|2\n", all)->classifier, "bars");
  EXPECT_EQ(Inspect("b.csv", kAccessLines, all)->classifier, "access");
  EXPECT_EQ(Inspect("c.csv", "a,b\n1,2\n", all)->classifier, "");
  EXPECT_THAT(Inspect("d.log", "a,b\n1,2\n", all, std::nullopt),
              HasError(Code::kUnprocessable, "no classifier fits"));
}

TEST_F(ClassifiedFile, OfJsonHasTheRecordsInside) {
  const json classifier = {
      {"name", "r"}, {"kind", "json"}, {"path", "$.data['the items'][*]"}, {"types", {{"n", "DOUBLE"}}}};
  const auto inspection = Inspect(
      "a.json",
      R"({"page": 1, "data": {"x": [], "the items": [{"id": 1, "n": 2}, {"id": 3, "t": {"u": "v"}}]}})",
      json::array({classifier}), FileFormat::kJson);
  ASSERT_THAT(inspection, IsOk());
  EXPECT_THAT(Describe(*inspection), ElementsAre("id BIGINT", "n DOUBLE", "t STRUCT(u VARCHAR)"));
  EXPECT_EQ(inspection->rows, 2);
  EXPECT_THAT(inspection->layout.records_path, ElementsAre("data", "the items"));
  EXPECT_EQ(inspection->statistics[0].max, "3");
}

TEST_F(ClassifiedFile, IsAnErrorWhereAGivenTypeDoesNotHold) {
  const json classifier = {{"name", "c"}, {"kind", "csv"}, {"types", {{"a", "INTEGER"}}}};
  const auto parsed = ParseClassifiers(json::array({classifier}));
  ASSERT_THAT(parsed, IsOk());
  EXPECT_THAT(fixture.inspector.Inspect(fixture.Write("a.csv", "a,b\n1,2\nx,4\n"), std::nullopt, *parsed),
              HasError(Code::kUnprocessable, "1 of a are no INTEGER"));
}

}  // namespace
}  // namespace tarn::catalog
