#include "services/transform/runs/bookmark_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/transform/runs/batcher.h"
#include "services/transform/schema.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

using testing::HasSubstr;
using testing::Not;

RunInput Input(const std::string& key, const std::string& version = "v1") {
  return {"raw", key, version, 10, FromUnixMillis(5), InputState::kPlanned};
}

class BookmarkStoreTest : public testing::Test {
 protected:
  BookmarkStoreTest() { EXPECT_THAT(database_->Migrate(Migrations()), IsOk()); }
  bool Note(const RunInput& input, InputState state = InputState::kPlanned, const std::string& run = "r1",
            int64_t epoch = 0) {
    return bookmarks_->Note("t", epoch, input, state, run).value();
  }
  std::map<InputState, int64_t> Counts(int64_t epoch = 0) { return *bookmarks_->Counts("t", epoch); }

  std::unique_ptr<sqlite::Database> database_ = *sqlite::Database::Open(":memory:");
  std::optional<BookmarkStore> bookmarks_{std::in_place, *database_};
};

TEST_F(BookmarkStoreTest, NotesAVersionOnce) {
  EXPECT_TRUE(Note(Input("a")));
  EXPECT_FALSE(Note(Input("a")));
  EXPECT_TRUE(Note(Input("a", "v2")));
  EXPECT_EQ(Counts().at(InputState::kPlanned), 2);
}

TEST_F(BookmarkStoreTest, ForgetsAnEarlierEpoch) {
  Note(Input("a"), InputState::kWaiting, "");
  EXPECT_TRUE(Note(Input("a"), InputState::kPlanned, "r2", 1));
  EXPECT_FALSE(Note(Input("a"), InputState::kPlanned, "r3", 1));
  EXPECT_TRUE(Counts(0).empty());
  EXPECT_EQ(Counts(1).at(InputState::kPlanned), 1);
}

TEST_F(BookmarkStoreTest, KeepsWhatIsPublished) {
  Note(Input("a"));
  ASSERT_THAT(bookmarks_->Settle("t", 0, Input("a"), InputState::kPublished, "r1"), IsOk());
  ASSERT_THAT(bookmarks_->Claim("t", 0, Input("a"), "r2"), IsOk());
  ASSERT_THAT(bookmarks_->Settle("t", 0, Input("a"), InputState::kDead, "r2"), IsOk());
  EXPECT_TRUE(*bookmarks_->IsPublished("t", 0, Input("a")));
  EXPECT_FALSE(*bookmarks_->IsPublished("t", 1, Input("a")));
  EXPECT_EQ(Counts().at(InputState::kPublished), 1);
}

TEST_F(BookmarkStoreTest, LetsOnlyTheRunThatTookAVersionGiveItBack) {
  Note(Input("a"), InputState::kPlanned, "r1");
  ASSERT_THAT(bookmarks_->Claim("t", 0, Input("a"), "r2"), IsOk());
  ASSERT_THAT(bookmarks_->Settle("t", 0, Input("a"), InputState::kWaiting, "r2"), IsOk());
  EXPECT_EQ(Counts().at(InputState::kPlanned), 1);
  ASSERT_THAT(bookmarks_->Settle("t", 0, Input("a"), InputState::kWaiting, "r1"), IsOk());
  EXPECT_EQ(bookmarks_->ListWaiting("t", 0, BookmarkStore::Waiting::kAll, 10)->size(), 1u);
  EXPECT_EQ(bookmarks_->ListWaiting("t", 0, BookmarkStore::Waiting::kNeverTaken, 10)->size(), 0u);
  ASSERT_THAT(bookmarks_->Disown("t", 0, "r1"), IsOk());
  EXPECT_EQ(bookmarks_->ListWaiting("t", 0, BookmarkStore::Waiting::kNeverTaken, 10)->size(), 1u);
}

// A million bookmarks are no slower than ten: no statement of planning looks through them.
TEST_F(BookmarkStoreTest, FindsWhatItNeedsByIndex) {
  const auto plan = [&](const std::string& sql) {
    std::string text;
    auto explain = database_->Prepare("EXPLAIN QUERY PLAN " + sql);
    while (*explain->Step()) text += explain->Text(3) + "\n";
    return text;
  };
  for (const char* sql : {
           "SELECT 1 FROM bookmarks WHERE transform = ? AND bucket = ? AND key = ? AND version = ? AND epoch "
           "= ?",
           "SELECT key FROM bookmarks INDEXED BY bookmarks_waiting WHERE state = 'waiting' AND transform = ? "
           "AND epoch = ? "
           "ORDER BY seen_ms LIMIT 1",
           "SELECT id FROM runs WHERE transform = ? AND state = 'queued' AND trigger = ? AND attempt = 0 "
           "ORDER BY id "
           "DESC LIMIT 1",
           "SELECT id FROM runs WHERE transform = ? AND state = 'queued' AND not_before_ms <= ? ORDER BY id "
           "LIMIT 1",
           "SELECT min(not_before_ms) FROM runs WHERE transform = ? AND state = 'queued'",
           "SELECT id FROM runs WHERE transform = ?1 AND id < ?3 ORDER BY id DESC LIMIT 4",
           "SELECT id FROM runs WHERE state = ?1 ORDER BY id DESC LIMIT 4",
           "SELECT id FROM runs WHERE finished_ms IS NOT NULL AND finished_ms < ? ORDER BY finished_ms LIMIT "
           "?",
           "SELECT 1 FROM dead_letters WHERE transform = ? AND resolved_ms IS NULL LIMIT 1",
           "UPDATE dead_letters SET resolution = '' WHERE transform = ?3 AND bucket = ?4 AND key = ?5 AND "
           "resolved_ms "
           "IS NULL",
           "UPDATE dead_letters SET redrive_run_id = NULL WHERE redrive_run_id = ? AND resolved_ms IS NULL",
       }) {
    EXPECT_THAT(plan(sql), HasSubstr("SEARCH")) << sql;
    EXPECT_THAT(plan(sql), Not(HasSubstr("SCAN"))) << sql << "\n" << plan(sql);
    EXPECT_THAT(plan(sql), Not(HasSubstr("TEMP B-TREE"))) << sql << "\n" << plan(sql);
  }
}

TEST(BookmarkMigration, KeepsWhatRunsDid) {
  const auto database = *sqlite::Database::Open(":memory:");
  auto before = Migrations();
  before.resize(4);  // the schema that had no bookmarks
  ASSERT_THAT(database->Migrate(before), IsOk());
  ASSERT_THAT(database->Execute(R"sql(
    INSERT INTO cursors VALUES ('', 9), ('t', 9);
    INSERT INTO runs (id, transform, trigger, state, not_before_ms, created_ms, traceparent, finished_ms) VALUES
      ('r1', 't', 'event', 'partially_succeeded', 1, 1, '', 5), ('r2', 't', 'redrive', 'succeeded', 2, 2, '', 6),
      ('r3', 't', 'event', 'queued', 3, 3, '', NULL);
    INSERT INTO run_inputs VALUES
      ('r1', 0, 't', 'raw', 'a', 'v', 7, 8, 1, 'published'), ('r1', 1, 't', 'raw', 'b', 'v', 7, 8, 1, 'dead'),
      ('r2', 0, 't', 'raw', 'b', 'v', 7, 8, 0, 'published'), ('r3', 0, 't', 'raw', 'c', 'v', 7, 8, 1, 'planned');
    INSERT INTO dead_letters (id, run_id, transform, bucket, key, version, reason, created_ms, redrive_run_id) VALUES
      ('d1', 'r1', 't', 'raw', 'b', 'v', 'bad', 4, 'r2');
  )sql"),
              IsOk());
  ASSERT_THAT(database->Migrate(Migrations()), IsOk());
  BookmarkStore bookmarks(*database);
  const auto counts = *bookmarks.Counts("t", 0);
  EXPECT_EQ(counts.at(InputState::kPublished), 2);
  EXPECT_EQ(counts.at(InputState::kPlanned), 1);
  EXPECT_FALSE(*bookmarks.Note("t", 0, Input("a", "v"), InputState::kPlanned, "r4"));
  EXPECT_EQ(RunStore(*database).TakeNext("t", Now()).value()->id, "r3");
  const auto letter = *DeadLetterStore(*database).Get("d1");
  EXPECT_EQ(letter.state(), LetterState::kResolved);
  EXPECT_EQ(letter.resolution, "published");
}

}  // namespace
}  // namespace tarn::transform
