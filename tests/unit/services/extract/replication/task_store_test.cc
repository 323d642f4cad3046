#include "services/extract/replication/task_store.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::extract {
namespace {

class TaskStoreTest : public testing::Test {
 protected:
  TaskStoreTest() : database_(*sqlite::Database::Open(":memory:")), store_(*database_) {
    EXPECT_THAT(database_->Migrate({ReplicationTaskStore::kMigration}), IsOk());
  }

  static ReplicationTask Task(int64_t sequence, const std::string& key, const std::string& target = "t") {
    ReplicationTask task;
    task.sequence = sequence;
    task.bucket = "raw";
    task.key = key;
    task.version = "v" + std::to_string(sequence);
    task.rule = "r";
    task.target = target;
    task.event_time = FromUnixMillis(sequence * 1000);
    return task;
  }
  std::vector<int64_t> Due(const std::set<std::string>& paused = {}) {
    std::vector<int64_t> sequences;
    const auto due = store_.Due(Now(), paused, 10);
    for (const auto& task : *due) sequences.push_back(task.sequence);
    return sequences;
  }

  std::unique_ptr<sqlite::Database> database_;
  ReplicationTaskStore store_;
};

TEST_F(TaskStoreTest, PlansATaskOnceAndRemembersTheCursor) {
  EXPECT_EQ(*store_.Cursor(7), 7);
  ASSERT_THAT(store_.Plan({Task(8, "a"), Task(8, "a", "u")}, 9), IsOk());
  ASSERT_THAT(store_.Plan({Task(8, "a")}, 9), IsOk());
  EXPECT_EQ(*store_.Cursor(0), 9);
  EXPECT_THAT(Due(), testing::ElementsAre(8, 8));
}

TEST_F(TaskStoreTest, HoldsTheChangesOfAKeyInOrderPerTarget) {
  ASSERT_THAT(store_.Plan({Task(1, "a"), Task(2, "a"), Task(3, "b"), Task(4, "a", "u")}, 4), IsOk());
  EXPECT_THAT(Due(), testing::ElementsAre(1, 3, 4));
  ASSERT_THAT(store_.Complete(1), IsOk());
  EXPECT_THAT(Due(), testing::ElementsAre(2, 3, 4));
}

TEST_F(TaskStoreTest, LeavesPausedTargetsOut) {
  ASSERT_THAT(store_.Plan({Task(1, "a"), Task(2, "b", "u"), Task(3, "c", "w")}, 3), IsOk());
  EXPECT_THAT(Due({"t", "w"}), testing::ElementsAre(2));
}

TEST_F(TaskStoreTest, AFailedTaskWaitsForARetryAndBlocksNothing) {
  ASSERT_THAT(store_.Plan({Task(1, "a"), Task(2, "a")}, 2), IsOk());
  ASSERT_THAT(store_.Fail(1, "why", std::nullopt), IsOk());
  EXPECT_THAT(Due(), testing::ElementsAre(2));
  EXPECT_TRUE(store_.OthersOf("raw", "a", "v1")->failed);
  EXPECT_TRUE(store_.OthersOf("raw", "a", "v2")->pending);
  EXPECT_EQ(store_.Get(1)->reason, "why");
  EXPECT_THAT(store_.Retry(2), HasError(Code::kConflict, "pending"));
  EXPECT_THAT(store_.Retry(99), HasError(Code::kNotFound, "99"));
  ASSERT_THAT(store_.Retry(1), IsOk());
  EXPECT_THAT(Due(), testing::ElementsAre(1));
}

TEST_F(TaskStoreTest, RetriesAllFailuresOfATarget) {
  ASSERT_THAT(store_.Plan({Task(1, "a"), Task(2, "b", "u")}, 2), IsOk());
  for (const int64_t id : {1, 2}) ASSERT_THAT(store_.Fail(id, "why", std::nullopt), IsOk());
  EXPECT_EQ(*store_.RetryAll("u"), 1);
  EXPECT_EQ(*store_.RetryAll(""), 1);
}

TEST_F(TaskStoreTest, ATaskThatWaitsIsNotDue) {
  ASSERT_THAT(store_.Plan({Task(1, "a")}, 1), IsOk());
  ASSERT_THAT(store_.Fail(1, "why", Now() + std::chrono::hours(1)), IsOk());
  EXPECT_THAT(Due(), testing::IsEmpty());
  EXPECT_EQ(store_.Get(1)->attempts, 1);
}

TEST_F(TaskStoreTest, CountsByRuleAndTarget) {
  ASSERT_THAT(store_.Plan({Task(1, "a"), Task(2, "b"), Task(3, "c")}, 3), IsOk());
  ASSERT_THAT(store_.Fail(1, "why", std::nullopt), IsOk());
  const auto counts = store_.Count();
  ASSERT_EQ(counts->size(), 1u);
  const auto& totals = counts->begin()->second;
  EXPECT_EQ(totals.pending, 2);
  EXPECT_EQ(totals.failed, 1);
  EXPECT_EQ(totals.oldest_pending, FromUnixMillis(2000));
}

}  // namespace
}  // namespace tarn::extract
