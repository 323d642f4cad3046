#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "common/object_store/commit_lock.h"
#include "common/object_store/commit_table.h"
#include "common/object_store/index.h"
#include "common/object_store/remote/key_locks.h"
#include "common/object_store/remote/remote_content.h"

namespace tarn::object_store {

/// Carries out at the endpoint what the index has recorded: uploads the content of current objects and removes that of
/// deleted ones. All of it can be done again from the start. Thread-safe.
class RemoteChanges {
 public:
  RemoteChanges(Index& index, CommitLock& lock, const KeyLocks& keys, RemoteContent& content,
                std::filesystem::path workspaces)
      : index_(index), lock_(lock), keys_(keys), content_(content), workspaces_(std::move(workspaces)) {}

  /// Carries changes out, oldest first, then forgets them. The caller holds the locks of their keys. What fails stays
  /// pending. Errors: the endpoint's.
  Status CarryOut(const std::vector<PendingChange>& changes);

  /// Carries out what is pending for a key; for the holder of its lock.
  Status Settle(const std::string& bucket, const std::string& key);

  /// Carries out everything that is pending and that nobody is at: what could not be carried out before, by whom ever.
  /// Errors: the first failure; the rest was tried all the same unless the endpoint is away.
  Status SettleAll();

  /// Where the content of a pending change is staged.
  std::filesystem::path StagedFile(const PendingChange& change) const {
    return workspaces_ / change.workspace / "staging" / change.staged_name;
  }

  /// Whether something failed since the last SettleAll that succeeded.
  bool behind() const { return behind_; }

 private:
  Status CarryOutOne(const PendingChange& change);
  Status Forget(const PendingChange& change, const ObjectInfo* object, const std::string& etag);

  Index& index_;
  CommitLock& lock_;
  const KeyLocks& keys_;
  RemoteContent& content_;
  const std::filesystem::path workspaces_;
  std::atomic<bool> behind_{false};
};

}  // namespace tarn::object_store
