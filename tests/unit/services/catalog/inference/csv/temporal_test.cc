#include "services/catalog/inference/csv/temporal.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/duckdb/engine.h"
#include "services/catalog/inference/csv/column_typer.h"

namespace tarn::inference {
namespace {

struct Case {
  const char* text;
  const char* type;    ///< of a column of this one value
  const char* format;  ///< strptime's
};

class TemporalText : public testing::TestWithParam<Case> {};

// The point of a type is that a query can make it of the text.
TEST_P(TemporalText, BecomesTheTypeThatTheEngineReads) {
  ColumnTyper typer;
  typer.Add(GetParam().text, {});
  const ColumnType type = typer.Decide();
  EXPECT_EQ(type.type, GetParam().type);
  EXPECT_EQ(type.format, GetParam().format);
  const std::string text = duckdb::QuoteLiteral(GetParam().text);
  const std::string value =
      type.format.empty() ? text : "strptime(" + text + ", " + duckdb::QuoteLiteral(type.format) + ")";
  const auto instance = duckdb::Instance::Open({});
  ASSERT_TRUE(instance.ok());
  const auto connection = (*instance)->Connect();
  const auto rows =
      (*connection)->Rows("SELECT CAST(" + value + " AS " + type.type + ") IS NOT NULL AS is_read");
  ASSERT_TRUE(rows.ok()) << rows.error().message();
  EXPECT_EQ((*rows)[0]["is_read"], true);
}

INSTANTIATE_TEST_SUITE_P(
    Values, TemporalText,
    testing::Values(
        Case{"2024-02-29", "DATE", ""}, Case{"2024/2/9", "DATE", ""}, Case{"2024-1-5", "DATE", ""},
        Case{"31/12/2023", "DATE", "%d/%m/%Y"}, Case{"12/31/2023", "DATE", "%m/%d/%Y"},
        Case{"31.12.2023", "DATE", "%d.%m.%Y"}, Case{"1.2.2023", "DATE", "%d.%m.%Y"},
        Case{"31/12/23", "DATE", "%d/%m/%y"}, Case{"31-12-99", "DATE", "%d-%m-%y"},
        Case{"2023.12.31", "DATE", "%Y.%m.%d"}, Case{"05-Jan-2023", "DATE", "%d-%b-%Y"},
        Case{"5 January 2023", "DATE", "%d %B %Y"}, Case{"Jan 5, 2023", "DATE", "%b %d, %Y"},
        Case{"March 15 2022", "DATE", "%B %d %Y"}, Case{"2024-01-01 10:30", "TIMESTAMP", ""},
        Case{"2024-01-01T10:30:15.123456", "TIMESTAMP", ""}, Case{"2024-01-01 9:05", "TIMESTAMP", ""},
        Case{"2024/01/01 09:05:00", "TIMESTAMP", ""}, Case{"31/12/2023 23:59", "TIMESTAMP", "%d/%m/%Y %H:%M"},
        Case{"12/31/2023 11:59:59 PM", "TIMESTAMP", "%m/%d/%Y %I:%M:%S %p"},
        Case{"31.12.2023 10:00:01.5", "TIMESTAMP", "%d.%m.%Y %H:%M:%S.%f"},
        Case{"2024-01-01T10:00:00Z", "TIMESTAMP WITH TIME ZONE", ""},
        Case{"2024-01-01 10:00:00+02:00", "TIMESTAMP WITH TIME ZONE", ""},
        Case{"2024-01-01T10:00:00.5-0800", "TIMESTAMP WITH TIME ZONE", ""},
        Case{"2024-01-01T10:00:00+02", "TIMESTAMP WITH TIME ZONE", ""}, Case{"10:30:15", "TIME", ""},
        Case{"10:30:15.25", "TIME", ""}, Case{"01/02/2023", "VARCHAR", ""}, Case{"2023-02-29", "VARCHAR", ""},
        Case{"24:00:00", "VARCHAR", ""}, Case{"10:30", "VARCHAR", ""}, Case{"1/2", "VARCHAR", ""},
        Case{"2024-01-01T10:00+02:00", "VARCHAR", ""}, Case{"2024-01-01 10:00:00 +02:00", "VARCHAR", ""},
        Case{"31/12/2023 10:00:00Z", "VARCHAR", ""}, Case{"12/31/2023 3:15PM", "VARCHAR", ""},
        Case{"31-12-23", "VARCHAR", ""}, Case{"1.2.3", "VARCHAR", ""}, Case{"192.168.10.1", "VARCHAR", ""},
        Case{"May", "VARCHAR", ""}));

}  // namespace
}  // namespace tarn::inference
