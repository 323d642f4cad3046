#include "services/catalog/crawlers/partition_values.h"

#include <gmock/gmock.h>

#include "tests/support/result_matchers.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

PartitionRules Positional(std::vector<std::string> names = {}) {
  PartitionRules rules;
  rules.style = PartitionRules::Style::kPositional;
  rules.names = std::move(names);
  return rules;
}

TEST(PartitionOf, ReadsHiveFoldersAnywhere) {
  EXPECT_THAT(PartitionOf({}, {"Year=2024", "run", "month=07"}),
              ElementsAre(PartitionValue{"year", "2024"}, PartitionValue{"month", "07"}));
}

TEST(PartitionOf, DecodesValues) {
  EXPECT_THAT(
      PartitionOf({}, {"at=10%3A30", "city=S%C3%A3o%20Paulo", "x=100%", "y=a=b", "z=%00"}),
      ElementsAre(PartitionValue{"at", "10:30"}, PartitionValue{"city", "São Paulo"},
                  PartitionValue{"x", "100%"}, PartitionValue{"y", "a=b"}, PartitionValue{"z", "%00"}));
}

TEST(PartitionOf, TakesAnEmptyValueForNull) {
  EXPECT_THAT(PartitionOf({}, {"k="}), ElementsAre(PartitionValue{"k", kNullPartition}));
}

TEST(PartitionOf, LetsTheOuterFolderOfARepeatedKeyWin) {
  EXPECT_THAT(PartitionOf({}, {"k=1", "K=2"}), ElementsAre(PartitionValue{"k", "1"}));
}

TEST(PartitionOf, CountsFoldersByPosition) {
  EXPECT_THAT(PartitionOf(Positional(), {"2024", "07"}),
              ElementsAre(PartitionValue{"partition_0", "2024"}, PartitionValue{"partition_1", "07"}));
  EXPECT_THAT(PartitionOf(Positional({"year"}), {"2024", "07", "day=1"}),
              ElementsAre(PartitionValue{"year", "2024"}, PartitionValue{"partition_1", "07"},
                          PartitionValue{"day", "1"}));
}

TEST(PartitionOf, IsEmptyWithoutPartitions) {
  PartitionRules rules;
  rules.style = PartitionRules::Style::kNone;
  EXPECT_THAT(PartitionOf(rules, {"year=2024"}), IsEmpty());
}

TEST(PartitionColumns, HaveTheDeclaredTypeOrThatOfTheValue) {
  PartitionRules rules;
  rules.types = {{"month", "BIGINT"}, {"day", "DATE"}};
  const auto columns =
      PartitionColumns(rules, {{"year", "2024"}, {"month", "07"}, {"day", kNullPartition}, {"city", "x"}});
  ASSERT_THAT(columns, IsOk());
  std::vector<std::string> types;
  for (const Column& column : *columns) {
    EXPECT_TRUE(column.partition_key);
    types.push_back(column.name + " " + column.type);
  }
  EXPECT_THAT(types, ElementsAre("year BIGINT", "month BIGINT", "day DATE", "city VARCHAR"));
}

TEST(PartitionColumns, RefuseAValueOfAnotherTypeThanDeclared) {
  PartitionRules rules;
  rules.types = {{"month", "BIGINT"}, {"day", "DATE"}};
  for (const PartitionValue& value : std::vector<PartitionValue>{
           {"month", "July"}, {"month", "-"}, {"month", "1.5"}, {"day", "2024-02-30"}, {"day", "1"}}) {
    EXPECT_THAT(PartitionColumns(rules, {value}), HasError(Code::kUnprocessable, value.value));
  }
}

struct TypeCase {
  const char* value;
  const char* type;
};

class PartitionValueTypeOf : public testing::TestWithParam<TypeCase> {};

TEST_P(PartitionValueTypeOf, AValueIsItsNarrowest) {
  EXPECT_EQ(PartitionValueType(GetParam().value), GetParam().type);
}

INSTANTIATE_TEST_SUITE_P(
    Values, PartitionValueTypeOf,
    testing::Values(TypeCase{"2024", "BIGINT"}, TypeCase{"0", "BIGINT"}, TypeCase{"-5", "BIGINT"},
                    TypeCase{"07", "VARCHAR"}, TypeCase{"-0", "VARCHAR"}, TypeCase{"+1", "VARCHAR"},
                    TypeCase{"9223372036854775807", "BIGINT"}, TypeCase{"9223372036854775808", "VARCHAR"},
                    TypeCase{"1.5", "VARCHAR"}, TypeCase{"2024-02-29", "DATE"},
                    TypeCase{"2023-02-29", "VARCHAR"}, TypeCase{"2024-1-01", "VARCHAR"},
                    TypeCase{"2024-01-01 ", "VARCHAR"}, TypeCase{"2024--1-01", "VARCHAR"},
                    TypeCase{"", "VARCHAR"}, TypeCase{kNullPartition, kUnknownType}));

}  // namespace
}  // namespace tarn::catalog
