#pragma once

#include <filesystem>
#include <string>

#include "common/object_store/bucket_tree.h"
#include "common/object_store/commit_lock.h"
#include "common/object_store/index.h"
#include "common/object_store/pending_changes.h"
#include "common/object_store/version_files.h"
#include "common/object_store/versioned_store.h"

namespace tarn::object_store {

/// An object with its content open. The content stays readable whatever happens to the key.
struct OpenObject {
  ObjectInfo info;
  FileDescriptor file;
};

/// Finds a version of a key, the current one if `version` is empty, with its file's identity.
/// Errors: kNotFound, kMethodNotAllowed for a version that is a delete marker.
Result<IndexedObject> FindIndexed(sqlite::Database& index, const std::string& bucket, const std::string& key,
                                  const VersionId& version);

/// Opens the file that belongs to a version of an object, also while a commit is moving it. Thread-safe.
class ObjectFiles {
 public:
  ObjectFiles(Index& index, const BucketTree& tree, const VersionFiles& versions, CommitLock& lock,
              PendingChanges& pending, std::filesystem::path workspaces)
      : index_(index),
        tree_(tree),
        versions_(versions),
        lock_(lock),
        pending_(pending),
        workspaces_(std::move(workspaces)) {}

  /// Errors: as FindIndexed, and kUnavailable if another program changed the file and that is not indexed yet.
  Result<OpenObject> Open(const std::string& bucket, const std::string& key, const VersionId& version = {});

 private:
  FileDescriptor OpenStaged(const PendingChange& change) const;

  Index& index_;
  const BucketTree& tree_;
  const VersionFiles& versions_;
  CommitLock& lock_;
  PendingChanges& pending_;
  std::filesystem::path workspaces_;
};

}  // namespace tarn::object_store
