#include "services/catalog/overlay/apply_edits.h"

#include <gtest/gtest.h>

namespace tarn::catalog {
namespace {

Column Found(int64_t id, const std::string& name, const std::string& type, bool partition_key = false) {
  Column column{name, type, partition_key};
  column.id = id;
  return column;
}

TableEdits Edit(ColumnEdit edit) {
  TableEdits edits;
  edits.columns.push_back(std::move(edit));
  return edits;
}

const std::vector<Column> kFound = {Found(1, "preis", "BIGINT"), Found(2, "Name", "VARCHAR"),
                                    Found(3, "day", "DATE", true)};

TEST(ApplyEdits, WithoutEditsNothingChanges) { EXPECT_EQ(ApplyEdits(kFound, {}), kFound); }

TEST(ApplyEdits, SetsNameTypeAndCommentAndKeepsWhatTheFilesSay) {
  const auto columns = ApplyEdits(kFound, Edit({1, "preis", "price", "DECIMAL(21,2)", "in euros"}));
  Column expected = kFound[0];
  expected.name = "price";
  expected.type = "DECIMAL(21,2)";
  expected.found_type = "BIGINT";
  expected.comment = "in euros";
  expected.file_names = {"preis"};
  EXPECT_EQ(columns[0], expected);
  EXPECT_EQ(columns[1], kFound[1]);
}

TEST(FoundColumns, TakesOffWhatWasLaidOver) {
  EXPECT_EQ(FoundColumns(ApplyEdits(kFound, Edit({1, "preis", "price", "DECIMAL(21,2)", "in euros"}))), kFound);
}

TEST(FoundColumns, AColumnWithoutValuesIsTextAgain) {
  Column empty = Found(1, "empty", "VARCHAR");
  empty.found_type = kUnknownType;
  const auto edited = ApplyEdits({empty}, Edit({1, "empty", {}, "DATE", {}}));
  EXPECT_EQ(edited[0].type, "DATE");
  EXPECT_EQ(FoundColumns(edited), std::vector<Column>{empty});
}

TEST(ApplyEdits, ATypeThatTheFilesHaveIsNoEdit) {
  EXPECT_EQ(ApplyEdits(kFound, Edit({1, "preis", {}, "BIGINT", {}})), kFound);
}

TEST(ApplyEdits, FindsAColumnThatCameBackWithAnotherId) {
  EXPECT_EQ(ApplyEdits(kFound, Edit({77, "NAME", "title", {}, {}}))[1].name, "title");
}

TEST(ApplyEdits, AColumnThatIsGoneIsNoMatter) {
  EXPECT_EQ(ApplyEdits(kFound, Edit({77, "gone", "x", "DATE", "y"})), kFound);
  EXPECT_TRUE(FindSetAside(kFound, Edit({77, "gone", "x", "DATE", "y"})).empty());
}

TEST(ApplyEdits, SetsAsideATypeThatFilesNoLongerFit) {
  const TableEdits edits = Edit({1, "preis", {}, "INTEGER", {}});
  EXPECT_EQ(ApplyEdits(kFound, edits)[0].type, "INTEGER");
  std::vector<Column> later = kFound;
  later[0].type = "DOUBLE";
  const auto columns = ApplyEdits(later, edits);
  EXPECT_EQ(columns[0].type, "DOUBLE");
  const auto set_aside = FindSetAside(columns, edits);
  ASSERT_EQ(set_aside.size(), 1u);
  EXPECT_EQ(set_aside[0].column, "preis");
  EXPECT_EQ(set_aside[0].member, "type");
  EXPECT_EQ(set_aside[0].reason, "the files give DOUBLE, whose values would be rounded or cut as INTEGER");
}

TEST(ApplyEdits, SetsAsideANameThatAnotherColumnGot) {
  const TableEdits edits = Edit({1, "preis", "price", {}, {}});
  std::vector<Column> later = kFound;
  later.push_back(Found(4, "Price", "BIGINT"));
  const auto columns = ApplyEdits(later, edits);
  EXPECT_EQ(columns[0].name, "preis");
  ASSERT_EQ(FindSetAside(columns, edits).size(), 1u);
  EXPECT_EQ(FindSetAside(columns, edits)[0].member, "name");
}

TEST(ApplyEdits, NeverRenamesAPartitionKey) {
  EXPECT_EQ(ApplyEdits(kFound, Edit({3, "day", "date", {}, {}}))[2].name, "day");
}

TEST(ApplyEdits, TwoColumnsSwapNamesNot) {
  TableEdits edits = Edit({1, "preis", "Name", {}, {}});
  edits.columns.push_back({2, "Name", "preis", {}, {}});
  const auto columns = ApplyEdits(kFound, edits);
  EXPECT_EQ(columns[0].name, "preis");
  EXPECT_EQ(columns[1].name, "Name");
}

TEST(ApplyEdits, ADeclaredTableHasItsColumnsAndNoOther) {
  TableEdits edits;
  edits.declared = {
      {1, "day", "DATE", "", true}, {2, "PREIS", "INTEGER", "in euros"}, {3, "missing", "UUID"}};
  const auto columns = ApplyEdits(kFound, edits);
  ASSERT_EQ(columns.size(), 3u);
  EXPECT_EQ(columns[0].name, "PREIS");
  EXPECT_EQ(columns[0].id, 2);
  EXPECT_EQ(columns[0].type, "INTEGER");
  EXPECT_EQ(columns[0].found_type, "BIGINT");
  EXPECT_EQ(columns[0].comment, "in euros");
  EXPECT_EQ(columns[0].file_names, std::vector<std::string>{"preis"});
  EXPECT_EQ(columns[1].name, "missing");
  EXPECT_EQ(columns[1].type, "UUID");
  EXPECT_EQ(columns[2].name, "day");
  EXPECT_TRUE(columns[2].partition_key);
}

TEST(ApplyEdits, ADeclaredTypeThatFilesDoNotFitIsSetAside) {
  TableEdits edits;
  edits.declared = {{1, "name", "BLOB"}};
  const auto columns = ApplyEdits(kFound, edits);
  EXPECT_EQ(columns[0].type, "VARCHAR");
  ASSERT_EQ(FindSetAside(columns, edits).size(), 1u);
  EXPECT_EQ(FindSetAside(columns, edits)[0].reason, "the files give VARCHAR, which cannot be read as BLOB");
}

}  // namespace
}  // namespace tarn::catalog
