#include "services/extract/sources/client/rate_window.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace tarn::extract {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr RateWindow::TimePoint kStart{};

TEST(RateWindow, AllowsAsManyAsItSaysAndThenWaitsForTheFirstToLeaveTheWindow) {
  RateWindow window;
  window.SetLimit(2, seconds(10));
  window.Take(kStart);
  EXPECT_EQ(window.WaitAt(kStart + seconds(1)), seconds(0));
  window.Take(kStart + seconds(1));
  EXPECT_EQ(window.WaitAt(kStart + seconds(4)), seconds(6));
  EXPECT_EQ(window.WaitAt(kStart + seconds(10)), seconds(0));
}

TEST(RateWindow, NeverAllowsMoreInAnyStretchOfTime) {
  RateWindow window;
  constexpr size_t kRequests = 7;
  window.SetLimit(kRequests, seconds(1));
  std::mt19937 random(1);
  std::vector<RateWindow::TimePoint> taken;
  auto now = kStart;
  for (int i = 0; i < 5'000; ++i) {
    now += milliseconds(random() % 300);
    while (window.WaitAt(now) == seconds(0) && random() % 10 != 0) {
      window.Take(now);
      taken.push_back(now);
    }
  }
  ASSERT_GT(taken.size(), 1'000u);
  for (size_t i = kRequests; i < taken.size(); ++i)
    ASSERT_GE(taken[i] - taken[i - kRequests], seconds(1)) << i;
}

TEST(RateWindow, KeepsItsCountWhenTheLimitChanges) {
  RateWindow window;
  window.SetLimit(3, seconds(10));
  for (int i = 0; i < 3; ++i) window.Take(kStart + seconds(i));
  window.SetLimit(1, seconds(10));
  EXPECT_EQ(window.WaitAt(kStart + seconds(3)), seconds(9));
  window.SetLimit(4, seconds(10));
  EXPECT_EQ(window.WaitAt(kStart + seconds(3)), seconds(0));
}

TEST(RateWindow, HasNoLimitAtZero) {
  RateWindow window;
  window.SetLimit(0, seconds(10));
  for (int i = 0; i < 100; ++i) window.Take(kStart);
  EXPECT_EQ(window.WaitAt(kStart), seconds(0));
}

}  // namespace
}  // namespace tarn::extract
