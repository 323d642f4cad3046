#include "services/query/statements/admission.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "tests/support/result_matchers.h"

namespace tarn::query {
namespace {

using Limits = Admission::Limits;

void WaitUntilWaiting(const Admission& admission, const std::string& group, int64_t count) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (admission.waiting(group) != count && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  ASSERT_EQ(admission.waiting(group), count);
}

std::unique_ptr<Admission::Slot> Take(Admission& admission, const std::string& group, const Limits& limits) {
  return std::make_unique<Admission::Slot>(std::move(admission.Enter(group, limits, {})).value());
}

TEST(Admission, LetsOnlySoManyRun) {
  Admission admission(2);
  auto first = admission.Enter("a", {5, 0}, {});
  {
    auto second = admission.Enter("a", {5, 0}, {});
    ASSERT_THAT(second, IsOk());
    EXPECT_EQ(admission.running(), 2);
    EXPECT_THAT(admission.Enter("a", {5, 0}, {}),
                HasError(Code::kResourceExhausted, "workgroup a runs 2 statements"));
  }
  EXPECT_THAT(admission.Enter("a", {5, 0}, {}), IsOk());
  EXPECT_EQ(admission.running(), 1);
}

TEST(Admission, LetsOnlySoManyOfAGroupRun) {
  Admission admission(4);
  auto first = admission.Enter("a", {1, 0}, {});
  EXPECT_THAT(admission.Enter("a", {1, 0}, {}), HasError(Code::kResourceExhausted, "workgroup a"));
  EXPECT_THAT(admission.Enter("b", {1, 0}, {}), IsOk());
  EXPECT_EQ(admission.running("a"), 1);
  EXPECT_EQ(admission.running("b"), 0);
}

TEST(Admission, LetsThoseWhoWaitInWhenOneLeaves) {
  Admission admission(1);
  auto first = Take(admission, "a", {1, 1});
  std::atomic<bool> entered = false;
  std::jthread waiter([&] { entered = admission.Enter("a", {1, 1}, {}).ok(); });
  WaitUntilWaiting(admission, "a", 1);
  EXPECT_THAT(admission.Enter("a", {1, 1}, {}), HasError(Code::kResourceExhausted, "1 wait already"));
  EXPECT_FALSE(entered);
  first.reset();
  waiter.join();
  EXPECT_TRUE(entered);
}

TEST(Admission, ForgetsThoseWhoLeaveTheLine) {
  Admission admission(1);
  const auto first = admission.Enter("a", {1, 1}, {});
  std::stop_source source;
  std::jthread waiter([&] {
    EXPECT_THAT(admission.Enter("a", {1, 1}, source.get_token()), HasError(Code::kCancelled, ""));
  });
  WaitUntilWaiting(admission, "a", 1);
  source.request_stop();
  waiter.join();
  EXPECT_EQ(admission.waiting("a"), 0);
  EXPECT_EQ(admission.running(), 1);
}

TEST(Admission, ServesAGroupThatRunsNothingBeforeTheManyOfAnother) {
  Admission admission(2);
  auto first = Take(admission, "busy", {8, 8});
  auto second = Take(admission, "busy", {8, 8});
  std::mutex mutex;
  std::vector<std::string> order;
  const auto enter = [&](const std::string& group) {
    const auto slot = admission.Enter(group, {8, 8}, {});
    const std::scoped_lock lock(mutex);
    order.push_back(group);
  };
  std::vector<std::jthread> waiters;
  for (int i = 0; i < 3; ++i) waiters.emplace_back(enter, "busy");
  WaitUntilWaiting(admission, "busy", 3);
  waiters.emplace_back(enter, "quiet");
  WaitUntilWaiting(admission, "quiet", 1);
  first.reset();
  waiters.clear();
  EXPECT_EQ(order.front(), "quiet");
  EXPECT_EQ(order.size(), 4u);
}

}  // namespace
}  // namespace tarn::query
