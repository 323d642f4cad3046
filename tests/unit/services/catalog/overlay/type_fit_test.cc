#include "services/catalog/overlay/type_fit.h"

#include <gtest/gtest.h>

namespace tarn::catalog {
namespace {

struct Case {
  const char* found;
  const char* wanted;
  TypeFit fit;
};

class TypeFitOf : public testing::TestWithParam<Case> {};

TEST_P(TypeFitOf, SaysWhatHappensToValues) {
  EXPECT_EQ(FitOf(std::string(GetParam().found), std::string(GetParam().wanted)), GetParam().fit)
      << GetParam().found << " as " << GetParam().wanted;
}

constexpr auto kExact = TypeFit::kExact, kChecked = TypeFit::kChecked, kLossy = TypeFit::kLossy,
               kImpossible = TypeFit::kImpossible;

INSTANTIATE_TEST_SUITE_P(
    Types, TypeFitOf,
    testing::Values(
        Case{"BIGINT", "BIGINT", kExact}, Case{"INTEGER", "BIGINT", kExact},
        Case{"BIGINT", "INTEGER", kChecked}, Case{"UINTEGER", "BIGINT", kExact},
        Case{"INTEGER", "UINTEGER", kChecked}, Case{"UBIGINT", "BIGINT", kChecked},
        Case{"BIGINT", "DOUBLE", kExact}, Case{"BIGINT", "FLOAT", kLossy}, Case{"DOUBLE", "BIGINT", kLossy},
        Case{"DOUBLE", "FLOAT", kLossy}, Case{"FLOAT", "DOUBLE", kExact},
        Case{"DOUBLE", "DECIMAL(10,2)", kLossy}, Case{"BIGINT", "DECIMAL(19,0)", kExact},
        Case{"BIGINT", "DECIMAL(10,2)", kChecked}, Case{"DECIMAL(10,2)", "DECIMAL(12,4)", kExact},
        Case{"DECIMAL(10,2)", "DECIMAL(10,4)", kChecked}, Case{"DECIMAL(10,4)", "DECIMAL(20,2)", kLossy},
        Case{"DECIMAL(10,0)", "BIGINT", kExact}, Case{"DECIMAL(10,2)", "BIGINT", kLossy},
        Case{"DECIMAL(10,2)", "DOUBLE", kExact}, Case{"BIGINT", "VARCHAR", kExact},
        Case{"STRUCT(a INTEGER)", "VARCHAR", kExact}, Case{"VARCHAR", "INTEGER", kChecked},
        Case{"VARCHAR", "DATE", kChecked}, Case{"VARCHAR", "JSON", kChecked},
        Case{"VARCHAR", "ENUM('a')", kChecked}, Case{"VARCHAR", "STRUCT(a INTEGER)", kLossy},
        Case{"VARCHAR", "BLOB", kImpossible}, Case{"BLOB", "VARCHAR", kImpossible},
        Case{"VARCHAR", "TIMESTAMP_S", kImpossible}, Case{"DATE", "TIMESTAMP", kExact},
        Case{"TIMESTAMP", "DATE", kLossy}, Case{"TIMESTAMP", "TIMESTAMP_S", kLossy},
        Case{"TIMESTAMP_S", "TIMESTAMP", kExact}, Case{"TIMESTAMP", "TIMESTAMP_NS", kChecked},
        Case{"TIMESTAMP", "TIMESTAMP WITH TIME ZONE", kExact},
        Case{"TIMESTAMP WITH TIME ZONE", "TIMESTAMP", kLossy}, Case{"DATE", "BIGINT", kImpossible},
        Case{"BIGINT", "DATE", kImpossible}, Case{"BOOLEAN", "INTEGER", kExact},
        Case{"INTEGER", "BOOLEAN", kImpossible}, Case{"UUID", "BIGINT", kImpossible},
        Case{"INTEGER[]", "BIGINT[]", kExact}, Case{"BIGINT[]", "INTEGER[]", kChecked},
        Case{"VARCHAR[]", "INTEGER[]", kLossy}, Case{"INTEGER[3]", "INTEGER[]", kExact},
        Case{"INTEGER[]", "INTEGER[3]", kChecked}, Case{"INTEGER[2]", "INTEGER[3]", kImpossible},
        Case{"STRUCT(a INTEGER)", "STRUCT(A BIGINT, b DATE)", kExact},
        Case{"STRUCT(a INTEGER, b DATE)", "STRUCT(a INTEGER)", kLossy},
        Case{"JSON", "STRUCT(a INTEGER)", kLossy},
        Case{"MAP(VARCHAR, INTEGER)", "MAP(VARCHAR, BIGINT)", kExact},
        Case{"INTEGER", "INTEGER[]", kImpossible}, Case{"NULL", "DATE", kExact},
        Case{"BIGINT", "NULL", kImpossible}, Case{"BIGINT", "NOTYPE", kImpossible}));

}  // namespace
}  // namespace tarn::catalog
