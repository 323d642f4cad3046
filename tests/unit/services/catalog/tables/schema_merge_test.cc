#include "services/catalog/tables/schema_merge.h"

#include <gmock/gmock.h>

namespace tarn::catalog {
namespace {

using testing::ElementsAre;

std::shared_ptr<const FileLayout> Layout(std::vector<Column> columns, std::vector<Column> partition = {}) {
  for (Column& column : partition) column.partition_key = true;
  return std::make_shared<const FileLayout>(
      FileLayout{FileFormat::kParquet, std::move(columns), std::move(partition), {}});
}

TEST(MergeSchemas, KeepsTheOrderOfFirstAppearance) {
  const auto schema =
      MergeSchemas({Layout({{"b", "BIGINT"}, {"a", "DATE"}}), Layout({{"a", "DATE"}, {"c", "VARCHAR"}})});
  EXPECT_THAT(schema, ElementsAre(Column{"b", "BIGINT"}, Column{"a", "DATE"}, Column{"c", "VARCHAR"}));
}

TEST(MergeSchemas, TakesNamesThatDifferInCaseForOneColumn) {
  const auto schema = MergeSchemas({Layout({{"Id", "INTEGER"}}), Layout({{"ID", "BIGINT"}})});
  EXPECT_THAT(schema, ElementsAre(Column{"Id", "BIGINT"}));
}

TEST(MergeSchemas, WidensTypesThatDiffer) {
  const auto schema = MergeSchemas({Layout({{"v", "BIGINT"}, {"d", "DATE"}, {"x", "BIGINT"}}),
                                    Layout({{"v", "DOUBLE"}, {"d", "TIMESTAMP"}, {"x", "VARCHAR"}})});
  EXPECT_THAT(schema, ElementsAre(Column{"v", "DOUBLE"}, Column{"d", "TIMESTAMP"}, Column{"x", "VARCHAR"}));
}

TEST(MergeSchemas, GivesAColumnWithoutValuesTheTypeOfTheFilesThatHaveSome) {
  EXPECT_THAT(MergeSchemas({Layout({{"v", kUnknownType}}), Layout({{"v", "BIGINT"}})}),
              ElementsAre(Column{"v", "BIGINT"}));
  EXPECT_THAT(MergeSchemas({Layout({{"v", kUnknownType}})}), ElementsAre(Column{"v", "VARCHAR"}));
}

TEST(MergeSchemas, PutsPartitionKeysLastAndHidesColumnsOfTheirName) {
  const auto schema = MergeSchemas({Layout({{"Year", "VARCHAR"}, {"v", "BIGINT"}}, {{"year", "BIGINT"}})});
  EXPECT_THAT(schema, ElementsAre(Column{"v", "BIGINT"}, Column{"year", "BIGINT", true}));
}

TEST(MergeSchemas, MakesAPartitionKeyTextUnlessAllItsValuesAreAlike) {
  const auto schema = MergeSchemas({Layout({{"v", "BIGINT"}}, {{"k", "BIGINT"}, {"d", "DATE"}}),
                                    Layout({{"v", "BIGINT"}}, {{"k", "DATE"}, {"d", kUnknownType}})});
  EXPECT_THAT(schema,
              ElementsAre(Column{"v", "BIGINT"}, Column{"k", "VARCHAR", true}, Column{"d", "DATE", true}));
}

TEST(ColumnsInFile, NamesTheTablesColumnsThatTheFileHas) {
  const std::vector<Column> schema = {{"a", "BIGINT"}, {"b", "BIGINT"}, {"year", "BIGINT", true}};
  const auto layout = Layout({{"B", "BIGINT"}, {"year", "BIGINT"}});
  EXPECT_THAT(ColumnsInFile(schema, *layout), ElementsAre("b"));
  EXPECT_THAT(FileColumnNames(schema, *layout), ElementsAre("b", "year"));
}

TEST(PartitionValues, AreInTheOrderOfTheSchemaAndNullWhereThePathLacksThem) {
  const std::vector<Column> schema = {{"a", "BIGINT"}, {"year", "BIGINT", true}, {"month", "BIGINT", true}};
  EXPECT_THAT(PartitionValues(schema, {{"month", "7"}}), ElementsAre(kNullPartition, "7"));
}

}  // namespace
}  // namespace tarn::catalog
