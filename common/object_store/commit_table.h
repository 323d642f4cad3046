#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/object_store/posix_file.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {

/// A version of an object whose file may not be yet, durably, where the index says: in its bucket if it is the current
/// object, among the old versions if it is one of them, nowhere if it is gone.
struct PendingChange {
  int64_t id = 0;
  std::string owner;  ///< the workspace of the store that recorded it
  std::string bucket, key, version;
  std::string workspace;    ///< that holds the content of a new version; else empty
  std::string staged_name;  ///< in the staging directory of that workspace
  FileIdentity file;        ///< of the content
  std::optional<std::string> content;  ///< the content itself, if it is small
};

/// Adds a pending change and returns its id.
Result<int64_t> AddPending(sqlite::Database& index, const PendingChange& change);
Status RemovePending(sqlite::Database& index, int64_t id, const std::string& version);
/// The next from `first_id` on, oldest first.
Result<std::vector<PendingChange>> ListPending(sqlite::Database& index, int64_t first_id, int64_t limit);
/// All of a key, oldest first.
Result<std::vector<PendingChange>> PendingOfKey(sqlite::Database& index, const std::string& bucket,
                                                const std::string& key);
Result<std::vector<std::string>> PendingOwners(sqlite::Database& index);
/// The pending change that brings the content of that version of a key.
Result<std::optional<PendingChange>> FindPendingPut(sqlite::Database& index, const ObjectInfo& object);
/// The workspaces that hold content of pending changes.
Result<std::set<std::string>> PendingWorkspaces(sqlite::Database& index);

/// Finds what a token's first commit returned. `repeated` is set.
Result<std::optional<CommitResult>> FindToken(sqlite::Database& index, const std::string& token);
/// `first_sequence` is that of the commit's first event.
Status StoreToken(sqlite::Database& index, const std::string& token, const CommitResult& result,
                  int64_t first_sequence, Timestamp time);
/// Forgets the tokens committed before `time`.
Status ForgetTokens(sqlite::Database& index, Timestamp before);

}  // namespace tarn::object_store
