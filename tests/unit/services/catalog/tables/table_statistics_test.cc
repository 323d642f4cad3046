#include <gmock/gmock.h>

#include "services/catalog/tables/file_statistics.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

DataFile FileWith(const std::string& name, const std::string& type, std::vector<ColumnStatistics> statistics) {
  DataFile file = MakeFile("d/t/" + name, "v1", {{"a", type}, {"b", "VARCHAR"}});
  file.statistics = std::move(statistics);
  return file;
}

std::string Describe(const std::vector<ColumnSummary>& columns) {
  std::string text;
  for (const ColumnSummary& column : columns) {
    text += column.column.name + ": nulls " + (column.nulls ? std::to_string(*column.nulls) : "?") + ", " +
            column.min.value_or("?") + " to " + column.max.value_or("?") + ", distinct " +
            (column.distinct ? std::to_string(*column.distinct) : "?") + "; ";
  }
  return text;
}

class TableStatisticsTest : public testing::Test {
 protected:
  void Add(DataFile file) {
    TableChange change;
    change.name = {"d", "t"};
    change.added = {std::move(file)};
    ASSERT_THAT(catalog.Commit({change}), IsOk());
  }
  void Remove(const std::string& name) {
    ASSERT_THAT(catalog.Commit({TableChange{{"d", "t"}, {}, {{"transformed", "d/t/" + name}}, {}}}), IsOk());
  }
  std::string Read() {
    const auto columns = catalog.tables->SumUpColumns({"d", "t"});
    return columns.ok() ? Describe(*columns) : columns.error().message();
  }

  CatalogFixture catalog;
};

TEST_F(TableStatisticsTest, SumsUpFilesAndStaysInStepWithCommits) {
  Add(FileWith("1", "BIGINT", {{"a", 1, "9", "20", 5}, {"b", 0, "x", "y", 2}}));
  EXPECT_EQ(Read(), "a: nulls 1, 9 to 20, distinct 5; b: nulls 0, x to y, distinct 2; ");
  Add(FileWith("2", "BIGINT", {{"a", 2, "10", "100", 8}, {"b", 0, "a", "b", 2}}));
  EXPECT_EQ(Read(), "a: nulls 3, 9 to 100, distinct 13; b: nulls 0, a to y, distinct 2; ");
  Remove("1");  // with it goes the least value
  EXPECT_EQ(Read(), "a: nulls 2, 10 to 100, distinct 8; b: nulls 0, a to b, distinct 2; ");
  DataFile replacement = FileWith("2", "BIGINT", {{"a", 0, "50", "60", 8}, {"b", 0, "c", "d", 2}});
  replacement.version = "v2";
  Add(std::move(replacement));
  EXPECT_EQ(Read(), "a: nulls 0, 50 to 60, distinct 8; b: nulls 0, c to d, distinct 2; ");
}

TEST_F(TableStatisticsTest, LeavesOutWhatIsNotKnownOfAllFiles) {
  Add(FileWith("1", "BIGINT", {{"a", 1, "9", "20", {}}, {"b", {}, {}, {}, {}}}));
  EXPECT_EQ(Read(), "a: nulls 1, 9 to 20, distinct ?; b: nulls ?, ? to ?, distinct ?; ");
  Add(MakeFile("d/t/2", "v1", {{"a", "BIGINT"}}));
  EXPECT_EQ(Read(), "a: nulls ?, ? to ?, distinct ?; b: nulls ?, ? to ?, distinct ?; ");
}

TEST_F(TableStatisticsTest, ComparesInTheTypeOfTheTable) {
  Add(FileWith("1", "INTEGER", {{"a", 0, "9", "100", {}}, {"b", 0, "x", "y", {}}}));
  Add(FileWith("2", "DOUBLE", {{"a", 0, "10.5", "20.25", {}}, {"b", 0, "x", "y", {}}}));
  EXPECT_EQ(Read(), "a: nulls 0, 9 to 100, distinct ?; b: nulls 0, x to y, distinct ?; ");
  Add(FileWith("3", "VARCHAR", {{"a", 0, "a", "b", {}}, {"b", 0, "x", "y", {}}}));  // now numbers are text
  EXPECT_EQ(Read(), "a: nulls 0, ? to ?, distinct ?; b: nulls 0, x to y, distinct ?; ");
}

TEST_F(TableStatisticsTest, CountsRowsOfFilesWithoutTheColumnAsNulls) {
  Add(FileWith("1", "BIGINT", {{"a", 1, "9", "20", {}}, {"b", 0, "x", "y", {}}}));
  DataFile other = MakeFile("d/t/2", "v1", {{"b", "VARCHAR"}});
  other.statistics = {{"b", 3, "z", "z", {}}};
  Add(std::move(other));
  EXPECT_EQ(Read(), "a: nulls 11, 9 to 20, distinct ?; b: nulls 3, x to z, distinct ?; ");
}

TEST_F(TableStatisticsTest, TellsOfPartitionKeys) {
  for (const std::string year : {"9", "10", kNullPartition}) {
    DataFile file = MakeFile("d/t/year=" + year + "/a", "v1", {}, {{"year", year}});
    FileLayout layout = *file.layout;
    layout.partition[0].type = "BIGINT";
    file.layout = std::make_shared<const FileLayout>(layout);
    Add(std::move(file));
  }
  EXPECT_EQ(Read(), "year: nulls 10, 9 to 10, distinct 2; ");
}

TEST_F(TableStatisticsTest, RefusesATableThatIsNotThere) {
  EXPECT_THAT(catalog.tables->SumUpColumns({"d", "no"}), HasError(Code::kNotFound, "d.no"));
}

TEST(FileStatistics, ComeBackAsTheyWereStored) {
  const FileLayout layout{FileFormat::kParquet, {{"a", "BIGINT"}, {"b", "VARCHAR"}, {"c", "DATE"}}, {}, {}};
  const std::vector<ColumnStatistics> statistics = {{"a", 300, "-5", "12", 7}, {"c", {}, "2026-01-01", "2026-01-01", {}}};
  const std::string stored = StoreStatistics(statistics, layout);
  EXPECT_LT(stored.size(), 32u);
  const auto loaded = LoadStatistics(stored, layout);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(*loaded, statistics);
  for (size_t cut = 1; cut < stored.size(); ++cut) {
    (void)LoadStatistics(stored.substr(0, cut), layout);  // may be damaged, and must not read beyond
  }
  EXPECT_THAT(LoadStatistics("\x01\x02\x7f", layout), HasError(Code::kInternal, "damaged"));
  EXPECT_EQ(StoreStatistics({{"a", {}, {}, {}, {}}, {"z", 1, {}, {}, {}}}, layout), "");
}

}  // namespace
}  // namespace tarn::catalog
