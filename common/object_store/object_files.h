#pragma once

#include <filesystem>
#include <string>

#include "common/object_store/bucket_tree.h"
#include "common/object_store/commit_lock.h"
#include "common/object_store/index.h"
#include "common/object_store/pending_changes.h"

namespace tarn::object_store {

/// An object with its content open. The content stays readable whatever happens to the key.
struct OpenObject {
  ObjectInfo info;
  FileDescriptor file;
};

/// Opens the file that belongs to an object's current version, also while a commit is moving it. Thread-safe.
class ObjectFiles {
 public:
  ObjectFiles(Index& index, const BucketTree& tree, CommitLock& lock, PendingChanges& pending,
              std::filesystem::path workspaces)
      : index_(index), tree_(tree), lock_(lock), pending_(pending), workspaces_(std::move(workspaces)) {}

  /// Errors: kNotFound, kUnavailable if another program changed the file and that is not indexed yet.
  Result<OpenObject> Open(const std::string& bucket, const std::string& key);

 private:
  FileDescriptor OpenStaged(const PendingChange& change) const;

  Index& index_;
  const BucketTree& tree_;
  CommitLock& lock_;
  PendingChanges& pending_;
  std::filesystem::path workspaces_;
};

}  // namespace tarn::object_store
