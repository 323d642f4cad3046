#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/event_table.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kMerge = "mode: merge, key: [day, id], order_by: [value desc]";

// What happens to a table whose definition changes the way it is published.
class LayoutChange : public testing::Test {
 protected:
  const json first_ = {Event(1, "a", "1"), Event(2, "b", "1")};
  const json second_ = {Event(2, "b", "2"), Event(3, "c", "1")};
  const json merged_ = {Event(1, "a", "1"), Event(2, "b", "2"), Event(3, "c", "1")};
  EventTable table_;
};

TEST_F(LayoutChange, OfAMergeRewritesTheTable) {
  const std::vector<std::string> layouts = {", partition_by: [day]", "", ", partition_by: [id]",
                                            ", partition_by: [day], format: csv",
                                            ", format: csv, compression: gzip"};
  for (const std::string& before : layouts) {
    for (const std::string& after : layouts) {
      if (before == after || before.find("csv") != std::string::npos) continue;
      EventTable table;
      table.Define(kMerge + before);
      ASSERT_EQ(table.Publish(first_).state, RunState::kSucceeded) << before;
      table.Define(kMerge + after);
      const auto run = table.Publish(second_);
      ASSERT_EQ(run.state, RunState::kSucceeded) << before << " to " << after << ": " << run.error->message();
      json rows = table.Rows();
      for (json& row : rows) {
        if (row["id"].is_string()) row["id"] = std::stoi(row["id"].get<std::string>());
      }
      std::sort(rows.begin(), rows.end());
      EXPECT_EQ(rows, merged_) << before << " to " << after;
      const size_t files = after.find("partition_by: [day]") != std::string::npos ? 3
                           : after.find("[id]") != std::string::npos              ? 3
                                                                                  : 1;
      EXPECT_THAT(table.Keys(), SizeIs(files)) << before << " to " << after;
    }
  }
}

TEST_F(LayoutChange, OfAppendedFilesIsRefused) {
  for (const std::string changed : {"mode: append, partition_by: [day]", "mode: append, format: csv",
                                    "mode: replace_partitions, partition_by: [day]"}) {
    EventTable table;
    table.Define("mode: append");
    table.Publish(first_);
    table.Define(changed);
    const auto run = table.Publish(second_);
    EXPECT_EQ(run.state, RunState::kFailed) << changed;
    EXPECT_THAT(run.report.error->message(), HasSubstr("delete them to start the table afresh")) << changed;
    EXPECT_EQ(table.Rows(), first_) << changed;
  }
}

TEST_F(LayoutChange, ToReplaceDropsEverything) {
  for (const std::string before : {"mode: append", "mode: append, partition_by: [day]",
                                   "mode: append, format: csv", "mode: merge, key: [id], order_by: [day]"}) {
    EventTable table;
    table.Define(before);
    table.Publish(first_);
    table.Publish(first_);
    table.Define("mode: replace");
    table.Publish(second_);
    EXPECT_EQ(table.Rows(), second_) << before;
    EXPECT_THAT(PublishedKeys(table.rig.store(), "_tarn/transform/events/shop.events/"), IsEmpty()) << before;
  }
}

TEST_F(LayoutChange, BetweenAppendAndReplacePartitionsKeepsTheFiles) {
  table_.Define("mode: append, partition_by: [day]");
  table_.Publish(first_);
  table_.Publish(first_);
  table_.Define("mode: replace_partitions, partition_by: [day]");
  table_.Publish(second_);
  EXPECT_EQ(table_.Rows(),
            json({Event(1, "a", "1"), Event(1, "a", "1"), Event(2, "b", "2"), Event(3, "c", "1")}));
}

TEST_F(LayoutChange, FromAppendToMergeIsRefused) {
  table_.Define("mode: append");
  table_.Publish(first_);
  table_.Define(kMerge);
  const auto run = table_.Publish(second_);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.report.error->message(), HasSubstr("to start the table afresh"));
  EXPECT_EQ(table_.Rows(), first_);
}

TEST_F(LayoutChange, FromMergeToAppendDropsTheStateThatNoLongerHolds) {
  table_.Define(kMerge);
  table_.Publish(first_);
  table_.Define("mode: append");
  table_.Publish({Event(2, "b", "2")});
  EXPECT_THAT(table_.Rows(), SizeIs(3));
  table_.Define(kMerge);
  EXPECT_EQ(table_.Publish(second_).state, RunState::kFailed);
  EXPECT_THAT(table_.Rows(), SizeIs(3));
}

TEST_F(LayoutChange, LeavesWhatOtherProgramsPutThereAlone) {
  ASSERT_THAT(table_.rig.store().Put("transformed", "shop/events/mine.parquet", "x"), IsOk());
  table_.Define("mode: replace");
  EXPECT_EQ(table_.Publish(first_).state, RunState::kSucceeded);
  EXPECT_EQ(table_.Publish(second_).state, RunState::kSucceeded);
  EXPECT_THAT(table_.Keys(), ElementsAre("shop/events/mine.parquet", "shop/events/part-*.parquet"));
}

}  // namespace
}  // namespace tarn::transform
