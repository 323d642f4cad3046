#include "services/catalog/evolution/type_merge.h"

#include <gtest/gtest.h>

namespace tarn::catalog {
namespace {

struct Case {
  const char* a;
  const char* b;
  const char* common;
  bool compatible = true;
};

class MergedTypeOf : public testing::TestWithParam<Case> {};

TEST_P(MergedTypeOf, TwoTypesHoldsBothWhicheverComesFirst) {
  for (const auto& [a, b] : {std::pair(GetParam().a, GetParam().b), std::pair(GetParam().b, GetParam().a)}) {
    const TypeTextMerge merged = MergeTypes(std::string(a), std::string(b));
    EXPECT_EQ(merged.type, GetParam().common);
    EXPECT_EQ(merged.compatible, GetParam().compatible);
    EXPECT_TRUE(CanBeReadAs(a, merged.type));
    EXPECT_TRUE(CanBeReadAs(b, merged.type));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Types, MergedTypeOf,
    testing::Values(Case{"BIGINT", "BIGINT", "BIGINT"}, Case{"TINYINT", "BIGINT", "BIGINT"},
                    Case{"INTEGER", "SMALLINT", "INTEGER"}, Case{"UINTEGER", "INTEGER", "BIGINT"},
                    Case{"UTINYINT", "BIGINT", "BIGINT"}, Case{"UBIGINT", "BIGINT", "HUGEINT"},
                    Case{"UHUGEINT", "BIGINT", "VARCHAR", false}, Case{"UBIGINT", "UINTEGER", "UBIGINT"},
                    Case{"INTEGER", "DOUBLE", "DOUBLE"}, Case{"BIGINT", "FLOAT", "DOUBLE"},
                    Case{"FLOAT", "DOUBLE", "DOUBLE"}, Case{"HUGEINT", "DOUBLE", "DOUBLE"},
                    Case{"DECIMAL(10,2)", "DECIMAL(8,4)", "DECIMAL(12,4)"},
                    Case{"DECIMAL(10,2)", "INTEGER", "DECIMAL(12,2)"},
                    Case{"DECIMAL(38,10)", "BIGINT", "DECIMAL(38,10)"},
                    Case{"DECIMAL(38,30)", "BIGINT", "DOUBLE"}, Case{"DECIMAL(18,3)", "DOUBLE", "DOUBLE"},
                    Case{"DATE", "TIMESTAMP", "TIMESTAMP"}, Case{"TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_NS"},
                    Case{"TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE"},
                    Case{"DATE", "BIGINT", "VARCHAR", false}, Case{"BOOLEAN", "BIGINT", "VARCHAR", false},
                    Case{"VARCHAR", "BIGINT", "VARCHAR", false}, Case{"BLOB", "VARCHAR", "VARCHAR", false},
                    Case{"STRUCT(a BIGINT)", "STRUCT(a BIGINT)", "STRUCT(a BIGINT)"},
                    Case{"BIGINT[]", "BIGINT", "VARCHAR", false}, Case{"NULL", "DATE", "DATE"},
                    Case{"NULL", "NULL", "NULL"}, Case{"BIGINT[]", "DOUBLE[]", "DOUBLE[]"},
                    Case{"BIGINT[]", "INTEGER[3]", "BIGINT[]"}, Case{"INTEGER[3]", "BIGINT[3]", "BIGINT[3]"},
                    Case{"BIGINT[]", "\"NULL\"[]", "BIGINT[]"},
                    Case{"STRUCT(a BIGINT)", "STRUCT(a DOUBLE)", "STRUCT(a DOUBLE)"},
                    Case{"STRUCT(a BIGINT)", "STRUCT(a VARCHAR)", "STRUCT(a VARCHAR)", false},
                    Case{"MAP(VARCHAR, INTEGER)", "MAP(VARCHAR, BIGINT)", "MAP(VARCHAR, BIGINT)"},
                    Case{"MAP(VARCHAR, INTEGER)", "STRUCT(a INTEGER)", "VARCHAR", false},
                    Case{"JSON", "STRUCT(a INTEGER)", "JSON"}, Case{"JSON", "VARCHAR", "VARCHAR"},
                    Case{"ENUM('a', 'b')", "ENUM('c')", "VARCHAR"}, Case{"BIGNUM", "HUGEINT", "BIGNUM"},
                    Case{"no type of ours", "BIGINT", "VARCHAR", false}));

TEST(MergedStructs, HaveTheMembersOfBothInTheOrderOfTheFirst) {
  EXPECT_EQ(
      MergeTypes(std::string("STRUCT(a BIGINT, b VARCHAR)"), std::string("STRUCT(c DATE, A INTEGER)")).type,
      "STRUCT(a BIGINT, b VARCHAR, c DATE)");
}

TEST(CanBeReadAs, IsOneWay) {
  EXPECT_TRUE(CanBeReadAs("INTEGER", "BIGINT"));
  EXPECT_FALSE(CanBeReadAs("BIGINT", "INTEGER"));
  EXPECT_TRUE(CanBeReadAs("STRUCT(a BIGINT)[]", "VARCHAR"));
  EXPECT_FALSE(CanBeReadAs("VARCHAR", "BIGINT"));
  EXPECT_FALSE(CanBeReadAs("STRUCT(a VARCHAR)", "STRUCT(a BIGINT)"));
  EXPECT_TRUE(CanBeReadAs("STRUCT(a \"NULL\")", "STRUCT(a VARCHAR)"));
}

}  // namespace
}  // namespace tarn::catalog
