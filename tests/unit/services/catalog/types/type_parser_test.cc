#include "services/catalog/types/type_parser.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/duckdb/engine.h"
#include "services/catalog/types/type_text.h"

namespace tarn::catalog {
namespace {

std::string Canonical(const std::string& text) {
  const auto type = ParseType(text);
  return type.ok() ? DuckDbType(*type) : "error " + type.error().where() + ": " + type.error().message();
}

// What people write and what the engine makes of it.
const std::vector<std::string> kWritten = {
    "bool",
    "LOGICAL",
    "int1",
    "INT2",
    "int4",
    "INT8",
    "SHORT",
    "LONG",
    "INT128",
    "Int",
    "string",
    "TEXT",
    "CHAR",
    "BPCHAR",
    "VARCHAR(10)",
    "character varying",
    "BYTEA",
    "VARBINARY",
    "BINARY",
    "BLOB",
    "REAL",
    "FLOAT4",
    "FLOAT8",
    "FLOAT",
    "double precision",
    "DOUBLE",
    "NUMERIC",
    "DEC",
    "DECIMAL",
    "DECIMAL(10)",
    "DECIMAL(10,2)",
    "NUMERIC(4, 1)",
    "DECIMAL(38,38)",
    "DATETIME",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "timestamp  with time zone",
    "TIMESTAMP WITHOUT TIME ZONE",
    "TIMESTAMP_US",
    "TIMESTAMP_S",
    "TIMESTAMP_MS",
    "TIMESTAMP_NS",
    "TIMESTAMP(0)",
    "TIMESTAMP(3)",
    "TIMESTAMP(6)",
    "TIMESTAMP(9)",
    "TIME",
    "TIMETZ",
    "TIME WITH TIME ZONE",
    "TIME_NS",
    "INTERVAL",
    "UUID",
    "GUID",
    "BIT",
    "BITSTRING",
    "JSON",
    "VARIANT",
    "BIGNUM",
    "VARINT",
    "GEOMETRY",
    "HUGEINT",
    "UHUGEINT",
    "UINT128",
    "UINT64",
    "UINT8",
    "UBIGINT",
    "UINTEGER",
    "USMALLINT",
    "UTINYINT",
    "OID",
    "SIGNED",
    "INTEGRAL",
    "NVARCHAR",
    "DATE",
    "ENUM('a','b c','it''s')",
    "UNION(a INT, \"b c\" TEXT)",
    "INT[]",
    "INT[3]",
    "INT[][3]",
    "INT [ ]",
    "MAP(INT, TEXT)",
    "MAP(VARCHAR, INT)[2]",
    "ROW(a INT)",
    "STRUCT(A INT, a_b INT)",
    "STRUCT(a INT, \"B b\" STRUCT(\"x\"\"y\" INT[]))[]",
    "STRUCT(\"select\" INT, name INT)",
    "MAP(STRUCT(a DECIMAL(4)), STRUCT(t TIMESTAMP WITH TIME ZONE, u TIME)[])"};

TEST(ParseType, ReadsTypesAsTheEngineDoes) {
  const auto instance = duckdb::Instance::Open({});
  ASSERT_TRUE(instance.ok());
  const auto connection = (*instance)->Connect();
  for (const std::string& written : kWritten) {
    const auto rows = (*connection)->Rows("SELECT typeof(CAST(NULL AS " + written + ")) AS t");
    ASSERT_TRUE(rows.ok()) << written << ": " << rows.error().message();
    const std::string theirs = rows->at(0).at("t");
    EXPECT_EQ(Canonical(written), theirs);
    EXPECT_EQ(Canonical(theirs), theirs);
  }
}

TEST(ParseType, TakesTheTypeOfNoValues) {
  EXPECT_EQ(Canonical("NULL"), "NULL");
  EXPECT_EQ(Canonical("\"NULL\""), "NULL");
  EXPECT_EQ(Canonical("\"NULL\"[]"), "\"NULL\"[]");
}

struct Refused {
  const char* text;
  const char* where;
};

class ParseTypeRefuses : public testing::TestWithParam<Refused> {};

TEST_P(ParseTypeRefuses, AndSaysWhere) {
  const auto type = ParseType(GetParam().text);
  ASSERT_FALSE(type.ok());
  EXPECT_EQ(type.error().code(), Code::kInvalidArgument);
  EXPECT_EQ(type.error().where(), GetParam().where);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ParseTypeRefuses,
    testing::Values(Refused{"", "byte 0"}, Refused{"  ", "byte 2"}, Refused{"INTGER", "byte 0"},
                    Refused{"INT INT", "byte 4"}, Refused{"INT[", "byte 4"}, Refused{"INT[0]", "byte 4"},
                    Refused{"INT[100001]", "byte 4"}, Refused{"INT]", "byte 3"},
                    Refused{"DECIMAL(39)", "byte 8"}, Refused{"DECIMAL(4,5)", "byte 10"},
                    Refused{"DECIMAL(4,-1)", "byte 10"}, Refused{"DECIMAL(99999999999999999999,1)", "byte 8"},
                    Refused{"DECIMAL(4", "byte 9"}, Refused{"STRUCT()", "byte 7"},
                    Refused{"STRUCT", "byte 6"}, Refused{"STRUCT(a)", "byte 8"},
                    Refused{"STRUCT(a INT, A INT)", "byte 15"}, Refused{"STRUCT(\"\" INT)", "byte 9"},
                    Refused{"STRUCT(\"a INT)", "byte 14"}, Refused{"MAP(INT)", "byte 7"},
                    Refused{"ENUM()", "byte 5"}, Refused{"ENUM('a','a')", "byte 12"},
                    Refused{"ENUM('a)", "byte 8"}, Refused{"INTEGER; DROP TABLE x", "byte 7"},
                    Refused{"INTEGER) AS x, (1", "byte 7"}, Refused{"TIMESTAMP WITH ZONE", "byte 10"},
                    Refused{"TIMESTAMP(10)", "byte 10"}, Refused{"LIST", "byte 0"}));

std::string Repeat(const std::string& text, size_t times) {
  std::string repeated;
  for (size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST(ParseType, BoundsDepthAndSize) {
  EXPECT_TRUE(ParseType("INT" + Repeat("[]", kMaxTypeDepth - 1)).ok());
  for (const std::string& deep :
       {"INT" + Repeat("[]", kMaxTypeDepth), "INT" + Repeat("[]", 400'000), Repeat("STRUCT(a ", 100'000),
        Repeat("MAP(INT, ", 101) + "INT" + Repeat(")", 101),
        "STRUCT(a INT" + Repeat("[]", 60) + ")" + Repeat("[]", 60)}) {
    const auto type = ParseType(deep);
    ASSERT_FALSE(type.ok());
    EXPECT_NE(type.error().message().find("levels deep"), std::string::npos) << type.error().message();
  }
  EXPECT_FALSE(ParseType(std::string(kMaxTypeBytes + 1, ' ')).ok());
}

}  // namespace
}  // namespace tarn::catalog
