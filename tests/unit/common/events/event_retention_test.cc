#include "common/events/event_retention.h"

#include <gtest/gtest.h>

#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::events {
namespace {

using std::chrono::hours;

class Retention : public testing::Test {
 protected:
  void SetUp() override {
    const auto lake = directory_ / "lake";
    store_ = std::move(object_store::OpenLocalStore({lake, "extract"})).value();
    other_ = std::move(object_store::OpenLocalStore({lake, "transform"})).value();
    subscriptions_ = std::move(SubscriptionStore::Open(lake)).value();
    ASSERT_THAT(store_->EnsureBucket("raw"), IsOk());
    for (int i = 1; i <= 6; ++i) ASSERT_THAT((i % 2 ? *store_ : *other_).Put("raw", std::to_string(i), ""), IsOk());
  }
  void Subscribe(const std::string& id, object_store::EventFilter filter) {
    Subscription subscription;
    subscription.id = id;
    subscription.endpoint = "http://127.0.0.1:9/";
    subscription.filter = std::move(filter);
    ASSERT_THAT(subscriptions_->Upsert(subscription, 0), IsOk());
  }
  void Delivered(const std::string& id, const std::string& writer, int64_t sequence) {
    DeliveryState state = *subscriptions_->LoadState(id, writer);
    state.delivered_sequence = sequence;
    ASSERT_THAT(subscriptions_->SaveState(state), IsOk());
  }
  int64_t Trim(Timestamp before) {
    return TrimDeliveredEvents(*store_, *subscriptions_, before, [] { return false; }).value();
  }
  int64_t First() { return store_->ReadEvents(0, {}, 1)->events.front().sequence; }

  TempDirectory directory_;
  std::unique_ptr<object_store::ObjectStore> store_, other_;
  std::unique_ptr<SubscriptionStore> subscriptions_;
  const Timestamp later_ = Now() + hours(1);
};

TEST_F(Retention, KeepsTheNewestEventAndTellsReadersOfTheGap) {
  EXPECT_EQ(Trim(later_), 5);
  const auto page = store_->ReadEvents(2, {}, 10);
  EXPECT_EQ(page->events.size(), 1u);
  EXPECT_EQ(page->trimmed_before, 6);
  EXPECT_FALSE(store_->ReadEvents(5, {}, 10)->trimmed_before);
  EXPECT_EQ(store_->LastSequence().value(), 6);
  EXPECT_EQ(store_->Put("raw", "next", "")->sequence, 7);
}

TEST_F(Retention, KeepsWhatIsYoungEnough) {
  EXPECT_EQ(Trim(Now() - hours(1)), 0);
  const auto third = store_->ReadEvents(2, {}, 1)->events.front().time;
  EXPECT_LE(Trim(third), 2);
}

TEST_F(Retention, KeepsWhatAnEnabledSubscriptionIsStillToGetFromAnyWriter) {
  Subscribe("a", {});
  EXPECT_EQ(Trim(later_), 0);
  Delivered("a", "extract", 5);
  EXPECT_EQ(Trim(later_), 1);
  EXPECT_EQ(First(), 2) << "that is another writer's, whose deliveries have not begun";
  Delivered("a", "transform", 4);
  EXPECT_EQ(Trim(later_), 4);
  EXPECT_EQ(First(), 6);
}

TEST_F(Retention, LooksAtFiltersAndPausedButNotAtDisabledSubscriptions) {
  Subscribe("paused", {"raw", "5", "", {}, ""});
  ASSERT_THAT(subscriptions_->Update("paused", [](Subscription& s) { return s.paused = true, Ok(); }), IsOk());
  Subscribe("gone", {});
  ASSERT_THAT(subscriptions_->Disable("gone", "410"), IsOk());
  EXPECT_EQ(Trim(later_), 4);
  EXPECT_EQ(First(), 5);
}

TEST_F(Retention, LetsCommitsWithATokenBeRepeated) {
  std::vector<object_store::Change> changes(1);
  changes[0].bucket = "raw";
  changes[0].key = "once";
  const auto commit = [&] {
    auto writer = store_->Stage();
    changes.clear();
    changes.emplace_back();
    changes[0].bucket = "raw";
    changes[0].key = "once";
    changes[0].content = (*writer)->Finish().value();
    return store_->Commit(std::move(changes), {"token", ""});
  };
  const auto first = commit();
  ASSERT_THAT(first, IsOk());
  for (int i = 0; i < 3; ++i) ASSERT_THAT(store_->Put("raw", "after", ""), IsOk());
  EXPECT_EQ(Trim(later_), 6) << "up to the commit with the token";
  const auto again = commit();
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->repeated);
  ASSERT_EQ(again->objects.size(), 1u);
  EXPECT_EQ(again->objects[0].version, first->objects[0].version);
}

TEST_F(Retention, TrimsInSmallTransactions) {
  EXPECT_EQ(store_->TrimEvents(100, 2).value(), 2);
  EXPECT_EQ(store_->TrimEvents(100, 100).value(), 3);
  EXPECT_EQ(store_->TrimEvents(100, 100).value(), 0);
  EXPECT_EQ(store_->TrimEvents(100, -1).value(), 0);
}

}  // namespace
}  // namespace tarn::events
