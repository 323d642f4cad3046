#include "services/query/statements/admission.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "tests/support/result_matchers.h"

namespace tarn::query {
namespace {

using Line = Admission::Line;

void WaitUntilWaiting(const Admission& admission, int64_t count) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (admission.waiting() != count && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  ASSERT_EQ(admission.waiting(), count);
}

TEST(Admission, LetsOnlySoManyRun) {
  Admission admission(2, 0);
  auto first = admission.Enter(Line::kBounded, {});
  {
    auto second = admission.Enter(Line::kBounded, {});
    ASSERT_THAT(second, IsOk());
    EXPECT_EQ(admission.running(), 2);
    EXPECT_THAT(admission.Enter(Line::kBounded, {}), HasError(Code::kResourceExhausted, "2 statements run"));
  }
  EXPECT_THAT(admission.Enter(Line::kBounded, {}), IsOk());
  EXPECT_EQ(admission.running(), 1);
}

TEST(Admission, LetsThoseWhoWaitInWhenOneLeaves) {
  Admission admission(1, 1);
  auto first = std::make_unique<Admission::Slot>(std::move(admission.Enter(Line::kBounded, {})).value());
  std::atomic<bool> entered = false;
  std::jthread waiter([&] { entered = admission.Enter(Line::kBounded, {}).ok(); });
  WaitUntilWaiting(admission, 1);
  EXPECT_THAT(admission.Enter(Line::kBounded, {}), HasError(Code::kResourceExhausted, "1 wait already"));
  EXPECT_FALSE(entered);
  first.reset();
  waiter.join();
  EXPECT_TRUE(entered);
}

TEST(Admission, ForgetsThoseWhoLeaveTheLine) {
  Admission admission(1, 1);
  const auto first = admission.Enter(Line::kBounded, {});
  std::stop_source source;
  std::jthread waiter([&] { EXPECT_THAT(admission.Enter(Line::kBounded, source.get_token()), HasError(Code::kCancelled, "")); });
  WaitUntilWaiting(admission, 1);
  source.request_stop();
  waiter.join();
  EXPECT_EQ(admission.waiting(), 0);
  EXPECT_EQ(admission.running(), 1);
}

TEST(Admission, HasALineWithoutBoundForThoseWhoHoldNoClient) {
  Admission admission(1, 0);
  auto first = std::make_unique<Admission::Slot>(std::move(admission.Enter(Line::kBounded, {})).value());
  std::jthread waiter([&] { EXPECT_THAT(admission.Enter(Line::kUnbounded, {}), IsOk()); });
  WaitUntilWaiting(admission, 1);
  first.reset();
}

}  // namespace
}  // namespace tarn::query
