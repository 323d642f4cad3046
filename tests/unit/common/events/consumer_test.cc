#include "common/events/consumer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::events {
namespace {

using object_store::EventPage;
using std::chrono::milliseconds;
using std::chrono::seconds;

class ConsumerTest : public testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(object_store::OpenLocalStore({directory_ / "lake", "extract"})).value();
    ASSERT_THAT(store_->EnsureBucket("raw"), IsOk());
    options_.name = "test";
    options_.poll = seconds(60);
  }

  void Put(const std::string& key) { ASSERT_THAT(store_->Put("raw", key, ""), IsOk()); }

  std::unique_ptr<Consumer> Start(int64_t cursor) {
    return Consumer::Start(options_, *store_, cursor, [this](const EventPage& page) -> Status {
      const std::lock_guard lock(mutex_);
      if (failures_left_ > 0) {
        --failures_left_;
        return Error(Code::kUnavailable, "not now");
      }
      for (const auto& event : page.events) keys_.push_back(event.object.key);
      ++batches_;
      handled_ = page.last_sequence;
      changed_.notify_all();
      return Ok();
    });
  }

  std::vector<std::string> WaitUntilHandled(int64_t sequence) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, seconds(10), [&] { return handled_ >= sequence; }));
    return keys_;
  }

  TempDirectory directory_;
  std::unique_ptr<object_store::ObjectStore> store_;
  ConsumerOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> keys_;
  int64_t handled_ = 0;
  int failures_left_ = 0, batches_ = 0;
};

TEST_F(ConsumerTest, HandlesWhatIsLeftOfAPageAndTheRestAfterIt) {
  for (const char* key : {"a", "b", "c"}) Put(key);
  options_.cut = [](EventPage& page) {
    if (page.events.size() < 2) return;
    page.events.resize(1);
    page.last_sequence = page.events[0].sequence;
  };
  const auto consumer = Start(0);
  EXPECT_THAT(WaitUntilHandled(*store_->LastSequence()), testing::ElementsAre("a", "b", "c"));
  EXPECT_EQ(batches_, 3);
}

TEST_F(ConsumerTest, CatchesUpFromItsCursorWhenItStarts) {
  for (const char* key : {"a", "b", "c"}) Put(key);
  const auto consumer = Start(1);
  EXPECT_EQ(WaitUntilHandled(3), (std::vector<std::string>{"b", "c"}));
}

TEST_F(ConsumerTest, ReadsOnWhenItIsWoken) {
  const auto consumer = Start(0);
  Put("a");
  consumer->Wake();
  EXPECT_EQ(WaitUntilHandled(1), std::vector<std::string>{"a"});
  Put("b");
  consumer->Wake();
  EXPECT_EQ(WaitUntilHandled(2), (std::vector<std::string>{"a", "b"}));
}

TEST_F(ConsumerTest, ReadsOnByItselfIfNobodyWakesIt) {
  options_.poll = milliseconds(20);
  const auto consumer = Start(0);
  Put("a");
  EXPECT_EQ(WaitUntilHandled(1), std::vector<std::string>{"a"});
}

TEST_F(ConsumerTest, GetsABatchAgainUntilItIsHandled) {
  failures_left_ = 3;
  options_.max_backoff = milliseconds(5);
  Put("a");
  const auto consumer = Start(0);
  EXPECT_EQ(WaitUntilHandled(1), std::vector<std::string>{"a"});
  EXPECT_EQ(failures_left_, 0);
}

TEST_F(ConsumerTest, MovesItsCursorOverEventsThatDoNotMatch) {
  options_.filter.prefix = "x/";
  for (const char* key : {"a", "x/b", "c"}) Put(key);
  const auto consumer = Start(0);
  EXPECT_EQ(WaitUntilHandled(3), std::vector<std::string>{"x/b"});
}

TEST_F(ConsumerTest, TakesBatchesOfItsSize) {
  options_.batch_limit = 2;
  for (int i = 0; i < 5; ++i) Put(std::to_string(i));
  const auto consumer = Start(0);
  EXPECT_EQ(WaitUntilHandled(5).size(), 5u);
  EXPECT_EQ(batches_, 3);
}

TEST_F(ConsumerTest, StopsAtOnceInTheMiddleOfABackoff) {
  failures_left_ = 1 << 30;
  options_.max_backoff = seconds(600);
  Put("a");
  auto consumer = Start(0);
  const auto before = std::chrono::steady_clock::now();
  consumer.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(5));
}

TEST_F(ConsumerTest, LetsOthersWaitUntilItHasHandledAnEvent) {
  const auto consumer = Start(0);
  Put("a");
  Put("b");
  const int64_t last = std::move(store_->LastSequence()).value();
  EXPECT_TRUE(consumer->WaitFor(last, seconds(30), {}));
  EXPECT_GE(consumer->cursor(), last);
  EXPECT_THAT(WaitUntilHandled(last), testing::ElementsAre("a", "b"));
  EXPECT_TRUE(consumer->WaitFor(last, milliseconds(0), {}));  // it is there already
}

TEST_F(ConsumerTest, EndsTheWaitForWhatDoesNotCome) {
  const auto consumer = Start(0);
  EXPECT_FALSE(consumer->WaitFor(1'000'000, milliseconds(1), {}));
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_FALSE(consumer->WaitFor(1'000'000, seconds(600), stopped.get_token()));
}

}  // namespace
}  // namespace tarn::events
