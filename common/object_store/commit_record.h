#pragma once

#include <string>
#include <vector>

#include "common/object_store/bucket_tree.h"
#include "common/object_store/commit_table.h"
#include "common/object_store/object_store.h"
#include "common/object_store/workspace.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {

/// One call of ObjectStore::Commit. All names have been checked, all content is staged in one workspace.
struct CommitRequest {
  std::vector<Change> changes;
  std::string token, traceparent, writer;
};

/// What recording a commit led to.
struct CommitRecord {
  CommitResult result;
  std::vector<PendingChange> pending;  ///< to be carried out once the transaction is committed
};

/// Checks a commit's conditions and writes it into the index: objects, events, token and the pending file moves.
/// Part of the caller's transaction, under the commit lock; makes the parent directories on the way.
/// Errors: kPreconditionFailed, kConflict, kNotFound (the bucket); the caller rolls back to before this call.
Result<CommitRecord> RecordCommit(sqlite::Database& index, BucketTree& tree, ChangedDirectories& changed,
                                  const CommitRequest& request);

}  // namespace tarn::object_store
