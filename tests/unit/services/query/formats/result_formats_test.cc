// Every type through every format and back: docs/result_formats.md says the same in words.
#include "services/query/formats/result_format.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "common/duckdb/write_parquet.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/query/formats/render.h"

namespace tarn::query {
namespace {

struct TypeCase {
  const char* type;
  std::vector<const char*> values;  // SQL; NULL comes on top
};

const std::vector<TypeCase>& Types() {
  static const std::vector<TypeCase> kTypes = {
      {"BOOLEAN", {"true", "false"}},
      {"TINYINT", {"-128", "127"}},
      {"BIGINT", {"-9223372036854775808", "9223372036854775807", "9007199254740993"}},
      {"UBIGINT", {"18446744073709551615"}},
      {"HUGEINT", {"-170141183460469231731687303715884105728", "170141183460469231731687303715884105727"}},
      {"UHUGEINT", {"340282366920938463463374607431768211455"}},
      {"FLOAT", {"0.1", "'NaN'", "'-Infinity'", "3.4028235e38"}},
      {"DOUBLE", {"0.1", "1e-300", "'NaN'", "'Infinity'", "'-Infinity'", "1.7976931348623157e308", "-0.0"}},
      {"DECIMAL(4,1)", {"-999.9"}},
      {"DECIMAL(38,10)", {"9999999999999999999999999999.9999999999", "-0.0000000001"}},
      {"VARCHAR", {"''", "'a,\"b\"'", "E'two\\nlines\\r\\t'", "'Zoë 日本 🎵'", "'NULL'", "' '"}},
      {"JSON", {"'{\"a\": [1, null]}'"}},
      {"BLOB", {"''", "'\\x00\\xFF\\x0A,\"'"}},
      {"BIT", {"'10101'"}},
      {"UUID", {"'6ba7b810-9dad-11d1-80b4-00c04fd430c8'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"}},
      {"DATE", {"'2026-02-03'", "'0001-01-01'", "'9999-12-31'"}},
      {"TIME", {"'04:05:06.789012'", "'23:59:59.999999'"}},
      {"TIME WITH TIME ZONE", {"'04:05:06.789012+05:30'", "'00:00:00-12'"}},
      {"TIMESTAMP", {"'2026-02-03 04:05:06.789012'", "'1582-10-04 00:00:00'"}},
      {"TIMESTAMP_S", {"'2026-02-03 04:05:06'"}},
      {"TIMESTAMP_MS", {"'2026-02-03 04:05:06.789'"}},
      {"TIMESTAMP_NS", {"'2026-02-03 04:05:06.789012345'"}},
      {"TIMESTAMP WITH TIME ZONE", {"'2026-02-03 04:05:06.789012+02'"}},
      {"INTERVAL", {"INTERVAL '1 year 2 months -3 days 04:05:06.789012'", "INTERVAL '-1 microsecond'"}},
      {"ENUM('sad', 'ok', 'so, so')", {"'ok'", "'so, so'"}},
      {"INTEGER[]", {"[1, NULL, 3]", "[]"}},
      {"HUGEINT[]", {"[170141183460469231731687303715884105727]"}},
      {"VARCHAR[2]", {"['a', NULL]"}},
      {"STRUCT(a INTEGER, \"b c\" VARCHAR[])",
       {"{'a': 1, 'b c': ['x, y', '', NULL]}", "{'a': NULL, 'b c': NULL}"}},
      {"MAP(VARCHAR, INTERVAL)", {"MAP {'k': INTERVAL '1 microsecond', '': NULL}", "MAP {}"}},
      {"STRUCT(m ENUM('x', 'y'), d DECIMAL(20,5)[])[]", {"[{'m': 'y', 'd': [1.5, NULL]}, NULL]"}},
  };
  return kTypes;
}

// A column v of all values and a NULL, and n to sort by.
std::string Values(const TypeCase& test) {
  std::string sql = "SELECT 0 AS n, CAST(NULL AS " + std::string(test.type) + ") AS v";
  int n = 0;
  for (const char* value : test.values) {
    sql += " UNION ALL SELECT " + std::to_string(++n) + ", CAST(" + value + " AS " + test.type + ")";
  }
  return "SELECT * FROM (" + sql + ") ORDER BY n";
}

class Formats : public testing::TestWithParam<TypeCase> {
 protected:
  void SetUp() override {
    duckdb::InstanceOptions options;
    options.allowed_directories = {directory_.path()};
    options.writes_streams = true;
    instance_ = std::move(duckdb::Instance::Open(options)).value();
    connection_ = std::move(instance_->Connect()).value();
  }

  std::string Save(const std::string& content) {
    const auto path = directory_ / "rows";
    std::ofstream(path, std::ios::binary) << content;
    return duckdb::QuoteLiteral(path.string());
  }

  // How many of the rows read by `sql` (n, v) are not the original ones. Compared as the engine writes
  // values, since NaN and -0.0 tell themselves apart there.
  void ExpectSame(const std::string& sql) {
    const std::string type = GetParam().type;
    const std::string original = "SELECT n, CAST(v AS VARCHAR) AS v FROM (" + Values(GetParam()) + ")";
    const std::string read =
        "SELECT n::INTEGER AS n, CAST(CAST(v AS " + type + ") AS VARCHAR) AS v FROM (" + sql + ")";
    const auto lost = connection_->Rows("(" + original + ") EXCEPT ALL (" + read + ")");
    ASSERT_THAT(lost, IsOk());
    EXPECT_EQ(lost->dump(), "[]");
    EXPECT_EQ(connection_->Rows("SELECT count(*) AS c FROM (" + read + ")").value()[0]["c"],
              GetParam().values.size() + 1);
  }

  TempDirectory directory_;
  std::unique_ptr<duckdb::Instance> instance_;
  std::unique_ptr<duckdb::Connection> connection_;
};

// CSV has the text of the engine's own cast, so that a cast gives the value back; NULL is empty, and '' is
// quoted.
TEST_P(Formats, CsvGivesTheValuesBack) {
  const std::string file = Save(Render(Values(GetParam()), FormatName::kCsv));
  ExpectSame("SELECT n, v FROM read_csv(" + file +
             ", header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', new_line = "
             "'\\r\\n', nullstr = '', "
             "allow_quoted_nulls = false, columns = {'n': 'VARCHAR', 'v': 'VARCHAR'})");
}

TEST_P(Formats, ParquetGivesTheValuesBack) {
  const auto reader = std::move(instance_->Connect()).value();
  const auto stream = std::move(reader->Execute(Values(GetParam()))).value();
  const auto path = directory_ / "rows.parquet";
  const auto written = duckdb::WriteParquet(*connection_, *stream, path, {}, {});
  ASSERT_THAT(written, IsOk());
  EXPECT_EQ(written->types[1], stream->columns()[1].type);
  ExpectSame("SELECT n, CAST(v AS " + written->types[1] + ") AS v FROM read_parquet(" +
             duckdb::QuoteLiteral(path.string()) + ")");
}

// Everything is there in JSON as a number, a text that can be cast, or an array or object of them.
TEST_P(Formats, JsonAndNdjsonSayTheSame) {
  const auto json = nlohmann::json::parse(Render(Values(GetParam()), FormatName::kJson));
  std::istringstream lines(Render(Values(GetParam()), FormatName::kNdjson));
  std::string line;
  size_t row = 0;
  for (; std::getline(lines, line); ++row) {
    const auto object = nlohmann::json::parse(line);
    EXPECT_EQ(object["v"], json["rows"][row][1]);
    EXPECT_EQ(object["v"].is_null(), row == 0);
  }
  EXPECT_EQ(row, GetParam().values.size() + 1);
}

TEST_P(Formats, JsonGivesScalarsBack) {
  const std::string type = GetParam().type;
  if (type.find_first_of("[(") != std::string::npos && !type.starts_with("DECIMAL") &&
      !type.starts_with("ENUM"))
    return;
  const std::string file = Save(Render(Values(GetParam()), FormatName::kNdjson));
  const bool binary = type == "BLOB";
  ExpectSame("SELECT json->>'n' AS n, " + std::string(binary ? "from_base64(json->>'v')" : "json->>'v'") +
             " AS v FROM read_json_objects(" + file + ", format = 'newline_delimited')");
}

INSTANTIATE_TEST_SUITE_P(Types, Formats, testing::ValuesIn(Types()));

TEST(JsonFormat, HasColumnsRowsAndStats) {
  const auto text = Render("SELECT 1 AS a, 'x\"' AS b UNION ALL SELECT NULL, ''", FormatName::kJson);
  EXPECT_EQ(nlohmann::json::parse(text), nlohmann::json::parse(R"({
    "columns": [{"name": "a", "type": "INTEGER"}, {"name": "b", "type": "VARCHAR"}],
    "rows": [[1, "x\""], [null, ""]], "stats": {"rows": 2}})"));
}

TEST(JsonFormat, IsWholeWithoutRows) {
  EXPECT_EQ(nlohmann::json::parse(Render("SELECT 1 AS a WHERE false", FormatName::kJson))["rows"],
            nlohmann::json::array());
}

TEST(CsvFormat, QuotesWhatNeedsIt) {
  EXPECT_EQ(Render("SELECT 'a,b' AS \"x,y\", 'say \"hi\"' AS b, E'two\\nlines' AS c, E'cr\\r' AS d, ' ' AS e",
                   FormatName::kCsv),
            "\"x,y\",b,c,d,e\r\n\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"cr\r\", \r\n");
}

TEST(CsvFormat, TellsNullFromEmptyText) {
  EXPECT_EQ(Render("SELECT NULL AS a, '' AS b, NULL AS c", FormatName::kCsv), "a,b,c\r\n,\"\",\r\n");
}

TEST(NdjsonFormat, KeepsTheOrderOfColumnsAndTellsRepeatedNamesApart) {
  EXPECT_EQ(Render("SELECT 1 AS z, 2 AS a, 3 AS a, NULL AS \"q\"\"\"", FormatName::kNdjson),
            "{\"z\":1,\"a\":2,\"a_1\":3,\"q\\\"\":null}\n");
}

TEST(WriteRows, LeavesOutWhatIsOverMaxRows) {
  EXPECT_EQ(Render("SELECT i FROM range(10000) t(i)", FormatName::kCsv, 2), "i\r\n0\r\n1\r\n");
  EXPECT_EQ(Render("SELECT i FROM range(10000) t(i)", FormatName::kCsv, 0), "i\r\n");
}

TEST(ChooseFormat, TakesTheQueryThenTheHeaderThenJson) {
  const auto choose = [](std::vector<std::pair<std::string, std::string>> query, const char* accept) {
    http::Request request;
    request.query_parameters = std::move(query);
    if (accept) request.headers.Set("Accept", accept);
    return ChooseFormat(request);
  };
  EXPECT_EQ(choose({}, nullptr).value(), FormatName::kJson);
  EXPECT_EQ(choose({}, "*/*").value(), FormatName::kJson);
  EXPECT_EQ(choose({}, "text/plain").value(), FormatName::kText);
  EXPECT_EQ(choose({}, "application/vnd.apache.arrow.stream, */*;q=0.1").value(), FormatName::kArrow);
  EXPECT_EQ(choose({{"format", "parquet"}}, "text/csv").value(), FormatName::kParquet);
  EXPECT_THAT(choose({{"format", "CSV"}}, nullptr), HasError(Code::kInvalidArgument, "query:format"));
  EXPECT_THAT(choose({}, "image/png"), HasError(Code::kInvalidArgument, "header:Accept"));
}

}  // namespace
}  // namespace tarn::query
