#include "services/extract/schedules/schedule_store.h"

#include "tests/support/result_matchers.h"

namespace tarn::extract {
namespace {

class Store : public testing::Test {
 protected:
  void SetUp() override {
    database_ = std::move(sqlite::Database::Open(":memory:")).value();
    ASSERT_THAT(database_->Migrate({ScheduleStore::kMigration}), IsOk());
    store_ = std::make_unique<ScheduleStore>(*database_);
  }

  std::unique_ptr<sqlite::Database> database_;
  std::unique_ptr<ScheduleStore> store_;
};

TEST_F(Store, LoadsWhatWasSavedLast) {
  ScheduleState state{"songs",           "cron(@daily) UTC", FromUnixMillis(1),
                      FromUnixMillis(2), std::nullopt,       std::nullopt};
  ASSERT_THAT(store_->Save({state}), IsOk());
  state.handled = FromUnixMillis(5);
  state.paused_at = FromUnixMillis(6);
  state.last = LastFiring{FromUnixMillis(3), FromUnixMillis(4), FiringOutcome::kSkipped, "run", "reason"};
  ASSERT_THAT(store_->Save({state, {"albums", "", FromUnixMillis(7), FromUnixMillis(8), {}, {}}}), IsOk());

  const auto loaded = store_->LoadAll();
  ASSERT_THAT(loaded, IsOk());
  ASSERT_EQ(loaded->size(), 2u);
  EXPECT_EQ((*loaded)[0].name, "albums");
  EXPECT_EQ((*loaded)[0].last.has_value(), false);
  EXPECT_EQ((*loaded)[0].paused_at, std::nullopt);
  const ScheduleState& songs = (*loaded)[1];
  EXPECT_EQ(songs.timing, state.timing);
  EXPECT_EQ(songs.anchor, state.anchor);
  EXPECT_EQ(songs.handled, state.handled);
  EXPECT_EQ(songs.paused_at, state.paused_at);
  ASSERT_TRUE(songs.last);
  EXPECT_EQ(songs.last->scheduled_for, FromUnixMillis(3));
  EXPECT_EQ(songs.last->handled_at, FromUnixMillis(4));
  EXPECT_EQ(songs.last->outcome, FiringOutcome::kSkipped);
  EXPECT_EQ(songs.last->run_id, "run");
  EXPECT_EQ(songs.last->reason, "reason");
}

TEST_F(Store, CutsLongReasons) {
  ScheduleState state{
      "songs", "", {}, {}, LastFiring{{}, {}, FiringOutcome::kFailed, "", std::string(5000, 'x')}, {}};
  ASSERT_THAT(store_->Save({state}), IsOk());
  EXPECT_EQ(store_->LoadAll()->front().last->reason.size(), 1000u);
}

TEST_F(Store, SaysWhenItsTableIsGone) {
  ASSERT_THAT(database_->Execute("DROP TABLE schedules"), IsOk());
  EXPECT_THAT(store_->LoadAll(), HasError(Code::kInternal, ""));
  EXPECT_THAT(store_->Save({ScheduleState{}}), HasError(Code::kInternal, ""));
}

}  // namespace
}  // namespace tarn::extract
