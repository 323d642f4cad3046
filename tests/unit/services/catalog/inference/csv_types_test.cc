#include "services/catalog/inference/csv_types.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/duckdb/engine.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {
namespace {

struct Case {
  std::vector<std::string> values;
  const char* type;
};

class TypeOfCsvValues : public testing::TestWithParam<Case> {};

TEST_P(TypeOfCsvValues, IsTheNarrowestThatLosesNothing) {
  auto instance = duckdb::Instance::Open({});
  ASSERT_TRUE(instance.ok());
  auto connection = (*instance)->Connect();
  ASSERT_TRUE(connection.ok());
  const auto rows =
      (*connection)
          ->Rows("SELECT coalesce(bit_or(" + ValueClassSql("v") + "), 0) AS classes FROM (SELECT unnest(" +
                 duckdb::QuoteLiteralList(GetParam().values) + "::VARCHAR[]) AS v)");
  ASSERT_TRUE(rows.ok()) << rows.error().message();
  EXPECT_EQ(TypeOfClasses((*rows)[0]["classes"].get<int64_t>()), GetParam().type);
}

INSTANTIATE_TEST_SUITE_P(
    Values, TypeOfCsvValues,
    testing::Values(Case{{"1", "-20", "0"}, "BIGINT"}, Case{{" 1", "2 "}, "BIGINT"},
                    Case{{"9223372036854775807"}, "BIGINT"}, Case{{"9223372036854775808", "1"}, "HUGEINT"},
                    Case{{"1111111111222222222233333333334444444444"}, "VARCHAR"},
                    Case{{"007", "1"}, "VARCHAR"}, Case{{"+49123"}, "VARCHAR"}, Case{{"-01"}, "VARCHAR"},
                    Case{{"00.5"}, "VARCHAR"}, Case{{"1", "2.5"}, "DOUBLE"},
                    Case{{"1e5", ".5", "5."}, "DOUBLE"}, Case{{"1e999"}, "VARCHAR"}, Case{{"nan"}, "VARCHAR"},
                    Case{{"1,5"}, "VARCHAR"}, Case{{"True", "FALSE"}, "BOOLEAN"}, Case{{"t", "f"}, "VARCHAR"},
                    Case{{"true", "1"}, "VARCHAR"}, Case{{"2024-02-29"}, "DATE"},
                    Case{{"2023-02-29"}, "VARCHAR"}, Case{{"29/02/2024"}, "VARCHAR"},
                    Case{{"2024-02-29", "2024-02-29T10:00:00"}, "TIMESTAMP"},
                    Case{{"2025-12-03T03:21:54.370194"}, "TIMESTAMP"},
                    Case{{"2025-12-03 25:00:00"}, "VARCHAR"},
                    Case{{"2024-04-22T10:00:00Z", "2024-04-22T10:00:00+02:00"}, "TIMESTAMP WITH TIME ZONE"},
                    Case{{"10:30"}, "VARCHAR"}, Case{{"text", "1"}, "VARCHAR"}, Case{{}, kUnknownType}));

}  // namespace
}  // namespace tarn::catalog
