#include "services/catalog/types/type_text.h"

#include <gtest/gtest.h>

#include "services/catalog/types/scalar_names.h"
#include "services/catalog/types/type_parser.h"

namespace tarn::catalog {
namespace {

struct Case {
  const char* duckdb;
  const char* hive;
  const char* trino;
};

class TypeText : public testing::TestWithParam<Case> {};

TEST_P(TypeText, IsRenderedForEachEngine) {
  const auto type = ParseType(GetParam().duckdb);
  ASSERT_TRUE(type.ok()) << type.error().message();
  EXPECT_EQ(DuckDbType(*type), GetParam().duckdb);
  EXPECT_EQ(HiveType(*type), GetParam().hive);
  EXPECT_EQ(TrinoType(*type), GetParam().trino);
}

INSTANTIATE_TEST_SUITE_P(
    Types, TypeText,
    testing::Values(
        Case{"BOOLEAN", "boolean", "boolean"}, Case{"INTEGER", "int", "integer"},
        Case{"UTINYINT", "smallint", "smallint"}, Case{"USMALLINT", "int", "integer"},
        Case{"UINTEGER", "bigint", "bigint"}, Case{"UBIGINT", "decimal(20,0)", "decimal(20,0)"},
        Case{"HUGEINT", "decimal(38,0)", "decimal(38,0)"}, Case{"FLOAT", "float", "real"},
        Case{"DECIMAL(10,2)", "decimal(10,2)", "decimal(10,2)"}, Case{"VARCHAR", "string", "varchar"},
        Case{"BLOB", "binary", "varbinary"}, Case{"TIME", "string", "time(6)"},
        Case{"TIME WITH TIME ZONE", "string", "time(6) with time zone"},
        Case{"TIMESTAMP_NS", "timestamp", "timestamp(9)"},
        Case{"TIMESTAMP WITH TIME ZONE", "timestamp", "timestamp(6) with time zone"},
        Case{"UUID", "string", "uuid"}, Case{"JSON", "string", "json"}, Case{"INTERVAL", "string", "varchar"},
        Case{"ENUM('a', 'b')", "string", "varchar"}, Case{"UNION(a INTEGER)", "string", "varchar"},
        Case{"STRUCT(a INTEGER)[]", "array<struct<a:int>>", "array(row(a integer))"},
        Case{"INTEGER[3]", "array<int>", "array(integer)"},
        Case{"MAP(VARCHAR, UINTEGER[])", "map<string,array<bigint>>", "map(varchar, array(bigint))"},
        Case{"STRUCT(\"b c\" DATE, \"q\"\"`\" DATE, A DATE, \"order\" DATE)",
             "struct<`b c`:date,`q\"```:date,A:date,order:date>",
             "row(\"b c\" date, \"q\"\"`\" date, \"A\" date, \"order\" date)"}));

TEST(TypeText, NamesStandInTheOrderOfTheKinds) {
  for (int kind = 0; kind <= static_cast<int>(TypeKind::kMap); ++kind)
    EXPECT_EQ(static_cast<int>(NamesOf(static_cast<TypeKind>(kind)).kind), kind);
}

TEST(TypeText, EveryNameAndAliasIsFound) {
  for (const char* alias : {"BINARY", "INT", "UINT8", "VARINT", "TIMETZ", "OID", "CHARACTER VARYING"})
    EXPECT_TRUE(FindScalar(alias)) << alias;
  EXPECT_FALSE(FindScalar(""));
  EXPECT_FALSE(FindScalar("NO"));
}

}  // namespace
}  // namespace tarn::catalog
