#include "services/transform/preview/deadline.h"

namespace tarn::transform {

Deadline::Deadline(std::chrono::milliseconds timeout, std::stop_token cancelled)
    : timer_([this, timeout](std::stop_token done) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, done, timeout, [] { return false; });
        if (done.stop_requested()) return;
        expired_ = true;
        lock.unlock();
        source_.request_stop();
      }),
      forward_(cancelled, [this] { source_.request_stop(); }) {}

bool Deadline::expired() const {
  std::lock_guard lock(mutex_);
  return expired_;
}

}  // namespace tarn::transform
