#include "services/extract/periodic_task.h"

#include <condition_variable>
#include <mutex>

namespace tarn::extract {

PeriodicTask::PeriodicTask(std::chrono::milliseconds interval, std::function<void()> call)
    : thread_([interval, call = std::move(call)](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any never;
        while (!stop.stop_requested()) {
          call();
          std::unique_lock lock(mutex);
          never.wait_for(lock, stop, interval, [] { return false; });
        }
      }) {}

}  // namespace tarn::extract
