#include <gmock/gmock.h>

#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;

std::shared_ptr<const FileLayout> Layout(std::vector<Column> columns) {
  return std::make_shared<const FileLayout>(FileLayout{FileFormat::kParquet, std::move(columns), {}, {}});
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
