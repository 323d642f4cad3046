#include "common/object_store/index.h"

namespace tarn::object_store {
namespace {

// Only ever appended to. A later version that keeps old object versions gets a table of its own, so that the
// current objects stay one short row per key.
const std::vector<std::string> kMigrations = {R"sql(
  CREATE TABLE objects (
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    version TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    etag TEXT NOT NULL,
    content_type TEXT NOT NULL,
    last_modified_ms INTEGER NOT NULL,
    metadata TEXT NOT NULL,           -- a JSON object, or empty
    file_inode INTEGER NOT NULL,
    file_modified_ns INTEGER NOT NULL,
    PRIMARY KEY (bucket, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    type INTEGER NOT NULL,            -- 0 created, 1 deleted
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    version TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    etag TEXT NOT NULL,
    content_type TEXT NOT NULL,
    last_modified_ms INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    writer TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    traceparent TEXT NOT NULL
  ) STRICT;

  CREATE TABLE tokens (
    token TEXT PRIMARY KEY,
    commit_id TEXT NOT NULL,
    first_sequence INTEGER NOT NULL,  -- of its events; above last_sequence if it had none
    last_sequence INTEGER NOT NULL,
    time_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tokens_by_time ON tokens (time_ms);

  -- Changes that are committed, but whose files may not have been moved or removed yet.
  CREATE TABLE pending (
    id INTEGER PRIMARY KEY,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    version TEXT NOT NULL,            -- that was put, or that was deleted
    workspace TEXT NOT NULL,          -- where the content is staged; empty for a delete
    staged_name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    file_inode INTEGER NOT NULL,
    file_modified_ns INTEGER NOT NULL
  ) STRICT;
)sql"};

constexpr size_t kMaxIdleConnections = 16;

}  // namespace

Result<std::unique_ptr<Index>> Index::Open(const std::filesystem::path& file) {
  TARN_ASSIGN(auto writer, sqlite::Database::Open(file));
  TARN_TRY(writer->Migrate(kMigrations));
  return std::unique_ptr<Index>(new Index(file, std::move(writer)));
}

Result<ReadConnection> Index::Read() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      ReadConnection connection(*this, std::move(idle_.back()));
      idle_.pop_back();
      return connection;
    }
  }
  sqlite::Database::Options options;
  options.read_only = true;
  TARN_ASSIGN(auto opened, sqlite::Database::Open(file_, options));
  return ReadConnection(*this, std::move(opened));
}

void Index::Return(std::unique_ptr<sqlite::Database> connection) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdleConnections) idle_.push_back(std::move(connection));
}

}  // namespace tarn::object_store
