#include "common/schedule/alarm_clock.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>

namespace tarn::schedule {
namespace {

// Where a kernel does not tell that the clock was set, it is noticed this late.
constexpr std::chrono::milliseconds kLongestWait = std::chrono::minutes(1);
// A timer that is armed for no time at all would be disarmed.
constexpr Timestamp kEarliest = Timestamp(std::chrono::milliseconds(1));

void Arm(int timer, Timestamp time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  itimerspec spec{};
  spec.it_value.tv_sec = seconds.time_since_epoch().count();
  spec.it_value.tv_nsec = std::chrono::nanoseconds(time - seconds).count();
  // ECANCELED: the clock was set since the last read; the timer is armed all the same.
  timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, nullptr);
}

void Drain(int descriptor) {
  uint64_t ignored;
  while (read(descriptor, &ignored, sizeof ignored) > 0) {
  }
}

}  // namespace

Result<std::unique_ptr<AlarmClock>> AlarmClock::Make() {
  const int timer = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  const int wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  std::unique_ptr<AlarmClock> clock(new AlarmClock(timer, wake));
  if (timer < 0 || wake < 0) return Error(Code::kResourceExhausted, "no file descriptor is left for a timer");
  return clock;
}

AlarmClock::~AlarmClock() {
  if (timer_ >= 0) close(timer_);
  if (wake_ >= 0) close(wake_);
}

void AlarmClock::WaitUntil(std::optional<Timestamp> time) {
  const Timestamp latest = Now() + std::chrono::hours(24);
  Arm(timer_, std::max(kEarliest, std::min(time.value_or(latest), latest)));
  pollfd waiting[] = {{timer_, POLLIN, 0}, {wake_, POLLIN, 0}};
  poll(waiting, 2, static_cast<int>(kLongestWait.count()));
  Drain(timer_);
  Drain(wake_);
}

void AlarmClock::Wake() {
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_, &one, sizeof one);
}

}  // namespace tarn::schedule
