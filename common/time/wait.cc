#include "common/time/wait.h"

#include <condition_variable>
#include <mutex>

namespace tarn {

bool Wait(std::chrono::milliseconds delay, const std::stop_token& cancelled) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, cancelled, delay, [] { return false; });
  return !cancelled.stop_requested();
}

}  // namespace tarn
