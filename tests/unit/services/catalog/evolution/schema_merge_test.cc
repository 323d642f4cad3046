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
              ElementsAre("4 title DOUBLE"));
}

// A column of a Parquet file whose writer numbers them.
Column Numbered(const std::string& name, const std::string& type, int64_t field_id) {
  Column column{name, type};
  column.field_id = field_id;
  return column;
}

TEST(MergeSchemas, KnowsColumnsByTheNumbersOfTheirWriter) {
  const LayoutUse before = Layout({Numbered("a", "INTEGER", 7), Numbered("b", "DATE", 2)});
  const LayoutUse after = Layout({Numbered("b", "DATE", 2), Numbered("z", "BIGINT", 7)});
  EXPECT_THAT(Merged({before, after}), ElementsAre("10 z BIGINT", "11 b DATE"));
  const std::vector<Column> previous = {{"a", "INTEGER", false, 3}, {"b", "DATE", false, 1}};
  const SchemaMerge merge = MergeSchemas({before, after}, previous, 10, IncompatiblePolicy::kNewVersion);
  ASSERT_EQ(merge.columns.size(), 2u);
  EXPECT_EQ(merge.columns[0].id, 3);
  EXPECT_THAT(merge.columns[0].file_names, ElementsAre("z", "a"));
  EXPECT_EQ(merge.next_column_id, 10);
  // Once a file without numbers is there, what was one column stays one, under its name.
  EXPECT_THAT(Merged({before, after, Layout({{"a", "BIGINT"}})}, merge.columns),
              ElementsAre("3 z BIGINT", "1 b DATE"));
}

TEST(MergeSchemas, GoesByNamesWhereNumbersClash) {
  const LayoutUse first = Layout({Numbered("a", "INTEGER", 1), Numbered("b", "DATE", 2)});
  // Numbers by position, a name that was used again, a number twice in a file, one without.
  EXPECT_THAT(Merged({first, Layout({Numbered("x", "UUID", 1), Numbered("a", "INTEGER", 2),
                                     Numbered("b", "DATE", 3)})}),
              ElementsAre("10 a INTEGER", "11 b DATE", "12 x UUID"));
  EXPECT_THAT(Merged({first, Layout({Numbered("b", "DATE", 1), Numbered("a", "INTEGER", 2)})}),
              ElementsAre("10 a INTEGER", "11 b DATE"));
  // The same place in the file, but nothing else in common.
  EXPECT_THAT(Merged({first, Layout({Numbered("a", "INTEGER", 1), Numbered("c", "BIGINT", 2)})}),
              ElementsAre("10 a INTEGER", "11 b DATE", "12 c BIGINT"));
  EXPECT_THAT(Merged({first, Layout({Numbered("c", "INTEGER", 1), Numbered("d", "DATE", 1)})}),
              ElementsAre("10 a INTEGER", "11 b DATE", "12 c INTEGER", "13 d DATE"));
  EXPECT_THAT(Merged({first, Layout({Numbered("c", "INTEGER", 1), Numbered("d", "DATE", -1)})}),
              ElementsAre("10 a INTEGER", "11 b DATE", "12 c INTEGER", "13 d DATE"));
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
