#include "services/catalog/tables/snapshot_message.h"

#include <gmock/gmock.h>

#include "tests/support/result_matchers.h"

namespace tarn::catalog {
namespace {

std::shared_ptr<const FileLayout> LayoutOf(const std::vector<std::string>& names) {
  FileLayout layout;
  for (const std::string& name : names) layout.columns.push_back({name, "BIGINT"});
  return std::make_shared<const FileLayout>(std::move(layout));
}

// Many files of two layouts in turn, in three partitions.
TableSnapshot ManyFiles(int count) {
  TableSnapshot snapshot{{"d", "t"}, 7,     {{"a", "BIGINT"}, {"b", "BIGINT"}, {"day", "VARCHAR", true}},
                         {},         count, 3};
  const auto both = LayoutOf({"a", "b"}), one = LayoutOf({"B"});
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    DataFile file{"lake",
                  "d/t/" + number,
                  "v" + number,
                  10,
                  i,
                  FromUnixMillis(5),
                  {{"day", std::to_string(i % 3)}},
                  i % 2 == 0 ? both : one};
    file.statistics.push_back({i % 2 == 0 ? "b" : "B", i, number, std::nullopt, std::nullopt});
    file.statistics.push_back({"hidden", 1, std::nullopt, std::nullopt, std::nullopt});
    snapshot.files.push_back(std::move(file));
  }
  return snapshot;
}

v1::TableSnapshot Read(TableSnapshot snapshot) {
  const auto bytes = SnapshotMessage(std::move(snapshot));
  EXPECT_THAT(bytes, IsOk());
  v1::TableSnapshot message;
  EXPECT_TRUE(message.ParseFromString(*bytes));
  return message;
}

TEST(SnapshotMessage, HasAllFilesInGroupsOfOneLayout) {
  constexpr int kFiles = 1001;
  const v1::TableSnapshot message = Read(ManyFiles(kFiles));
  EXPECT_TRUE(message.found());
  EXPECT_EQ(message.version(), 7);
  EXPECT_EQ(message.total_files(), kFiles);
  ASSERT_EQ(message.columns_size(), 3);
  EXPECT_TRUE(message.columns(2).partition_key());
  ASSERT_EQ(message.partitions_size(), 3);
  EXPECT_EQ(message.partitions(1).values(0), "1");
  ASSERT_EQ(message.groups_size(), 2);
  EXPECT_EQ(message.groups(0).columns_size(), 2);
  ASSERT_EQ(message.groups(1).columns_size(), 1);
  EXPECT_EQ(message.groups(1).columns(0).name(), "B");
  EXPECT_EQ(message.groups(1).columns(0).column(), 1u);
  for (int i = 0; i < kFiles; ++i) {
    const v1::DataFile& file = message.groups(i % 2).files(i / 2);
    ASSERT_EQ(file.key(), "d/t/" + std::to_string(i));
    EXPECT_EQ(file.rows(), i);
    EXPECT_EQ(file.partition(), static_cast<uint32_t>(i % 3));
    ASSERT_EQ(file.statistics_size(), 1);
    EXPECT_EQ(file.statistics(0).column(), i % 2 == 0 ? 1u : 0u);
    EXPECT_EQ(file.statistics(0).min(), std::to_string(i));
    EXPECT_FALSE(file.statistics(0).has_max());
  }
}

TEST(SnapshotMessage, OfATableWithoutFilesHasItsColumns) {
  const v1::TableSnapshot message = Read(ManyFiles(0));
  EXPECT_EQ(message.columns_size(), 3);
  EXPECT_EQ(message.groups_size(), 0);
  EXPECT_EQ(message.partitions_size(), 0);
}

}  // namespace
}  // namespace tarn::catalog
