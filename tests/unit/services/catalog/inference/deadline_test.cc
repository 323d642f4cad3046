#include "services/catalog/inference/deadline.h"

#include <gtest/gtest.h>

#include <future>

namespace tarn::catalog {
namespace {

using namespace std::chrono_literals;

TEST(Deadline, StopsItsTokenWhenTheTimeHasPassed) {
  const Deadline deadline(1ms, {});
  std::promise<void> stopped;
  const std::stop_callback on_stop(deadline.token(), [&] { stopped.set_value(); });
  ASSERT_EQ(stopped.get_future().wait_for(10s), std::future_status::ready);
  EXPECT_TRUE(deadline.passed());
}

TEST(Deadline, PassesAStopOfItsParentOn) {
  std::stop_source parent;
  const Deadline deadline(1h, parent.get_token());
  EXPECT_FALSE(deadline.token().stop_requested());
  parent.request_stop();
  EXPECT_TRUE(deadline.token().stop_requested());
  EXPECT_FALSE(deadline.passed());
}

}  // namespace
}  // namespace tarn::catalog
