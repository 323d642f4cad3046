#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/object_store/posix_file.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {

/// An object and the file that holds its content.
struct IndexedObject {
  ObjectInfo info;
  FileIdentity file;
};

/// A connection to the index that only reads, lent by Index; goes back when destroyed.
class ReadConnection;

/// The store's SQLite file: which objects there are (object_table.h), their old versions (version_table.h), uploads in
/// parts (upload_table.h), what is known of buckets (bucket_table.h), what happened (event_table.h), which tokens were
/// committed and which file changes are pending (commit_table.h). Readers never wait for a writer (WAL). Thread-safe.
class Index {
 public:
  static Result<std::unique_ptr<Index>> Open(const std::filesystem::path& file);

  /// The one connection that writes; for the holder of the commit lock.
  sqlite::Database& writer() { return *writer_; }

  /// Lends a connection for reading, a new one if all are in use.
  Result<ReadConnection> Read();

  /// Moves what is in the write-ahead log into the database as far as no reader needs it, on a connection of its own:
  /// nobody waits for it. One thread at a time.
  Status Checkpoint();

 private:
  friend class ReadConnection;
  Index(std::filesystem::path file, std::unique_ptr<sqlite::Database> writer)
      : file_(std::move(file)), writer_(std::move(writer)) {}
  void Return(std::unique_ptr<sqlite::Database> connection);

  std::filesystem::path file_;
  std::unique_ptr<sqlite::Database> writer_, checkpointer_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<sqlite::Database>> idle_;
};

class ReadConnection {
 public:
  ReadConnection(Index& index, std::unique_ptr<sqlite::Database> connection)
      : index_(&index), connection_(std::move(connection)) {}
  ReadConnection(ReadConnection&&) = default;
  ~ReadConnection() {
    if (connection_) index_->Return(std::move(connection_));
  }
  sqlite::Database& operator*() { return *connection_; }

 private:
  Index* index_;
  std::unique_ptr<sqlite::Database> connection_;
};

}  // namespace tarn::object_store
