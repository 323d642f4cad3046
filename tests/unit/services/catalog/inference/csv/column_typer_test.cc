#include "services/catalog/inference/csv/column_typer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/duckdb/engine.h"

namespace tarn::inference {
namespace {

struct Case {
  std::vector<std::string> values;
  const char* type;
};

class TypeOfCsvValues : public testing::TestWithParam<Case> {};

TEST_P(TypeOfCsvValues, IsTheNarrowestThatLosesNothing) {
  ColumnTyper typer;
  for (const std::string& value : GetParam().values) typer.Add(value, {});
  const ColumnType type = typer.Decide();
  EXPECT_EQ(type.type, GetParam().type);
  if (type.type == "NULL" || !type.format.empty()) return;
  const auto instance = duckdb::Instance::Open({});
  const auto connection = (*instance)->Connect();
  for (const std::string& value : GetParam().values) {
    const auto rows = (*connection)
                          ->Rows("SELECT CAST(" + duckdb::QuoteLiteral(value) + " AS " + type.type +
                                 ") IS NOT NULL AS is_read");
    EXPECT_TRUE(rows.ok() && (*rows)[0]["is_read"] == true) << value;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Values, TypeOfCsvValues,
    testing::Values(
        Case{{"1", "-20", "0"}, "BIGINT"}, Case{{" 1", "2 "}, "BIGINT"},
        Case{{"9223372036854775807"}, "BIGINT"}, Case{{"9223372036854775808", "1"}, "HUGEINT"},
        Case{{"-9223372036854775809", "1"}, "HUGEINT"},
        Case{{"170141183460469231731687303715884105727"}, "HUGEINT"},
        Case{{"170141183460469231731687303715884105728"}, "VARCHAR"},
        Case{{"12345678901234567890", "1.5"}, "DOUBLE"},
        Case{{"1111111111222222222233333333334444444444"}, "VARCHAR"}, Case{{"007", "1"}, "VARCHAR"},
        Case{{"+49123"}, "VARCHAR"}, Case{{"-01"}, "VARCHAR"}, Case{{"00.5"}, "VARCHAR"},
        Case{{"1", "2.5"}, "DOUBLE"}, Case{{"1e5", ".5", "5.", "-1.5E-3"}, "DOUBLE"},
        Case{{"1e999"}, "VARCHAR"}, Case{{"nan"}, "VARCHAR"}, Case{{"1,5"}, "VARCHAR"},
        Case{{"1,234"}, "VARCHAR"}, Case{{"5%"}, "VARCHAR"}, Case{{"$5"}, "VARCHAR"}, Case{{"-"}, "VARCHAR"},
        Case{{"."}, "VARCHAR"}, Case{{"1e"}, "VARCHAR"}, Case{{"0x1F"}, "VARCHAR"},
        Case{{"True", "FALSE"}, "BOOLEAN"}, Case{{" true"}, "VARCHAR"}, Case{{"t", "f"}, "VARCHAR"},
        Case{{"yes", "no"}, "VARCHAR"}, Case{{"true", "1"}, "VARCHAR"}, Case{{"2024-02-29"}, "DATE"},
        Case{{"2024-02-29", "2024-02-29T10:00:00"}, "TIMESTAMP"},
        Case{{"2024-02-29", "2024-02-29T10:00:00Z"}, "TIMESTAMP WITH TIME ZONE"},
        Case{{"2025-12-03T03:21:54.370194"}, "TIMESTAMP"}, Case{{"2025-12-03 25:00:00"}, "VARCHAR"},
        Case{{"01/02/2023", "13/02/2023"}, "DATE"},
        Case{{"01/02/2023", "13/02/2023", "02/13/2023"}, "VARCHAR"},
        Case{{"2023-01-01", "01/31/2023"}, "VARCHAR"}, Case{{"31/01/2023", "31-01-2023"}, "VARCHAR"},
        Case{{"text", "1"}, "VARCHAR"}, Case{{"", ""}, "NULL"}, Case{{}, "NULL"}));

TEST(ColumnTyper, KeepsTheFirstValueThatRulesATypeOut) {
  ColumnTyper typer;
  typer.Add("1", {2, 0, 10});
  typer.Add("2.5", {3, 0, 20});
  typer.Add("x", {4, 0, 30});
  typer.Add("y", {5, 0, 40});
  EXPECT_EQ(typer.ruled_out()[1]->value, "2.5");  // BIGINT
  EXPECT_EQ(typer.ruled_out()[1]->place.line, 3);
  EXPECT_EQ(typer.ruled_out()[3]->value, "x");  // DOUBLE
  EXPECT_EQ(typer.ruled_out()[3]->place.at, 30u);
}

TEST(ColumnTyper, SaysWhatTextLooksLike) {
  const auto note = [](std::vector<std::string> values) {
    ColumnTyper typer;
    for (const std::string& value : values) typer.Add(value, {});
    return typer.Decide().note;
  };
  EXPECT_NE(note({"1,234", "12,345"}).find("separators"), std::string::npos);
  EXPECT_NE(note({"007", "012"}).find("leading zeros"), std::string::npos);
  EXPECT_NE(note({"01/02/2023", "03/04/2023"}).find("cannot be told apart"), std::string::npos);
  EXPECT_EQ(note({"1", "2", "n/a"}), "mostly numbers");
}

}  // namespace
}  // namespace tarn::inference
