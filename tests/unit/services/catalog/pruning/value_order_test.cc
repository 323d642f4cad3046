#include "services/catalog/pruning/value_order.h"

#include <gtest/gtest.h>

#include "services/catalog/pruning/can_match.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog::pruning {
namespace {

using table_filter::Filter;
using table_filter::Literal;
using table_filter::Operator;

ValueRange Range(const char* min, const char* max, ValueKind kind) {
  ValueRange range;
  range.min = ParseValue(min, kind);
  range.max = ParseValue(max, kind);
  return range;
}

bool Matches(const std::string& type, Operator op, Literal literal, const char* min, const char* max) {
  const auto condition = Condition::Make(Filter{"c", op, {std::move(literal)}}, type);
  return !condition || CanMatch(*condition, Range(min, max, KindOf(type)));
}

Literal Number(const char* text) { return {Literal::Kind::kNumber, text}; }
Literal Text(const char* text) { return {Literal::Kind::kText, text}; }

TEST(ValueOrder, NumbersCompareAsNumbersAndNotAsTexts) {
  EXPECT_FALSE(Matches("INTEGER", Operator::kEqual, Number("10"), "2", "9"));
  EXPECT_TRUE(Matches("INTEGER", Operator::kEqual, Number("10"), "9", "11"));
  EXPECT_FALSE(Matches("BIGINT", Operator::kLess, Number("-5"), "-5", "3"));
  EXPECT_TRUE(Matches("BIGINT", Operator::kLessOrEqual, Number("-5"), "-5", "3"));
  EXPECT_FALSE(Matches("DECIMAL(10,2)", Operator::kGreater, Number("9.99"), "1.00", "9.99"));
  EXPECT_TRUE(Matches("DECIMAL(10,2)", Operator::kGreaterOrEqual, Number("9.99"), "1.00", "9.99"));
}

TEST(ValueOrder, RoundingsOfFloatingPointLeaveNothingOut) {
  EXPECT_TRUE(Matches("FLOAT", Operator::kEqual, Number("0.1"), "0.1000001", "0.2"));
  EXPECT_TRUE(Matches("DOUBLE", Operator::kLess, Number("1"), "1", "2"));
  EXPECT_FALSE(Matches("DOUBLE", Operator::kLess, Number("1"), "1.5", "2"));
}

TEST(ValueOrder, TimesCompareAsPointsInTime) {
  EXPECT_FALSE(Matches("DATE", Operator::kEqual, Text("2026-02-01"), "2026-01-01", "2026-01-31"));
  EXPECT_TRUE(Matches("DATE", Operator::kEqual, Text("2026-2-1"), "2026-01-01", "2026-01-31"));  // only a cast can tell
  EXPECT_FALSE(Matches("TIMESTAMP", Operator::kGreater, {Literal::Kind::kDate, "2026-02-01"}, "2026-01-01 00:00:00",
                       "2026-02-01 00:00:00"));
  EXPECT_FALSE(Matches("TIMESTAMP WITH TIME ZONE", Operator::kGreater, {Literal::Kind::kTimestampTz, "2026-01-01 02:00:00+02"},
                       "2025-01-01 00:00:00+00", "2026-01-01 00:00:00+00"));
  // Without an offset it depends on the session.
  EXPECT_TRUE(Matches("TIMESTAMP WITH TIME ZONE", Operator::kGreater, Text("2027-01-01 00:00:00"),
                      "2025-01-01 00:00:00+00", "2026-01-01 00:00:00+00"));
}

TEST(ValueOrder, TextIsNoNumberOfAnotherSpelling) {
  EXPECT_TRUE(Matches("VARCHAR", Operator::kEqual, Number("7"), "07", "07"));  // the engine casts the column
  EXPECT_FALSE(Matches("VARCHAR", Operator::kEqual, Text("7"), "07", "07"));
  EXPECT_FALSE(Matches("INTEGER", Operator::kEqual, Text("7"), "8", "9"));
  EXPECT_TRUE(Matches("INTEGER", Operator::kEqual, Text("7.5"), "8", "9"));  // rounds to 8
}

TEST(ValueOrder, NullsMatchNothingButTheirTest) {
  ValueRange nulls;
  nulls.has_values = false;
  EXPECT_FALSE(CanMatch(*Condition::Make(Filter{"c", Operator::kEqual, {Number("1")}}, "INTEGER"), nulls));
  EXPECT_TRUE(CanMatch(*Condition::Make(Filter{"c", Operator::kIsNull}, "INTEGER"), nulls));
  EXPECT_FALSE(CanMatch(*Condition::Make(Filter{"c", Operator::kIsNotNull}, "INTEGER"), nulls));
  const ValueRange partition = RangeOfPartition(kNullPartition, ValueKind::kInteger);
  EXPECT_FALSE(partition.has_values);
  EXPECT_TRUE(partition.has_nulls);
}

TEST(ValueOrder, OnlyCastsThatKeepTheOrderCarryBoundsOver) {
  EXPECT_TRUE(KeepsOrder("SMALLINT", "BIGINT"));
  EXPECT_TRUE(KeepsOrder("INTEGER", "DOUBLE"));
  EXPECT_TRUE(KeepsOrder("DATE", "TIMESTAMP"));
  EXPECT_FALSE(KeepsOrder("BIGINT", "VARCHAR"));
  EXPECT_FALSE(KeepsOrder("TIMESTAMP", "DATE"));
  EXPECT_FALSE(KeepsOrder("DECIMAL(10,2)", "DECIMAL(10,1)"));
  EXPECT_FALSE(KeepsOrder("DOUBLE", "BIGINT"));
}

}  // namespace
}  // namespace tarn::catalog::pruning
