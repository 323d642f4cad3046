#include "common/http/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace tarn::http {
namespace {

TEST(WorkerPool, RunsEverythingBeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    WorkerPool pool(4, 1000);
    for (int i = 0; i < 500; ++i) EXPECT_TRUE(pool.Submit([&] { ++ran; }));
  }
  EXPECT_EQ(ran, 500);
}

TEST(WorkerPool, RefusesWhatCannotWait) {
  WorkerPool pool(1, 2);
  std::promise<void> running, go_on;
  ASSERT_TRUE(pool.Submit([&] {
    running.set_value();
    go_on.get_future().wait();
  }));
  running.get_future().wait();
  EXPECT_TRUE(pool.Submit([] {}));
  EXPECT_TRUE(pool.Submit([] {}));
  EXPECT_FALSE(pool.Submit([] {}));
  go_on.set_value();
  pool.Join();
  EXPECT_FALSE(pool.Submit([] {}));
}

TEST(WorkerPool, RunsAsMuchAtATimeAsItHasThreads) {
  WorkerPool pool(3, 0);
  std::promise<void> go_on;
  const std::shared_future<void> gate = go_on.get_future().share();
  std::atomic<int> running = 0;
  std::promise<void> all;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(pool.Submit([&, gate] {
      if (++running == 3) all.set_value();
      gate.wait();
    }));
  }
  EXPECT_EQ(all.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  go_on.set_value();
}

}  // namespace
}  // namespace tarn::http
