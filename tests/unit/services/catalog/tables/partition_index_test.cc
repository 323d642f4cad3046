#include "services/catalog/tables/partition_index.h"

#include <gmock/gmock.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using table_filter::Filter;
using table_filter::Literal;
using table_filter::Operator;
using testing::ElementsAre;
using testing::IsEmpty;

Literal Number(const char* text) { return {Literal::Kind::kNumber, text}; }
Literal Text(const char* text) { return {Literal::Kind::kText, text}; }

class PartitionIndexTest : public testing::Test {
 protected:
  // One file in each partition of a key, of the type that the path's value has.
  void Commit(const std::string& type, const std::vector<std::string>& values) {
    TableChange change;
    change.name = {"d", "t"};
    for (const std::string& value : values) {
      DataFile file = MakeFile("d/t/k=" + value + "/a.parquet", "v1", {{"x", "BIGINT"}}, {{"k", value}});
      FileLayout layout = *file.layout;
      layout.partition[0].type = value == kNullPartition ? kUnknownType : type;
      file.layout = std::make_shared<const FileLayout>(layout);
      change.added.push_back(std::move(file));
    }
    ASSERT_THAT(catalog.Commit({change}), IsOk());
  }

  // The values of the partitions that the catalog answers.
  std::vector<std::string> Find(std::vector<Filter> filters) {
    TableRef wanted{{"d", "t"}};
    wanted.filters = std::move(filters);
    const auto snapshots = catalog.tables->Resolve({wanted});
    EXPECT_THAT(snapshots, IsOk());
    std::vector<std::string> values;
    for (const DataFile& file : (*snapshots)[0]->files) values.push_back(file.partition[0].value);
    return values;
  }

  // Whether the index alone knows the answer, however many partitions there are.
  bool IsIndexed(const Filter& filter) {
    const auto table = catalog.tables->GetTable({"d", "t"});
    const FileFilter file_filter({filter}, table->columns);
    return PartitionIndex(*catalog.writer).Find(1, file_filter, 1'000)->has_value();
  }

  CatalogFixture catalog;
};

TEST_F(PartitionIndexTest, FindsNumbersByTheirOrderAsNumbers) {
  Commit("BIGINT", {"9", "10", "-2", "100", kNullPartition});
  EXPECT_THAT(Find({{"k", Operator::kEqual, {Number("10")}}}), ElementsAre("10"));
  EXPECT_THAT(Find({{"k", Operator::kGreater, {Number("9")}}, {"k", Operator::kLess, {Number("100")}}}), ElementsAre("10"));
  EXPECT_THAT(Find({{"k", Operator::kLess, {Number("9")}}}), ElementsAre("-2"));
  EXPECT_THAT(Find({{"k", Operator::kIn, {Number("9"), Number("7")}}}), ElementsAre("9"));
  EXPECT_THAT(Find({{"k", Operator::kIsNull}}), ElementsAre(kNullPartition));
  EXPECT_THAT(Find({{"k", Operator::kEqual, {Number("11")}}}), IsEmpty());
  EXPECT_TRUE(IsIndexed({"k", Operator::kGreaterOrEqual, {Number("9")}}));
}

TEST_F(PartitionIndexTest, FindsTextsByTheirBytes) {
  Commit("VARCHAR", {"7", "07", "2026-01-05", "DE", "ä"});
  EXPECT_THAT(Find({{"k", Operator::kEqual, {Text("7")}}}), ElementsAre("7"));
  EXPECT_THAT(Find({{"k", Operator::kEqual, {Text("2026-01-05")}}}), ElementsAre("2026-01-05"));
  EXPECT_THAT(Find({{"k", Operator::kGreater, {Text("2")}}, {"k", Operator::kLess, {Text("E")}}}),
              testing::UnorderedElementsAre("2026-01-05", "7", "DE"));
  EXPECT_TRUE(IsIndexed({"k", Operator::kLess, {Text("E")}}));
  // A number makes numbers of all of them.
  EXPECT_THAT(Find({{"k", Operator::kEqual, {Number("7")}}}), testing::SizeIs(5));
}

TEST_F(PartitionIndexTest, FindsDates) {
  Commit("DATE", {"2025-12-31", "2026-01-01", "2026-02-01", kNullPartition});
  EXPECT_THAT(Find({{"k", Operator::kGreaterOrEqual, {{Literal::Kind::kDate, "2026-01-01"}}}}),
              ElementsAre("2026-01-01", "2026-02-01"));
  EXPECT_THAT(Find({{"k", Operator::kEqual, {Text("2025-12-31")}}}), ElementsAre("2025-12-31"));
  EXPECT_TRUE(IsIndexed({"k", Operator::kEqual, {Text("2025-12-31")}}));
}

TEST_F(PartitionIndexTest, IsInStepWithCommits) {
  Commit("BIGINT", {"1", "2"});
  const auto remove = [&](const std::string& value) {
    return catalog.Commit({TableChange{{"d", "t"}, {}, {{"transformed", "d/t/k=" + value + "/a.parquet"}}, {}}});
  };
  ASSERT_THAT(remove("1"), IsOk());
  EXPECT_THAT(Find({{"k", Operator::kEqual, {Number("1")}}}), IsEmpty());
  EXPECT_THAT(*PartitionIndex(*catalog.writer).Count(1), 1);
  Commit("BIGINT", {"1", "2"});  // 2 is replaced
  EXPECT_THAT(Find({{"k", Operator::kLessOrEqual, {Number("2")}}}), ElementsAre("1", "2"));
  EXPECT_THAT(*PartitionIndex(*catalog.writer).Count(1), 2);
}

TEST_F(PartitionIndexTest, KeepsOddSpellingsThatACastMayTake) {
  Commit("DATE", {"2026-01-05"});
  Commit("VARCHAR", {"2026-1-6"});
  const std::vector<Column> schema = {{"x", "BIGINT"}, {"k", "DATE", true}};
  // A person may have set the type; the evaluation has to be left to the engine.
  const FileFilter filter({{"k", Operator::kEqual, {{Literal::Kind::kDate, "2026-01-06"}}}}, schema);
  const auto found = PartitionIndex(*catalog.writer).Find(1, filter, 1'000);
  ASSERT_THAT(found, IsOk());
  ASSERT_TRUE(found->has_value());
  EXPECT_THAT(**found, ElementsAre(R"([["k","2026-1-6"]])"));
}

TEST_F(PartitionIndexTest, GivesUpOnMoreThanTheLimit) {
  Commit("BIGINT", {"1", "2", "3"});
  const auto table = catalog.tables->GetTable({"d", "t"});
  const FileFilter filter({{"k", Operator::kLess, {Number("9")}}}, table->columns);
  EXPECT_FALSE(PartitionIndex(*catalog.writer).Find(1, filter, 2)->has_value());
  EXPECT_TRUE(PartitionIndex(*catalog.writer).Find(1, filter, 3)->has_value());
}

}  // namespace
}  // namespace tarn::catalog
