#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/duckdb/chunk_text.h"
#include "common/duckdb/engine.h"
#include "common/json/json.h"
#include "tests/support/result_matchers.h"

namespace tarn::duckdb {
namespace {

struct Case {
  const char* sql;   // one expression
  const char* type;
  const char* json;  // as text
  const char* text;
};

class Values : public testing::TestWithParam<Case> {};

TEST_P(Values, HaveATypeNameAJsonAndAText) {
  auto instance = Instance::Open({});
  ASSERT_THAT(instance, IsOk());
  auto connection = (*instance)->Connect();
  ASSERT_THAT(connection, IsOk());
  auto stream = (*connection)->Execute(std::string("SELECT ") + GetParam().sql + " AS v");
  ASSERT_THAT(stream, IsOk());
  ASSERT_EQ((*stream)->columns().size(), 1u);
  EXPECT_EQ((*stream)->columns()[0].name, "v");
  EXPECT_EQ((*stream)->columns()[0].type, GetParam().type);
  auto chunk = (*stream)->Next();
  ASSERT_THAT(chunk, IsOk());
  ASSERT_TRUE(*chunk);
  EXPECT_EQ((*chunk)->rows(), 1u);
  EXPECT_EQ(json::Dump((*chunk)->Json(0, 0)), GetParam().json);
  EXPECT_EQ((*chunk)->Text(0, 0), GetParam().text);
  std::string json, text;
  ChunkText values((*stream)->schema());
  values.Take(**chunk);
  values.AppendJson(0, 0, json);
  values.AppendText(0, 0, text);
  EXPECT_EQ(json, GetParam().json);
  EXPECT_EQ(text, GetParam().text);
  EXPECT_EQ((*chunk)->IsNull(0, 0), std::string(GetParam().json) == "null");
}

INSTANTIATE_TEST_SUITE_P(
    AllTypes, Values,
    testing::Values(
        Case{"true", "BOOLEAN", "true", "true"}, Case{"(-128)::TINYINT", "TINYINT", "-128", "-128"},
        Case{"32767::SMALLINT", "SMALLINT", "32767", "32767"}, Case{"1", "INTEGER", "1", "1"},
        Case{"(-9223372036854775808)::BIGINT", "BIGINT", "-9223372036854775808", "-9223372036854775808"},
        Case{"255::UTINYINT", "UTINYINT", "255", "255"}, Case{"65535::USMALLINT", "USMALLINT", "65535", "65535"},
        Case{"4294967295::UINTEGER", "UINTEGER", "4294967295", "4294967295"},
        Case{"9223372036854775807::UBIGINT", "UBIGINT", "9223372036854775807", "9223372036854775807"},
        Case{"18446744073709551615::UBIGINT", "UBIGINT", "\"18446744073709551615\"", "18446744073709551615"},
        Case{"(-170141183460469231731687303715884105728)::HUGEINT", "HUGEINT",
             "\"-170141183460469231731687303715884105728\"", "-170141183460469231731687303715884105728"},
        Case{"340282366920938463463374607431768211455::UHUGEINT", "UHUGEINT",
             "\"340282366920938463463374607431768211455\"", "340282366920938463463374607431768211455"},
        Case{"0.1::FLOAT", "FLOAT", "0.1", "0.1"}, Case{"1e300::DOUBLE", "DOUBLE", "1e+300", "1e+300"},
        Case{"'nan'::DOUBLE", "DOUBLE", "\"NaN\"", "nan"},
        Case{"'-inf'::FLOAT", "FLOAT", "\"-Infinity\"", "-inf"},
        Case{"(-1.5)::DECIMAL(4,1)", "DECIMAL(4,1)", "\"-1.5\"", "-1.5"},
        Case{"(-123456.789)::DECIMAL(9,3)", "DECIMAL(9,3)", "\"-123456.789\"", "-123456.789"},
        Case{"0.001::DECIMAL(18,3)", "DECIMAL(18,3)", "\"0.001\"", "0.001"},
        Case{"(-1234567890123456789012345678.9)::DECIMAL(38,1)", "DECIMAL(38,1)",
             "\"-1234567890123456789012345678.9\"", "-1234567890123456789012345678.9"},
        Case{"'it''s \"é\"'", "VARCHAR", "\"it's \\\"é\\\"\"", "it's \"é\""},
        Case{"repeat('long text ', 3)", "VARCHAR", "\"long text long text long text \"", "long text long text long text "},
        Case{"'\\x00\\xFFab'::BLOB", "BLOB", "\"AP9hYg==\"", "\\x00\\xFFab"}, Case{"''::BLOB", "BLOB", "\"\"", ""},
        Case{"DATE '2026-02-03'", "DATE", "\"2026-02-03\"", "2026-02-03"},
        Case{"'infinity'::DATE", "DATE", "\"infinity\"", "infinity"},
        Case{"'0044-03-15 (BC)'::DATE", "DATE", "\"0044-03-15 (BC)\"", "0044-03-15 (BC)"},
        Case{"TIME '04:05:06.7'", "TIME", "\"04:05:06.7\"", "04:05:06.7"},
        Case{"'04:05:06+02'::TIMETZ", "TIME WITH TIME ZONE", "\"04:05:06+02\"", "04:05:06+02"},
        Case{"TIMESTAMP '2026-02-03 04:05:06.789'", "TIMESTAMP", "\"2026-02-03 04:05:06.789\"", "2026-02-03 04:05:06.789"},
        Case{"'2026-02-03 04:05:06'::TIMESTAMP_S", "TIMESTAMP_S", "\"2026-02-03 04:05:06\"", "2026-02-03 04:05:06"},
        Case{"'2026-02-03 04:05:06.123456789'::TIMESTAMP_NS", "TIMESTAMP_NS", "\"2026-02-03 04:05:06.123456789\"",
             "2026-02-03 04:05:06.123456789"},
        Case{"'2026-02-03 04:05:06+01'::TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "\"2026-02-03 03:05:06+00\"",
             "2026-02-03 03:05:06+00"},
        Case{"INTERVAL '1 year 2 days 3 seconds'", "INTERVAL", "\"1 year 2 days 00:00:03\"", "1 year 2 days 00:00:03"},
        Case{"'01020304-0506-0708-090a-0b0c0d0e0f10'::UUID", "UUID", "\"01020304-0506-0708-090a-0b0c0d0e0f10\"",
             "01020304-0506-0708-090a-0b0c0d0e0f10"},
        Case{"'b'::ENUM('a', 'b')", "ENUM('a', 'b')", "\"b\"", "b"}, Case{"'0101'::BIT", "BIT", "\"0101\"", "0101"},
        Case{"'{\"a\": 1}'::JSON", "JSON", "\"{\\\"a\\\": 1}\"", "{\"a\": 1}"},
        Case{"NULL::VARCHAR", "VARCHAR", "null", ""}, Case{"[1, NULL, 3]", "INTEGER[]", "[1,null,3]", "[1, NULL, 3]"},
        Case{"[]::VARCHAR[]", "VARCHAR[]", "[]", "[]"}, Case{"[[1.5::DOUBLE], []]", "DOUBLE[][]", "[[1.5],[]]", "[[1.5], []]"},
        Case{"[1, 2]::INTEGER[2]", "INTEGER[2]", "[1,2]", "[1, 2]"},
        Case{"{'a': 1, 'b c': 'x', 'select': NULL::DATE}", "STRUCT(a INTEGER, \"b c\" VARCHAR, \"select\" DATE)",
             "{\"a\":1,\"b c\":\"x\",\"select\":null}", "{'a': 1, 'b c': x, 'select': NULL}"},
        Case{"row(1, 'x')", "STRUCT(\"\" INTEGER, \"\" VARCHAR)", "[1,\"x\"]", "(1, x)"},
        Case{"MAP {'k': [1, 2], 'l': NULL}", "MAP(VARCHAR, INTEGER[])",
             "[{\"key\":\"k\",\"value\":[1,2]},{\"key\":\"l\",\"value\":null}]", "{k=[1, 2], l=NULL}"},
        Case{"union_value(num := 2)::UNION(str VARCHAR, num INTEGER)", "UNION(str VARCHAR, num INTEGER)", "2", "2"},
        Case{"[{'a': [1::HUGEINT]}]", "STRUCT(a HUGEINT[])[]", "[{\"a\":[\"1\"]}]", "[{'a': [1]}]"}));

// What is written without the engine's help is what the engine writes.
TEST(PlainText, IsThatOfTheEnginesCast) {
  auto instance = Instance::Open({});
  auto connection = (*instance)->Connect();
  const char* expressions[] = {
      "i::TINYINT", "(i * 500)::USMALLINT", "i - 100", "(i::BIGINT * 1e15::BIGINT)", "i::HUGEINT - 100", "i::HUGEINT * 1e20::HUGEINT",
      "i / 7", "(i / 7)::FLOAT", "pow(10, i - 60) * 1.5", "-pow(10, (i - 60) / 3)", "pow(2, i)", "(pow(10, (i - 60) / 2) / 3)::FLOAT",
      "(i / 8)::DOUBLE", "'-0.0'::DOUBLE", "(i - 60)::DECIMAL(4, 0)", "((i - 60) / 10)::DECIMAL(4, 2)", "((i - 60) / 997)::DECIMAL(9, 6)",
      "((i - 60) * 1234567.891)::DECIMAL(18, 4)", "((i - 60) / 1000)::DECIMAL(18, 18)", "((i - 60) * 12345.6)::DECIMAL(38, 10)",
      "DATE '2026-02-03' + (i * 997)::INT", "DATE '0001-01-01' + (i * 30000)::INT", "DATE '9999-12-31' - i::INT", "DATE '0001-02-01' - i::INT",
      "DATE '10000-02-01' - i::INT", "TIMESTAMP '2026-02-03 04:05:06' + to_microseconds(i * 1100110)",
      "TIMESTAMP '1970-01-01' - to_microseconds(i * 98765432100)", "TIMESTAMP '0001-01-02' - to_hours(i)",
      "TIMESTAMP '1582-10-15 23:59:59.999999' + to_microseconds(i)", "'infinity'::TIMESTAMP", "'-infinity'::DATE", "'nan'::FLOAT",
      "i % 2 = 0", "repeat('ä,\"', i % 9)", "CASE WHEN i % 3 = 0 THEN i END",
  };
  for (const std::string expression : expressions) {
    SCOPED_TRACE(expression);
    auto stream = (*connection)->Execute("SELECT " + expression + " AS v, CAST(v AS VARCHAR) FROM range(120) t(i)");
    ASSERT_THAT(stream, IsOk());
    auto chunk = (*stream)->Next();
    ASSERT_THAT(chunk, IsOk());
    ASSERT_EQ((*chunk)->rows(), 120u);
    ChunkText values((*stream)->schema());
    values.Take(**chunk);
    for (size_t row = 0; row < 120; ++row) {
      std::string plain, json;
      values.AppendText(row, 0, plain);
      values.AppendJson(row, 0, json);
      ASSERT_EQ(plain, (*chunk)->Text(row, 1));
      ASSERT_EQ(json, json::Dump((*chunk)->Json(row, 0)));
      if (values.HasBareTexts(0)) {
        ASSERT_EQ(plain.find_first_of(",\"\r\n"), std::string::npos);
      }
    }
  }
}

TEST(ValueTypes, ThatCannotBeReadAreRefusedByColumnName) {
  auto instance = Instance::Open({});
  auto connection = (*instance)->Connect();
  EXPECT_THAT((*connection)->Execute("SELECT 1::VARIANT AS odd"), HasError(Code::kUnprocessable, "column \"odd\""));
}

TEST(ValueTypes, KeepTheirValuesOverManyChunksAndThreads) {
  auto instance = Instance::Open({});
  auto connection = (*instance)->Connect();
  auto stream = (*connection)->Execute("SELECT i, [i, {'s': 'value ' || i}.s::INTEGER_OR_TEXT] FROM range(3) t(i)");
  EXPECT_THAT(stream, HasError(Code::kUnprocessable, "INTEGER_OR_TEXT"));
  stream = (*connection)->Execute("SELECT i, {'s': ['value ' || i, NULL]} FROM range(10000) t(i)");
  ASSERT_THAT(stream, IsOk());
  int64_t expected = 0;
  while (true) {
    auto chunk = (*stream)->Next();
    ASSERT_THAT(chunk, IsOk());
    if (!*chunk) break;
    for (size_t row = 0; row < (*chunk)->rows(); ++row, ++expected) {
      ASSERT_EQ((*chunk)->Json(row, 0), expected);
      ASSERT_EQ(json::Dump((*chunk)->Json(row, 1)), "{\"s\":[\"value " + std::to_string(expected) + "\",null]}");
    }
  }
  EXPECT_EQ(expected, 10000);
}

}  // namespace
}  // namespace tarn::duckdb
