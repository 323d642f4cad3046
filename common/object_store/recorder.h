#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/object_store/bucket_tree.h"
#include "common/object_store/commit_table.h"
#include "common/object_store/index.h"
#include "common/object_store/object_store.h"
#include "common/object_store/versioned_store.h"
#include "common/object_store/workspace.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {

class LocalStagedObject;
class Recorder;

/// One change of the store: what ObjectStore::Commit was called with, or one of the other operations. All names have
/// been checked, all content is staged in one workspace.
struct CommitRequest {
  std::vector<Change> changes;
  std::string token, traceparent, writer;
  std::function<Status(Recorder&)> then;  ///< does more, after the changes, in the same transaction
};

/// What recording a commit led to.
struct CommitRecord {
  CommitResult result;
  std::vector<PendingChange> pending;  ///< to be carried out once the transaction is committed
};

/// Writes one change of the store into the index: objects, versions, events, and what is to be done with the files. Part
/// of the caller's transaction, under the commit lock; makes the parent directories on the way. When a step fails, the
/// caller rolls back to before the first.
class Recorder {
 public:
  /// Without a tree, content is elsewhere: the index alone knows the buckets, and places need no preparing.
  Recorder(sqlite::Database& index, BucketTree* tree, const Workspace& workspace, const CommitRequest& request);

  /// Checks the conditions and records all that the request asks for.
  /// Errors: kPreconditionFailed, kConflict, kNotFound (the bucket).
  Result<CommitRecord> Run();

  sqlite::Database& index() { return index_; }
  /// The objects put so far.
  const std::vector<ObjectInfo>& put() const { return record_.result.objects; }

  /// Puts content that is staged under that key.
  Status Put(const Change& change);
  /// See Change::add_tags.
  Status AddTags(const Change& change);
  /// Deletes the current object, or hides it behind a delete marker in a bucket with versioning.
  Status Delete(const std::string& bucket, const std::string& key, const std::string& operation);
  /// See VersionedStore::DeleteVersion.
  Result<DeleteResult> DeleteVersion(const std::string& bucket, const std::string& key, const VersionId& version,
                                     const std::string& operation);

 private:
  /// Makes a version of what was the current object, if the bucket keeps it; the caller replaces or erases the object.
  Status KeepVersion(const IndexedObject& current);
  /// Drops the null version, if it is not the current object: there is one at most.
  Status DropNullVersion(const std::string& bucket, const std::string& key);
  Status AddDeleteMarker(const std::string& bucket, const std::string& key, const std::optional<IndexedObject>& hidden,
                         bool null_version, const std::string& operation);
  /// Makes the newest version the current object, unless it is a delete marker.
  Status Promote(const std::string& bucket, const std::string& key);
  Status CheckBucket(const std::string& bucket);
  /// Makes sure that a file can stand at that key.
  Status PreparePlace(const std::string& bucket, const std::string& key);
  Result<int64_t> Append(Event::Type type, const std::string& operation, const ObjectInfo& object);
  Status AddPendingChange(const IndexedObject& object, const LocalStagedObject* staged);

  sqlite::Database& index_;
  BucketTree* tree_;
  const Workspace& workspace_;
  const CommitRequest& request_;
  const Timestamp now_ = Now();
  int64_t first_sequence_ = 0;
  CommitRecord record_;
};

}  // namespace tarn::object_store
