#include "services/catalog/inference/file_inspector.h"

#include <gmock/gmock.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/inference/inspection_fixture.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;

struct CsvCase {
  const char* name;
  std::string content;
  std::vector<std::string> columns;
  int64_t rows;
  CsvDialect dialect = {};
};

class CsvFile : public testing::TestWithParam<CsvCase> {};

TEST_P(CsvFile, IsReadAsPeopleMeanIt) {
  InspectionFixture fixture;
  const auto inspection = fixture.InspectCsv(GetParam().content);
  ASSERT_THAT(inspection, IsOk());
  EXPECT_EQ(Describe(*inspection), GetParam().columns);
  EXPECT_EQ(inspection->rows, GetParam().rows);
  const CsvDialect& dialect = *inspection->layout.csv;
  EXPECT_EQ(dialect.delimiter, GetParam().dialect.delimiter);
  EXPECT_EQ(dialect.quote, GetParam().dialect.quote);
  EXPECT_EQ(dialect.escape, GetParam().dialect.escape);
  EXPECT_EQ(dialect.has_header, GetParam().dialect.has_header);
  EXPECT_EQ(dialect.skip_lines, GetParam().dialect.skip_lines);
  EXPECT_EQ(dialect.comment, GetParam().dialect.comment);
  EXPECT_EQ(dialect.encoding, GetParam().dialect.encoding);
  EXPECT_EQ(dialect.short_rows, GetParam().dialect.short_rows);
  EXPECT_EQ(dialect.formats, GetParam().dialect.formats);
}

std::string Repeat(const std::string& text, int count) {
  std::string repeated;
  for (int i = 0; i < count; ++i) repeated += text;
  return repeated;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, CsvFile,
    testing::Values(
        CsvCase{"Simple", "id,name\n1,a\n2,b\n", {"id BIGINT", "name VARCHAR"}, 2},
        CsvCase{"NoLineEndAtTheEnd", "id,name\n1,a\n2,b", {"id BIGINT", "name VARCHAR"}, 2},
        CsvCase{"WindowsLineEnds", "id,name\r\n1,a\r\n", {"id BIGINT", "name VARCHAR"}, 1},
        CsvCase{"QuotedCommas", "id,city\n1,\"Anytown, WW\"\n2,x\n", {"id BIGINT", "city VARCHAR"}, 2},
        CsvCase{"DoubledQuotes", "id,t\n1,\"ha \"\"ha\"\" ha\"\n", {"id BIGINT", "t VARCHAR"}, 1},
        CsvCase{"EmbeddedLineEnds", "a,b\n\"Once upon \na time\",5\n7,8\n", {"a VARCHAR", "b BIGINT"}, 2},
        CsvCase{"QuotesOnlyBeyondTheSample",
                "a,b\n" + Repeat("1,x\n", 30'000) + "2,\"y, z\"\n",
                {"a BIGINT", "b VARCHAR"},
                30'001},
        CsvCase{"AnotherTypeBeyondTheSample",
                "a,b\n" + Repeat("1,2\n", 30'000) + "x,2.5\n",
                {"a VARCHAR", "b DOUBLE"},
                30'001},
        CsvCase{"LeadingZeros", "zip,n\n01234,1\n23456,2\n", {"zip VARCHAR", "n BIGINT"}, 2},
        CsvCase{"ByteOrderMark", "\xef\xbb\xbfid,name\n1,a\n", {"id BIGINT", "name VARCHAR"}, 1},
        CsvCase{"HeaderOnly", "id,name\n", {"id NULL", "name NULL"}, 0},
        CsvCase{"AllText", "name,city\nbob,paris\nann,rome\n", {"name VARCHAR", "city VARCHAR"}, 2},
        CsvCase{"NoHeader",
                "1,foo\n2,bar\n",
                {"column0 BIGINT", "column1 VARCHAR"},
                2,
                {",", "\"", "\"", false, 0}},
        CsvCase{"NoHeaderBecauseValuesRepeat",
                "a,a\nb,c\n",
                {"column0 VARCHAR", "column1 VARCHAR"},
                2,
                {",", "\"", "\"", false, 0}},
        CsvCase{"ShortHeaderName", "f\nTrue\nFalse\n", {"f BOOLEAN"}, 2},
        CsvCase{"OneColumn", "name\nbob\nann\n", {"name VARCHAR"}, 2},
        CsvCase{
            "Semicolons", "a;b\n1,5;x\n2,5;y\n", {"a VARCHAR", "b VARCHAR"}, 2, {";", "\"", "\"", true, 0}},
        CsvCase{"Tabs", "a\tb\n1\tx, y\n", {"a BIGINT", "b VARCHAR"}, 1, {"\t", "\"", "\"", true, 0}},
        CsvCase{"Pipes", "a|b\n1|x\n", {"a BIGINT", "b VARCHAR"}, 1, {"|", "\"", "\"", true, 0}},
        CsvCase{
            "SingleQuotes", "a,b\n1,'x,y'\n2,'z'\n", {"a BIGINT", "b VARCHAR"}, 2, {",", "'", "'", true, 0}},
        CsvCase{"BackslashEscapes",
                "a,b\n1,\"x \\\"y\\\", z\"\n2,\"w\"\n",
                {"a BIGINT", "b VARCHAR"},
                2,
                {",", "\"", "\\", true, 0}},
        CsvCase{"TitleAboveTheHeader",
                "Title of report\n\na,b,c\n1,2,3\n4,5,6\n",
                {"a BIGINT", "b BIGINT", "c BIGINT"},
                2,
                {",", "\"", "\"", true, 2}},
        CsvCase{"BlankLines", "a,b\n\n1,2\n\n\n3,4\n\n", {"a BIGINT", "b BIGINT"}, 2},
        CsvCase{"EmptyValues", "a,b,c\n1,\"\",\"\"\n2,,\n", {"a BIGINT", "b NULL", "c NULL"}, 2},
        CsvCase{"RepeatedNames",
                "a,A,b,\n1,2,3,4\n",
                {"a BIGINT", "A_1 BIGINT", "b BIGINT", "column3 BIGINT"},
                1},
        CsvCase{"RowsThatEndEarly",
                "a,b\n1,2\n3\n",
                {"a BIGINT", "b BIGINT"},
                2,
                {",", "\"", "\"", true, 0, "", "utf-8", true, {}}},
        CsvCase{"RowsThatEndEarlyBeyondTheFirstOnes",
                "a,b,c\n" + Repeat("1,2,3\n", 30'000) + "1,2\n",
                {"a BIGINT", "b BIGINT", "c BIGINT"},
                30'001,
                {",", "\"", "\"", true, 0, "", "utf-8", true, {}}},
        CsvCase{"Latin1",
                "ort,n\nK\xf6ln,1\nBonn,2\n",
                {"ort VARCHAR", "n BIGINT"},
                2,
                {",", "\"", "\"", true, 0, "", "latin-1", false, {}}},
        CsvCase{"Utf16",
                std::string("\xff\xfe"
                            "a\0,\0b\0\n\0"
                            "1\0,\0x\0\n\0",
                            18),
                {"a BIGINT", "b VARCHAR"},
                1,
                {",", "\"", "\"", true, 0, "", "utf-16", false, {}}},
        CsvCase{"CommentsAboveAndAmongRows",
                "# made by x\na,b\n1,2\n# pause\n3,4\n",
                {"a BIGINT", "b BIGINT"},
                2,
                {",", "\"", "\"", true, 0, "#", "utf-8", false, {}}},
        CsvCase{"HeaderOfTwoLines",
                "t,v,w\ns,m/s,kg\n1,2.5,3\n2,3.5,4\n",
                {"t s BIGINT", "v m/s DOUBLE", "w kg BIGINT"},
                2,
                {",", "\"", "\"", true, 1}},
        CsvCase{"DatesInAnotherOrder",
                "id,day\n1,31/12/2023\n2,01/02/2024\n",
                {"id BIGINT", "day DATE"},
                2,
                {",", "\"", "\"", true, 0, "", "utf-8", false, {"", "%d/%m/%Y"}}},
        CsvCase{"SpacesForNothing", "a,b\n1, \n2,3\n", {"a BIGINT", "b VARCHAR"}, 2},
        CsvCase{"TimesAndDates", "d,t\n2024-01-02,2024-01-02T03:04:05\n", {"d DATE", "t TIMESTAMP"}, 1}),
    [](const auto& info) { return std::string(info.param.name); });

struct BadCsvCase {
  const char* name;
  std::string content;
  const char* reason;
};

class BadCsvFile : public testing::TestWithParam<BadCsvCase> {};

TEST_P(BadCsvFile, IsRefusedWithTheLineAtFault) {
  InspectionFixture fixture;
  const auto inspection = fixture.InspectCsv(GetParam().content);
  EXPECT_THAT(inspection, HasError(Code::kUnprocessable, GetParam().reason));
  ASSERT_FALSE(inspection.ok());
  EXPECT_EQ(inspection.error().message().find(fixture.directory.path().string()), std::string::npos)
      << "the message shows a path";
}

INSTANTIATE_TEST_SUITE_P(
    Cases, BadCsvFile,
    testing::Values(
        BadCsvCase{"Empty", "", "empty"}, BadCsvCase{"OnlyBlankLines", "\n\n \n", "empty"},
        BadCsvCase{"TooManyFields", "a,b\n1,2\n3,4,5\n", "line 3"},
        BadCsvCase{"RaggedBothWays", "a,b\n1,2\n3\n4,5,6\n", "line 4"},
        BadCsvCase{"TooManyFieldsFarDown", "a,b,c\n" + Repeat("1,2,3\n", 30'000) + "1,2,3,4\n", "line 30002"},
        BadCsvCase{"Aligned", "a   b    c\n1   2.5  3\n10  3.5  4\n", "aligned"},
        BadCsvCase{"TooManyColumns", Repeat("1,", 100'000) + "1\n", "5000 columns"},
        BadCsvCase{"Binary", std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0", 24), "binary"},
        BadCsvCase{"UnterminatedQuote", "a,b\n1,\"x, z\"\n2,\"w, v\"\n3,\"y\n4,u\n", "unterminated quote"},
        BadCsvCase{"LongRecord", "a,b\n1," + std::string(3'000'000, 'x') + "\n", "line 2"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(FileInspector, ReadsCompressedCsv) {
  InspectionFixture fixture;
  const auto file = fixture.WriteQuery("a.csv.gz", "SELECT i AS id, 'x, ' || i AS text FROM range(1000) t(i)",
                                       " (FORMAT csv, COMPRESSION gzip)");
  const auto inspection = fixture.Inspect(file, FileFormat::kCsv);
  ASSERT_THAT(inspection, IsOk());
  EXPECT_THAT(Describe(*inspection), ElementsAre("id BIGINT", "text VARCHAR"));
  EXPECT_EQ(inspection->rows, 1000);
}

TEST(FileInspector, TellsWhatMustBeDoneToTextThatTheEngineDoesNotRead) {
  InspectionFixture fixture;
  const auto notes = fixture.InspectCsv("a,b,c\n1,2,3\n4,5,6\n\nSource: the office of x\n");
  ASSERT_THAT(notes, IsOk());
  EXPECT_EQ(notes->rows, 2);
  EXPECT_EQ(notes->layout.decoding, (decoding::Decoding{"", "", 2}));
  const auto windows = fixture.InspectCsv("a,b\n\x93x\x94,1\ny,2\n");
  ASSERT_THAT(windows, IsOk());
  EXPECT_EQ(windows->layout.decoding, (decoding::Decoding{"", "windows-1252", 0}));
  EXPECT_EQ(windows->layout.csv->encoding, "utf-8");
  const auto gzip = fixture.Inspect(
      fixture.WriteQuery("a.csv", "SELECT i AS id FROM range(10) t(i)", " (FORMAT csv, COMPRESSION gzip)"),
      FileFormat::kCsv);
  ASSERT_THAT(gzip, IsOk());
  EXPECT_EQ(gzip->layout.decoding, (decoding::Decoding{"gzip", "", 0}));
  EXPECT_EQ(gzip->rows, 10);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(fixture.directory.path()), {}), 1)
      << "what was decoded is gone";
}

TEST(FileInspector, CutsNotesOffWhateverTheTextIsIn) {
  InspectionFixture fixture;
  const std::string lines =
      "SELECT unnest(['a,b,c', '1,2,3', '4,5,6', '', 'Source: the office of x']) AS line";
  const std::string plain = " (FORMAT csv, HEADER false, QUOTE '', DELIMITER '|'";
  const auto packed =
      fixture.Inspect(fixture.WriteQuery("a.csv.gz", lines, plain + ", COMPRESSION gzip)"), FileFormat::kCsv);
  ASSERT_THAT(packed, IsOk());
  EXPECT_EQ(packed->layout.decoding, (decoding::Decoding{"gzip", "", 2}));
  EXPECT_EQ(packed->rows, 2);
  std::string wide = "\xff\xfe";
  for (const char c : std::string("a,b,c\n1,2,3\n4,5,6\n\nSource: the office of x\n")) wide += {c, '\0'};
  const auto utf16 = fixture.InspectCsv(wide);
  ASSERT_THAT(utf16, IsOk());
  EXPECT_EQ(utf16->layout.decoding, (decoding::Decoding{"", "utf-16le", 2}));
  EXPECT_EQ(utf16->rows, 2);
}

TEST(FileInspector, ReadsSchemaAndRowCountOfParquet) {
  InspectionFixture fixture;
  const auto file = fixture.WriteQuery("a.parquet",
                                       "SELECT 1::INTEGER AS i, DATE '2024-01-01' AS d, {'a': 'x', 'b': [1]} "
                                       "AS s, 1.5::DECIMAL(10,2) AS \"odd \"\"name\" FROM range(7)",
                                       " (FORMAT parquet)");
  const auto inspection = fixture.Inspect(file, FileFormat::kParquet);
  ASSERT_THAT(inspection, IsOk());
  EXPECT_THAT(Describe(*inspection), ElementsAre("i INTEGER", "d DATE", "s STRUCT(a VARCHAR, b INTEGER[])",
                                                 "odd \"name DECIMAL(10,2)"));
  EXPECT_EQ(inspection->rows, 7);
}

TEST(FileInspector, TakesNoPartitionFromAFilesPlace) {
  InspectionFixture fixture;
  std::filesystem::create_directory(fixture.directory / "k=1");
  const auto inspection = fixture.Inspect(
      fixture.WriteQuery("k=1/a.parquet", "SELECT 1 AS i", " (FORMAT parquet)"), FileFormat::kParquet);
  ASSERT_THAT(inspection, IsOk());
  EXPECT_THAT(Describe(*inspection), ElementsAre("i INTEGER"));
}

TEST(FileInspector, RefusesATruncatedParquetFileAndGoesOn) {
  InspectionFixture fixture;
  const auto whole = fixture.WriteQuery("a.parquet", "SELECT i FROM range(1000) t(i)", " (FORMAT parquet)");
  const auto cut = fixture.directory / "cut.parquet";
  std::filesystem::copy_file(whole, cut);
  std::filesystem::resize_file(cut, std::filesystem::file_size(cut) - 20);
  EXPECT_THAT(fixture.Inspect(cut, FileFormat::kParquet), HasError(Code::kUnprocessable, ""));
  EXPECT_THAT(fixture.Inspect(fixture.Write("empty.parquet", ""), FileFormat::kParquet),
              HasError(Code::kUnprocessable, ""));
  EXPECT_THAT(fixture.Inspect(whole, FileFormat::kParquet), IsOk());
}

TEST(FileInspector, ReadsJsonArraysAndLines) {
  InspectionFixture fixture;
  const auto array = fixture.Inspect(
      fixture.Write("a.json", R"([{"id": 1, "tags": ["x"]}, {"id": 2, "name": "b"}])"), FileFormat::kJson);
  ASSERT_THAT(array, IsOk());
  EXPECT_THAT(Describe(*array), ElementsAre("id BIGINT", "tags VARCHAR[]", "name VARCHAR"));
  EXPECT_EQ(array->rows, 2);
  const auto lines = fixture.Inspect(
      fixture.Write("a.ndjson", "{\"id\": 1}\n{\"id\": 2.5}\n{\"id\": null}\n"), FileFormat::kJson);
  ASSERT_THAT(lines, IsOk());
  EXPECT_THAT(Describe(*lines), ElementsAre("id DOUBLE"));
  EXPECT_EQ(lines->rows, 3);
}

TEST(FileInspector, RefusesMalformedJson) {
  InspectionFixture fixture;
  EXPECT_THAT(fixture.Inspect(fixture.Write("a.json", "{\"id\": 1}\n{\"id\": "), FileFormat::kJson),
              HasError(Code::kUnprocessable, ""));
}

TEST(FileInspector, CanReachNoFileOutsideItsDirectory) {
  InspectionFixture fixture;
  const TempDirectory elsewhere;
  std::ofstream(elsewhere / "secret.csv") << "a,b\n1,2\n";
  EXPECT_FALSE(fixture.Inspect(elsewhere / "secret.csv", FileFormat::kCsv).ok());
}

TEST(FileInspector, GivesUpOnAFileThatTakesTooLong) {
  InspectionFixture fixture;
  const auto file =
      fixture.WriteQuery("big.csv", "SELECT i, 'text ' || i AS t FROM range(3000000) t(i)", " (FORMAT csv)");
  InspectionOptions options;
  options.timeout = std::chrono::milliseconds(20);
  FileInspector hasty(fixture.directory.path(), options);
  EXPECT_THAT(hasty.Inspect(file, FileFormat::kCsv), HasError(Code::kDeadlineExceeded, "20 ms"));
}

TEST(FileInspector, StopsWhenAsked) {
  InspectionFixture fixture;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THAT(
      fixture.inspector.Inspect(fixture.Write("a.csv", "a,b\n1,2\n"), FileFormat::kCsv, stop.get_token()),
      HasError(Code::kCancelled, ""));
}

}  // namespace
}  // namespace tarn::catalog
