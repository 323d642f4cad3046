#include "services/catalog/evolution/schema_merge.h"

#include <gmock/gmock.h>

namespace tarn::catalog {
namespace {

using testing::ElementsAre;

LayoutUse Layout(std::vector<Column> columns, std::vector<Column> partition = {}) {
  for (Column& column : partition) column.partition_key = true;
  FileLayout layout{FileFormat::kParquet, std::move(columns), std::move(partition), {}};
  return {1, std::make_shared<const FileLayout>(std::move(layout)), 1};
}

// "1 id BIGINT", and " key" behind a partition key.
std::vector<std::string> Merged(const std::vector<LayoutUse>& layouts,
                                const std::vector<Column>& previous = {},
                                IncompatiblePolicy policy = IncompatiblePolicy::kNewVersion) {
  std::vector<std::string> columns;
  for (const Column& column : MergeSchemas(layouts, previous, 10, policy).columns)
    columns.push_back(std::to_string(column.id) + ' ' + column.name + ' ' + column.type +
                      (column.partition_key ? " key" : ""));
  return columns;
}

TEST(MergeSchemas, GivesNewColumnsIdsInTheOrderOfFirstAppearance) {
  EXPECT_THAT(Merged({Layout({{"b", "BIGINT"}, {"a", "DATE"}}), Layout({{"a", "DATE"}, {"c", "VARCHAR"}})}),
              ElementsAre("10 b BIGINT", "11 a DATE", "12 c VARCHAR"));
}

TEST(MergeSchemas, KeepsIdsAndOrderOfTheColumnsThatWereThere) {
  const std::vector<Column> previous = {{"x", "BIGINT", false, 3}, {"y", "BIGINT", false, 1}};
  EXPECT_THAT(Merged({Layout({{"new", "DATE"}, {"Y", "BIGINT"}, {"x", "DOUBLE"}})}, previous),
              ElementsAre("3 x DOUBLE", "1 Y BIGINT", "10 new DATE"));
}

TEST(MergeSchemas, KnowsAColumnThatAPersonRenamedByTheNamesOfItsFiles) {
  const std::vector<Column> previous = {{"title", "VARCHAR", false, 4, "", {"title", "titel"}}};
  EXPECT_THAT(Merged({Layout({{"titel", "BIGINT"}}), Layout({{"title", "DOUBLE"}})}, previous),
              ElementsAre("4 titel DOUBLE"));
}

TEST(MergeSchemas, TakesNamesThatDifferInCaseForOneColumn) {
  EXPECT_THAT(Merged({Layout({{"Id", "INTEGER"}}), Layout({{"ID", "BIGINT"}})}), ElementsAre("10 Id BIGINT"));
}

TEST(MergeSchemas, GivesAColumnWithoutValuesTheTypeOfTheFilesThatHaveSome) {
  EXPECT_THAT(Merged({Layout({{"v", kUnknownType}}), Layout({{"v", "BIGINT"}})}), ElementsAre("10 v BIGINT"));
  EXPECT_THAT(Merged({Layout({{"v", kUnknownType}})}), ElementsAre("10 v VARCHAR"));
  EXPECT_THAT(Merged({Layout({{"v", "STRUCT(a \"NULL\")"}})}), ElementsAre("10 v STRUCT(a VARCHAR)"));
}

TEST(MergeSchemas, PutsPartitionKeysLastAndHidesColumnsOfTheirName) {
  EXPECT_THAT(Merged({Layout({{"Year", "VARCHAR"}, {"v", "BIGINT"}}, {{"year", "BIGINT"}})}),
              ElementsAre("10 v BIGINT", "11 year BIGINT key"));
}

TEST(MergeSchemas, MakesAPartitionKeyTextUnlessAllItsValuesAreAlike) {
  EXPECT_THAT(Merged({Layout({{"v", "BIGINT"}}, {{"k", "BIGINT"}, {"d", "DATE"}}),
                      Layout({{"v", "BIGINT"}}, {{"k", "DATE"}, {"d", kUnknownType}})}),
              ElementsAre("10 v BIGINT", "11 k VARCHAR key", "12 d DATE key"));
}

TEST(MergeSchemas, CountsWhatDoesNotFitAmongTheConflictsUnlessItMayBecomeText) {
  const std::vector<LayoutUse> layouts = {Layout({{"v", "BIGINT"}, {"w", "BIGINT"}}),
                                          Layout({{"v", "VARCHAR"}, {"w", "DOUBLE"}})};
  const SchemaMerge kept = MergeSchemas(layouts, {}, 1, IncompatiblePolicy::kLog);
  EXPECT_THAT(kept.conflicts, ElementsAre(0u));
  EXPECT_THAT(Merged(layouts, {}, IncompatiblePolicy::kLog), ElementsAre("10 v BIGINT", "11 w DOUBLE"));
  EXPECT_THAT(MergeSchemas(layouts, {}, 1, IncompatiblePolicy::kNewVersion).conflicts, testing::IsEmpty());
  EXPECT_THAT(Merged(layouts), ElementsAre("10 v VARCHAR", "11 w DOUBLE"));
}

TEST(SourcesOf, GroupsLayoutsByTheirType) {
  LayoutUse a = Layout({{"v", "BIGINT"}}), b = Layout({{"V", "VARCHAR"}}),
            c = Layout({{"v", "VARCHAR"}, {"w", "DATE"}});
  a.id = 1, b.id = 2, c.id = 3, b.files = 5;
  const auto sources = SourcesOf({"v", "VARCHAR"}, {a, b, c});
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_EQ(sources[0].type, "VARCHAR");
  EXPECT_EQ(sources[0].files, 6);
  EXPECT_THAT(sources[0].layouts, ElementsAre(2, 3));
  EXPECT_THAT(sources[1].layouts, ElementsAre(1));
}

}  // namespace
}  // namespace tarn::catalog
