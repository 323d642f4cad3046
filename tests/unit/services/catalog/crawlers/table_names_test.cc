#include "services/catalog/crawlers/table_names.h"

#include <gmock/gmock.h>

#include "tests/support/result_matchers.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;

Result<bool> Nobodys(const TableName&) { return false; }

TablePlace Place(const std::string& prefix, const std::string& name) {
  return {"lake", prefix, "d", name, 1};
}

TEST(TableNames, AreWhatTheFoldersAskForBehindThePrefix) {
  TableNames names("raw_", {}, Nobodys);
  EXPECT_EQ(*names.NameOf(Place("in/sales/", "sales"), false), (TableName{"d", "raw_sales"}));
  EXPECT_THAT(names.renamed(), IsEmpty());
}

TEST(TableNames, TellTwoFoldersOfTheSameNameApart) {
  TableNames names("", {}, Nobodys);
  const TableName first = *names.NameOf(Place("Sales-2024/", "sales_2024"), false);
  const TableName second = *names.NameOf(Place("sales 2024/", "sales_2024"), false);
  EXPECT_EQ(first.table, "sales_2024");
  EXPECT_THAT(second.table, MatchesRegex("sales_2024_[0-9a-f]{8}"));
  EXPECT_THAT(names.renamed(), ElementsAre(NamedFolder{"lake/sales 2024/", second}));
  EXPECT_EQ(*names.NameOf(Place("sales 2024/", "sales_2024"), false), second);
}

TEST(TableNames, StayWithTheFolderThatHasThem) {
  TableNames names("", {{"lake/b/t/", {"d", "t"}}}, Nobodys);
  EXPECT_THAT(names.NameOf(Place("a/t/", "t"), false)->table, MatchesRegex("t_[0-9a-f]{8}"));
  EXPECT_EQ(names.NameOf(Place("b/t/", "t"), false)->table, "t");
}

TEST(TableNames, AreSharedOnDemand) {
  TableNames names("", {}, Nobodys);
  EXPECT_EQ(names.NameOf(Place("a/", "sales"), true)->table, "sales");
  EXPECT_EQ(names.NameOf(Place("b/", "sales"), true)->table, "sales");
}

TEST(TableNames, LeaveTablesOfOthersAlone) {
  TableNames names("", {}, [](const TableName& name) -> Result<bool> { return name.table == "songs"; });
  EXPECT_THAT(names.NameOf(Place("songs/", "songs"), true)->table, MatchesRegex("songs_[0-9a-f]{8}"));
}

TEST(TableNames, AreCutWhereTheyAreTooLong) {
  TableNames names("", {}, Nobodys);
  EXPECT_EQ(names.NameOf(Place("x/", std::string(300, 'a')), false)->table.size(), 209);
}

TEST(TableNames, FindTheInnermostFolderOfAnObject) {
  TableNames names("", {{"lake/", {"d", "all"}}, {"lake/in/t/", {"d", "t"}}}, Nobodys);
  EXPECT_EQ(names.FolderOf("lake", "in/t/x/a.csv")->table.table, "t");
  EXPECT_EQ(names.FolderOf("lake", "in/a.csv")->table.table, "all");
  EXPECT_EQ(names.FolderOf("raw", "in/a.csv"), nullptr);
}

}  // namespace
}  // namespace tarn::catalog
