#include "services/catalog/inference/deadline.h"

#include <condition_variable>
#include <mutex>

namespace tarn::catalog {

Deadline::Deadline(std::chrono::milliseconds timeout, std::stop_token parent)
    : forward_(std::move(parent), [this] { source_.request_stop(); }),
      timer_([this, timeout](std::stop_token ended) {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::unique_lock lock(mutex);
        if (!changed.wait_for(lock, ended, timeout, [&] { return ended.stop_requested(); })) {
          passed_ = true;
          source_.request_stop();
        }
      }) {}

}  // namespace tarn::catalog
