#include "common/time/wait.h"

#include <gtest/gtest.h>

#include <thread>

namespace tarn {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(Wait, EndsAfterTheDelay) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(Wait(milliseconds(2), {}));
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(2));
}

TEST(Wait, EndsAtOnceWhenAStopIsRequested) {
  std::stop_source stop;
  bool waited = true;
  {
    std::jthread waiting([&] { waited = Wait(hours(1), stop.get_token()); });
    stop.request_stop();
  }
  EXPECT_FALSE(waited);
  EXPECT_FALSE(Wait(hours(1), stop.get_token()));
}

}  // namespace
}  // namespace tarn
