#include "common/schedule/alarm_clock.h"

#include <thread>

#include "tests/support/result_matchers.h"

namespace tarn::schedule {
namespace {

TEST(AlarmClock, RingsAtItsTime) {
  const auto clock = AlarmClock::Make();
  ASSERT_THAT(clock, IsOk());
  const Timestamp time = Now() + std::chrono::milliseconds(20);
  (*clock)->WaitUntil(time);
  EXPECT_GE(Now(), time);
}

TEST(AlarmClock, RingsAtOnceForATimeThatHasPassed) {
  const auto clock = AlarmClock::Make();
  ASSERT_THAT(clock, IsOk());
  for (const Timestamp time : {Now(), Now() - std::chrono::hours(1), Timestamp(), Timestamp::min()}) {
    (*clock)->WaitUntil(time);
  }
}

TEST(AlarmClock, WakesWhenAsked) {
  const auto clock = AlarmClock::Make();
  ASSERT_THAT(clock, IsOk());
  const std::jthread waker([&] { (*clock)->Wake(); });
  (*clock)->WaitUntil(std::nullopt);
}

TEST(AlarmClock, RemembersThatItWasToWake) {
  const auto clock = AlarmClock::Make();
  ASSERT_THAT(clock, IsOk());
  (*clock)->Wake();
  (*clock)->Wake();
  (*clock)->WaitUntil(Timestamp::max());
}

}  // namespace
}  // namespace tarn::schedule
