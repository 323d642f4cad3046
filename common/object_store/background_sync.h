#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "common/object_store/commit_lock.h"
#include "common/object_store/index.h"
#include "common/object_store/pending_changes.h"

namespace tarn::object_store {

/// Makes carried out changes durable and forgets them, about twice a second, and checkpoints the index. Runs on a
/// thread of its own until destroyed, and once more then.
class BackgroundSync {
 public:
  BackgroundSync(PendingChanges& pending, CommitLock& lock, Index& index);
  ~BackgroundSync();

  /// Returns at once unless very many changes wait to be made durable: then it waits until most of them are, so that
  /// what a crash leaves to do stays bounded.
  void Throttle();

 private:
  void Run(std::stop_token stop);
  void SyncOnce();

  PendingChanges& pending_;
  CommitLock& lock_;
  Index& index_;
  std::mutex mutex_;
  std::condition_variable_any wake_, synced_;
  bool urgent_ = false;  // guarded by mutex_
  std::jthread thread_;  // last: uses all of the above
};

}  // namespace tarn::object_store
