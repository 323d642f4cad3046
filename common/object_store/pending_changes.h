#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "common/object_store/bucket_tree.h"
#include "common/object_store/commit_lock.h"
#include "common/object_store/commit_table.h"
#include "common/object_store/index.h"
#include "common/object_store/local_object_store.h"
#include "common/object_store/store_health.h"
#include "common/object_store/version_files.h"
#include "common/object_store/workspace.h"

namespace tarn::object_store {

/// Carries out on the files what the index has recorded: current objects in their buckets, old versions in theirs, what
/// is gone removed. All of it can be done again from the start. What it has carried out stays recorded until a later
/// sync of the whole file system made it durable; so a commit waits for no sync but the index's own.
class PendingChanges {
 public:
  struct Places {
    Index& index;
    BucketTree& tree;
    VersionFiles& versions;
    std::filesystem::path workspaces;
  };
  PendingChanges(Places places, std::string writer, StoreHealth& health, FaultHook fault)
      : places_(std::move(places)), writer_(std::move(writer)), health_(health), fault_(std::move(fault)) {}

  /// From now on changes are recorded as this workspace's. It must outlive this.
  void SetWorkspace(Workspace* workspace) { workspace_ = workspace; }

  /// Carries out the changes of a commit that was just recorded. What cannot be carried out is tried again with the
  /// next commit: readers get it from staging. Needs the commit lock.
  Status CarryOut(const std::vector<PendingChange>& changes);

  /// Leaves the changes of a commit that was just recorded for the next call of SettleLeftovers. Needs the commit lock.
  void LeaveForLater(const std::vector<PendingChange>& changes);

  /// Carries out what this store could not, and what processes that died since the last call left. Costs nothing if no
  /// other process has committed meanwhile. Needs the commit lock.
  Status SettleLeftovers();

  /// Tries again what could not be carried out, if there is anything. Takes the commit lock.
  Status Retry(CommitLock& lock);

  /// True if the file of a key is not what other programs made of it, but what a recorded change will still replace,
  /// remove or bring. Needs the commit lock.
  Result<bool> WillChange(const std::string& bucket, const std::string& key, const std::optional<FileIdentity>& in_place,
                          const std::string& current_version);

  /// Makes durable what was carried out so far, then forgets it. One thread at a time; takes the commit lock for a
  /// moment. Errors: kInternal if the disk failed.
  Status Sync(CommitLock& lock);

  /// How many changes are carried out, but not known to be durable.
  size_t unsynced() const;

 private:
  /// A change that is carried out. Ids are used again, versions are not.
  struct Carried {
    int64_t id;
    std::string version;
    bool operator==(const Carried&) const = default;
  };

  Result<bool> OthersCommitted();
  bool IsDead(const std::string& owner) const;
  /// Carries out changes in their order, but none of a key after one of it has failed.
  void CarryOutInOrder(const std::vector<PendingChange>& changes, bool verify);
  /// Carries out what is recorded of these owners from `first_id` on, page by page.
  Status SettleOwners(const std::set<std::string>& owners, int64_t first_id, bool verify);
  Status Settle(const PendingChange& change, bool verify);
  Status PlaceCurrent(const PendingChange& change, const IndexedObject& object, bool verify);
  Status PlaceVersion(const PendingChange& change, const IndexedObject& version, bool verify);
  Result<std::optional<PendingChange>> PutOf(const PendingChange& change, const ObjectInfo& object);
  Status RemoveGone(const PendingChange& change, bool verify);
  /// Invalid if it is not there, or not the right one. Errors: kInternal if that cannot be told.
  Result<FileDescriptor> OpenStaged(const PendingChange& change, bool verify) const;
  Result<FileIdentity> WriteAnew(const PendingChange& change);
  Status DropLost(const PendingChange& change, const IndexedObject& object, bool current);
  Status Forget(const std::vector<Carried>& carried);

  Places places_;
  std::string writer_;
  StoreHealth& health_;
  FaultHook fault_;
  Workspace* workspace_ = nullptr;
  std::atomic<int64_t> first_unfinished_{0};  // the id of the first change that could not be carried out; 0: none
  std::set<std::pair<std::string, std::string>> stuck_;  // their buckets and keys; under the commit lock
  int64_t seen_data_version_ = 0;  // under the commit lock
  mutable std::mutex mutex_;
  std::vector<Carried> carried_;  // guarded by mutex_
};

}  // namespace tarn::object_store
