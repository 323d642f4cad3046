#include "common/events/delivery_queue.h"

#include <gtest/gtest.h>

namespace tarn::events {
namespace {

using std::chrono::seconds;

class Queue : public testing::Test {
 protected:
  void Add(int64_t sequence, const std::string& key) {
    object_store::Event event;
    event.sequence = sequence;
    event.object.key = key;
    event.time = FromUnixMillis(sequence);
    queue_.Add(std::move(event));
  }
  int64_t Take(seconds later = seconds(0)) {
    const auto due = queue_.Take(now_ + later);
    return due ? due->sequence : 0;
  }

  DeliveryQueue queue_;
  const DeliveryQueue::Clock::time_point now_ = DeliveryQueue::Clock::now();
};

TEST_F(Queue, GivesDifferentKeysSideBySideAndOneKeyInOrder) {
  Add(1, "a");
  Add(2, "a");
  Add(3, "b");
  EXPECT_EQ(Take(), 1);
  EXPECT_EQ(Take(), 3);
  EXPECT_EQ(Take(), 0) << "2 waits for 1";
  queue_.Remove(1);
  EXPECT_EQ(queue_.oldest()->sequence, 2);
  EXPECT_EQ(Take(), 2);
}

TEST_F(Queue, HoldsTheLowWaterMarkAtTheOldestThatIsNotDone) {
  for (int64_t i = 1; i <= 3; ++i) Add(i, std::to_string(i));
  EXPECT_EQ(Take(), 1);
  EXPECT_EQ(Take(), 2);
  queue_.Remove(2);
  EXPECT_EQ(queue_.oldest()->sequence, 1);
  queue_.Remove(1);
  EXPECT_EQ(queue_.oldest()->sequence, 3);
}

TEST_F(Queue, GivesWhatFailedAgainWhenItIsDue) {
  Add(1, "a");
  Add(2, "a");
  EXPECT_EQ(Take(), 1);
  EXPECT_EQ(queue_.CountFailure(1, FromUnixMillis(10)).attempts, 1);
  queue_.PutBack(1, now_ + seconds(5));
  EXPECT_EQ(Take(seconds(4)), 0);
  EXPECT_EQ(queue_.NextDue(), now_ + seconds(5));
  EXPECT_EQ(Take(seconds(5)), 1);
  const auto failures = queue_.CountFailure(1, FromUnixMillis(20));
  EXPECT_EQ(failures.attempts, 2);
  EXPECT_EQ(failures.since, FromUnixMillis(10));
  queue_.PutBack(1, now_ + seconds(50));
  queue_.ForgetWaits();
  EXPECT_EQ(Take(), 1);
}

TEST_F(Queue, KeepsNoContentOfABlockedKey) {
  Add(1, "a");
  Add(2, "a");
  EXPECT_EQ(Take(), 1);
  queue_.CountFailure(1, FromUnixMillis(1));
  queue_.PutBack(1, now_);
  Add(3, "a");
  auto due = queue_.Take(now_);
  EXPECT_FALSE(due->event);
  for (const int64_t next : {2, 3}) {
    queue_.Remove(due->sequence);
    due = queue_.Take(now_);
    EXPECT_EQ(due->sequence, next);
    EXPECT_FALSE(due->event);
  }
}

TEST_F(Queue, PrefersWhatNeverFailedButForgetsNothing) {
  Add(1, "poison");
  EXPECT_EQ(Take(), 1);
  queue_.CountFailure(1, FromUnixMillis(1));
  queue_.PutBack(1, now_);
  for (int64_t i = 2; i <= 40; ++i) Add(i, std::to_string(i));
  EXPECT_EQ(Take(), 2);
  bool given = false;
  for (int i = 0; i < 10 && !given; ++i) given = Take() == 1;
  EXPECT_TRUE(given);
}

TEST_F(Queue, IsFullAtItsLimit) {
  for (size_t i = 0; i < DeliveryQueue::kMaxEvents; ++i) Add(static_cast<int64_t>(i + 1), "k");
  EXPECT_TRUE(queue_.full());
  EXPECT_EQ(Take(), 1);
  queue_.Remove(1);
  EXPECT_FALSE(queue_.full());
}

}  // namespace
}  // namespace tarn::events
