#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "common/object_store/bucket_tree.h"
#include "common/object_store/commit_lock.h"
#include "common/object_store/index.h"
#include "common/object_store/pending_changes.h"
#include "common/object_store/recorder.h"
#include "common/object_store/store_health.h"
#include "common/object_store/workspace.h"

namespace tarn::object_store {

/// Commits changes of the threads of this process. Those that arrive while one is under way are committed together by
/// one of the waiting threads, so that they share its fsync. Thread-safe.
class Committer {
 public:
  Committer(Index& index, BucketTree& tree, Workspace& workspace, CommitLock& lock, PendingChanges& pending,
            StoreHealth& health, FaultHook fault)
      : index_(index),
        tree_(tree),
        workspace_(workspace),
        lock_(lock),
        pending_(pending),
        health_(health),
        fault_(std::move(fault)) {}

  /// See ObjectStore::Commit. Releases the staged content of `request` when it is recorded.
  Result<CommitResult> Commit(CommitRequest& request);

 private:
  struct Waiting {
    CommitRequest* request;
    std::optional<Result<CommitResult>> outcome;
    bool done = false;
    std::condition_variable turn{};  // its own: not everybody who waits is woken by each batch
  };

  void CommitBatch(const std::vector<Waiting*>& batch);
  Status SyncStaging(const std::vector<Waiting*>& batch);
  Status Record(const std::vector<Waiting*>& batch, std::vector<PendingChange>& pending);
  Status RecordOne(Waiting& waiting, std::vector<PendingChange>& pending);
  void RemoveLeftDirectories(const CommitRequest& request);

  Index& index_;
  BucketTree& tree_;
  Workspace& workspace_;
  CommitLock& lock_;
  PendingChanges& pending_;
  StoreHealth& health_;
  FaultHook fault_;

  std::mutex mutex_;
  std::vector<Waiting*> queue_;
  bool committing_ = false;
};

}  // namespace tarn::object_store
