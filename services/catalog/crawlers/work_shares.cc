#include "services/catalog/crawlers/work_shares.h"

#include <atomic>
#include <thread>
#include <vector>

namespace tarn::catalog {

void ShareWork(size_t count, size_t threads, const std::function<bool(size_t thread, size_t item)>& work) {
  std::atomic<size_t> next = 0;
  std::atomic<bool> stopped = false;
  const auto take = [&](size_t thread) {
    while (!stopped) {
      const size_t item = next++;
      if (item >= count) return;
      if (!work(thread, item)) stopped = true;
    }
  };
  std::vector<std::jthread> others;
  for (size_t thread = 1; thread < threads && thread < count; ++thread) others.emplace_back(take, thread);
  take(0);
}

}  // namespace tarn::catalog
