#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/object_store/posix_file.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {

/// A change that is committed, but whose file may not have been moved into place (a put) or removed (a delete) yet.
struct PendingChange {
  int64_t id = 0;
  std::string bucket, key;
  std::string version;      ///< that was put, or that was deleted
  std::string workspace;    ///< that holds the content; empty for a delete
  std::string staged_name;  ///< in the staging directory of that workspace
  FileIdentity file;        ///< of the content, or of the deleted file

  bool is_put() const { return !workspace.empty(); }
};

/// Adds a pending change and returns its id.
Result<int64_t> AddPending(sqlite::Database& index, const PendingChange& change);
Status RemovePending(sqlite::Database& index, int64_t id);
/// All of them, oldest first.
Result<std::vector<PendingChange>> ListPending(sqlite::Database& index);
/// The pending put of that version of a key.
Result<std::optional<PendingChange>> FindPendingPut(sqlite::Database& index, const ObjectInfo& object);

/// Finds what a token's first commit returned. `repeated` is set.
Result<std::optional<CommitResult>> FindToken(sqlite::Database& index, const std::string& token);
/// `first_sequence` is that of the commit's first event.
Status StoreToken(sqlite::Database& index, const std::string& token, const CommitResult& result,
                  int64_t first_sequence, Timestamp time);
/// Forgets the tokens committed before `time`.
Status ForgetTokens(sqlite::Database& index, Timestamp before);

}  // namespace tarn::object_store
