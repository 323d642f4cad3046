#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "common/pipelines/pipelines.h"

namespace tarn::pipelines {
namespace {

namespace fs = std::filesystem;

// Paths with times and sizes: differs whenever a file was added, changed or removed.
using Fingerprint = std::map<std::string, std::pair<fs::file_time_type, uintmax_t>>;

constexpr size_t kMaxFiles = 10'000;

Fingerprint Look(const fs::path& root) {
  Fingerprint fingerprint;
  std::error_code failure;
  fs::recursive_directory_iterator entry(root, failure), end;
  for (; !failure && entry != end && fingerprint.size() < kMaxFiles; entry.increment(failure)) {
    std::error_code gone;
    if (!entry->is_regular_file(gone)) continue;
    fingerprint[entry->path().string()] = {entry->last_write_time(gone), entry->file_size(gone)};
  }
  return fingerprint;
}

// Polls: editors replace files in ways that inotify watches on single files miss, and network disks do not
// notify.
class PollingWatcher : public Watcher {
 public:
  PollingWatcher(fs::path root, std::chrono::milliseconds interval, std::function<void()> changed)
      : root_(std::move(root)),
        interval_(interval),
        changed_(std::move(changed)),
        seen_(Look(root_)),
        thread_([this](const std::stop_token& stop) { Watch(stop); }) {}

 private:
  void Watch(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, stop, interval_, [&] { return stop.stop_requested(); })) {
      Fingerprint now = Look(root_);
      if (now == seen_) continue;
      seen_ = std::move(now);
      changed_();
    }
  }

  const fs::path root_;
  const std::chrono::milliseconds interval_;
  const std::function<void()> changed_;
  Fingerprint seen_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace

std::unique_ptr<Watcher> Watcher::Start(fs::path root, std::chrono::milliseconds interval,
                                        std::function<void()> changed) {
  return std::make_unique<PollingWatcher>(std::move(root), interval, std::move(changed));
}

}  // namespace tarn::pipelines
