#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/object_store/bucket_tree.h"
#include "common/object_store/commit_lock.h"
#include "common/object_store/committer.h"
#include "common/object_store/index.h"
#include "common/object_store/local_object_store.h"
#include "common/object_store/object_files.h"
#include "common/object_store/object_store.h"
#include "common/object_store/pending_changes.h"
#include "common/object_store/workspace.h"

namespace tarn::object_store {

/// The object store in a directory: see local_object_store.h.
class LocalObjectStore final : public ObjectStore {
 public:
  static Result<std::unique_ptr<ObjectStore>> Open(const LocalStoreOptions& options);

  Status EnsureBucket(const std::string& bucket) override;
  Result<std::vector<std::string>> ListBuckets() override;
  Result<std::unique_ptr<StagingWriter>> Stage() override;
  Result<std::unique_ptr<StagedObject>> StageFile(const std::filesystem::path& file) override;
  Result<std::shared_ptr<const std::filesystem::path>> ScratchDirectory() override;
  Result<CommitResult> Commit(std::vector<Change> changes, const CommitOptions& options) override;
  Result<ObjectInfo> Head(const std::string& bucket, const std::string& key) override;
  Result<std::unique_ptr<ObjectReader>> Get(const std::string& bucket, const std::string& key,
                                            std::optional<ByteRange> range) override;
  Result<ListPage> List(const ListRequest& request) override;
  Result<std::unique_ptr<Pin>> PinFiles(const std::vector<ObjectVersion>& objects) override;
  Result<EventPage> ReadEvents(int64_t after_sequence, const EventFilter& filter, int64_t limit) override;
  Result<int64_t> LastSequence() override;
  void OnCommit(std::function<void(int64_t last_sequence)> listener) override;

  /// For the search for foreign files.
  BucketTree& tree() { return tree_; }
  Index& index() { return *index_; }
  CommitLock& lock() { return *lock_; }
  PendingChanges& pending() { return pending_; }
  const std::string& writer() const { return writer_; }
  void Announce(int64_t last_sequence);

 private:
  struct Parts {
    BucketTree tree;
    std::unique_ptr<CommitLock> lock;
    std::unique_ptr<Index> index;
    std::filesystem::path workspaces;
  };
  LocalObjectStore(Parts parts, const LocalStoreOptions& options);

  static Result<Parts> OpenParts(const std::filesystem::path& root);
  /// Settles and sweeps what the dead left, then makes the workspace.
  Status TakeOver();
  Status CheckChanges(const std::vector<Change>& changes) const;

  BucketTree tree_;
  std::unique_ptr<CommitLock> lock_;
  std::unique_ptr<Index> index_;
  std::filesystem::path workspaces_;
  std::string writer_;
  FaultHook fault_;
  PendingChanges pending_;
  ObjectFiles files_;
  std::shared_ptr<Workspace> workspace_;
  std::unique_ptr<Committer> committer_;  // needs the workspace

  std::mutex listeners_mutex_;
  std::vector<std::function<void(int64_t)>> listeners_;
};

}  // namespace tarn::object_store
