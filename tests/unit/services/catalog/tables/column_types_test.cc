#include "services/catalog/tables/column_types.h"

#include <gtest/gtest.h>

namespace tarn::catalog {
namespace {

struct Case {
  const char* a;
  const char* b;
  const char* common;
};

class WidestCommonTypeOf : public testing::TestWithParam<Case> {};

TEST_P(WidestCommonTypeOf, TwoTypesHoldsBothWhicheverComesFirst) {
  EXPECT_EQ(WidestCommonType(GetParam().a, GetParam().b), GetParam().common);
  EXPECT_EQ(WidestCommonType(GetParam().b, GetParam().a), GetParam().common);
}

INSTANTIATE_TEST_SUITE_P(
    Types, WidestCommonTypeOf,
    testing::Values(Case{"BIGINT", "BIGINT", "BIGINT"}, Case{"TINYINT", "BIGINT", "BIGINT"},
                    Case{"INTEGER", "SMALLINT", "INTEGER"}, Case{"UINTEGER", "INTEGER", "BIGINT"},
                    Case{"UTINYINT", "BIGINT", "BIGINT"}, Case{"UBIGINT", "BIGINT", "HUGEINT"},
                    Case{"UHUGEINT", "BIGINT", "VARCHAR"}, Case{"UBIGINT", "UINTEGER", "UBIGINT"},
                    Case{"INTEGER", "DOUBLE", "DOUBLE"}, Case{"BIGINT", "FLOAT", "DOUBLE"},
                    Case{"FLOAT", "DOUBLE", "DOUBLE"}, Case{"HUGEINT", "DOUBLE", "DOUBLE"},
                    Case{"DECIMAL(10,2)", "DECIMAL(8,4)", "DECIMAL(12,4)"},
                    Case{"DECIMAL(10,2)", "INTEGER", "DECIMAL(12,2)"},
                    Case{"DECIMAL(38,10)", "BIGINT", "DECIMAL(38,10)"},
                    Case{"DECIMAL(38,30)", "BIGINT", "DOUBLE"}, Case{"DECIMAL(18,3)", "DOUBLE", "DOUBLE"},
                    Case{"DATE", "TIMESTAMP", "TIMESTAMP"}, Case{"TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_NS"},
                    Case{"TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE"},
                    Case{"DATE", "BIGINT", "VARCHAR"}, Case{"BOOLEAN", "BIGINT", "VARCHAR"},
                    Case{"VARCHAR", "BIGINT", "VARCHAR"}, Case{"BLOB", "VARCHAR", "VARCHAR"},
                    Case{"STRUCT(a BIGINT)", "STRUCT(a BIGINT)", "STRUCT(a BIGINT)"},
                    Case{"STRUCT(a BIGINT)", "STRUCT(b BIGINT)", "VARCHAR"},
                    Case{"BIGINT[]", "BIGINT", "VARCHAR"}, Case{"NULL", "DATE", "DATE"},
                    Case{"NULL", "NULL", "NULL"}));

}  // namespace
}  // namespace tarn::catalog
