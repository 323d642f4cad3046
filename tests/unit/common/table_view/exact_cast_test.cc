#include "common/table_view/exact_cast.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "common/duckdb/engine.h"
#include "tests/support/result_matchers.h"

namespace tarn::table_view {
namespace {

struct Case {
  const char* text;
  const char* type;
  const char* value;  // null: the cast fails
};

class ExactCastTest : public testing::TestWithParam<Case> {};

TEST_P(ExactCastTest, TakesWhatTheTextSaysOrFails) {
  const auto instance = duckdb::Instance::Open({});
  ASSERT_THAT(instance, IsOk());
  const auto connection = (*instance)->Connect();
  ASSERT_THAT(connection, IsOk());
  const std::string sql = "SELECT CAST(" + ExactCast("t", GetParam().type, "it's") +
                          " AS VARCHAR) AS v FROM (VALUES (" + duckdb::QuoteLiteral(GetParam().text) +
                          "), (NULL)) AS x(t) ORDER BY t NULLS LAST";
  const auto rows = (*connection)->Rows(sql);
  if (!GetParam().value) {
    EXPECT_THAT(rows, HasError(Code::kUnprocessable, "")) << GetParam().text << " as " << GetParam().type;
    return;
  }
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows->at(0).at("v"), GetParam().value);
  EXPECT_TRUE(rows->at(1).at("v").is_null());
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ExactCastTest,
    testing::Values(Case{"12", "INTEGER", "12"}, Case{" -12 ", "INTEGER", "-12"}, Case{"+7", "UTINYINT", "7"},
                    Case{"1.5", "INTEGER", nullptr}, Case{"1e3", "BIGINT", nullptr},
                    Case{"0x10", "BIGINT", nullptr}, Case{"", "INTEGER", nullptr},
                    Case{"n/a", "INTEGER", nullptr}, Case{"300", "TINYINT", nullptr},
                    Case{"1_000", "INTEGER", nullptr}, Case{"1.23", "DECIMAL(10,2)", "1.23"},
                    Case{"1.2300", "DECIMAL(10,2)", "1.23"}, Case{"1.239", "DECIMAL(10,2)", nullptr},
                    Case{".5", "DECIMAL(10,2)", "0.50"}, Case{"5.", "DECIMAL(10,2)", "5.00"},
                    Case{"7.0", "DECIMAL(5,0)", "7"}, Case{"7.5", "DECIMAL(5,0)", nullptr},
                    Case{".5", "DECIMAL(5,0)", nullptr}, Case{"123456", "DECIMAL(5,0)", nullptr},
                    Case{"2024-02-29", "DATE", "2024-02-29"}, Case{"2024-01-01 10:00:00", "DATE", nullptr},
                    Case{"2023-02-29", "DATE", nullptr}, Case{"1.5", "DOUBLE", "1.5"},
                    Case{"yes", "BOOLEAN", "true"}, Case{"maybe", "BOOLEAN", nullptr},
                    Case{"2024-01-01 10:00:00", "TIMESTAMP", "2024-01-01 10:00:00"}));

TEST(ExactCast, SaysWhichColumnAndValue) {
  const auto instance = duckdb::Instance::Open({});
  ASSERT_THAT(instance, IsOk());
  const auto connection = (*instance)->Connect();
  ASSERT_THAT(connection, IsOk());
  const auto rows =
      (*connection)
          ->Rows("SELECT " + ExactCast("t", "INTEGER", "it's") + " AS v FROM (VALUES ('x'), ('1')) AS x(t)");
  EXPECT_THAT(rows, HasError(Code::kUnprocessable, "the column it's has a value that is no INTEGER: x"));
}

}  // namespace
}  // namespace tarn::table_view
