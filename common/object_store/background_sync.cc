#include "common/object_store/background_sync.h"

#include <chrono>

#include "common/logging/log.h"

namespace tarn::object_store {
namespace {

constexpr std::chrono::milliseconds kInterval{500};
constexpr size_t kMaxUnsynced = 16'384;

}  // namespace

BackgroundSync::BackgroundSync(PendingChanges& pending, CommitLock& lock, Index& index)
    : pending_(pending), lock_(lock), index_(index), thread_([this](std::stop_token stop) { Run(stop); }) {}

BackgroundSync::~BackgroundSync() {
  thread_.request_stop();
  thread_.join();
  SyncOnce();
}

void BackgroundSync::Throttle() {
  if (pending_.unsynced() <= kMaxUnsynced) return;
  std::unique_lock lock(mutex_);
  urgent_ = true;
  wake_.notify_one();
  synced_.wait_for(lock, 10 * kInterval, [&] { return pending_.unsynced() <= kMaxUnsynced; });
}

void BackgroundSync::Run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, kInterval, [&] { return urgent_; });
      urgent_ = false;
    }
    SyncOnce();
    synced_.notify_all();
  }
}

void BackgroundSync::SyncOnce() {
  Status synced = pending_.Retry(lock_);
  if (synced.ok() && pending_.unsynced() > 0) {
    synced = pending_.Sync(lock_);
    if (synced.ok()) synced = index_.Checkpoint();
  }
  if (!synced.ok()) log::Warn("the object store could not be synced in the background", {{"reason", synced.error()}});
}

}  // namespace tarn::object_store
