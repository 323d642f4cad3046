#include "common/object_store/index.h"

namespace tarn::object_store {
namespace {

// Only ever appended to. Old versions have a table of their own, so that the current objects stay one short row per
// key.
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
)sql",
                                              R"sql(
  ALTER TABLE objects ADD COLUMN attributes TEXT NOT NULL DEFAULT '';     -- a JSON object, or empty
  ALTER TABLE objects ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;     -- of the event that made it
  ALTER TABLE objects ADD COLUMN null_version INTEGER NOT NULL DEFAULT 1;

  ALTER TABLE events ADD COLUMN operation TEXT NOT NULL DEFAULT '';
  ALTER TABLE events ADD COLUMN null_version INTEGER NOT NULL DEFAULT 1;

  -- A change belongs to the workspace (open store) that recorded it: who lives has carried it out.
  ALTER TABLE pending ADD COLUMN owner TEXT NOT NULL DEFAULT '';
  ALTER TABLE pending ADD COLUMN content BLOB;                            -- of a small object: see committer.cc

  -- Versions that are not the current object of their key, and delete markers.
  CREATE TABLE versions (
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    version TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    etag TEXT NOT NULL,
    content_type TEXT NOT NULL,
    last_modified_ms INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    attributes TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    null_version INTEGER NOT NULL,
    file_inode INTEGER NOT NULL,
    file_modified_ns INTEGER NOT NULL,
    delete_marker INTEGER NOT NULL,
    noncurrent_since_ms INTEGER NOT NULL,
    PRIMARY KEY (bucket, key, sequence DESC)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX versions_by_version ON versions (version);

  CREATE TABLE buckets (
    name TEXT PRIMARY KEY,
    created_ms INTEGER NOT NULL,
    versioning INTEGER NOT NULL       -- 0 off, 1 enabled, 2 suspended
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE bucket_documents (
    bucket TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (bucket, name)
  ) STRICT;

  CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    initiated_ms INTEGER NOT NULL,
    options TEXT NOT NULL,            -- a JSON object
    checksum_algorithm TEXT NOT NULL,
    full_object_checksum INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX uploads_by_key ON uploads (bucket, key, id);

  CREATE TABLE upload_parts (
    upload TEXT NOT NULL,
    number INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    etag TEXT NOT NULL,
    checksums TEXT NOT NULL,          -- a JSON object, or empty
    last_modified_ms INTEGER NOT NULL,
    PRIMARY KEY (upload, number)
  ) STRICT, WITHOUT ROWID;

  -- Completing an upload again must answer as the first time.
  CREATE TABLE completed_uploads (
    id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    version TEXT NOT NULL,
    parts TEXT NOT NULL,
    time_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tokens_by_sequence ON tokens (first_sequence);
  CREATE INDEX completed_uploads_by_time ON completed_uploads (time_ms);
)sql"};

constexpr size_t kMaxIdleConnections = 16;

}  // namespace

Result<std::unique_ptr<Index>> Index::Open(const std::filesystem::path& file) {
  TARN_ASSIGN(auto writer, sqlite::Database::Open(file));
  TARN_TRY(writer->Migrate(kMigrations));
  // Whoever syncs in the background checkpoints; a commit does so only where that falls behind.
  TARN_TRY(writer->Execute("PRAGMA wal_autocheckpoint=16384"));
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

Status Index::Checkpoint() {
  if (!checkpointer_) {
    TARN_ASSIGN(checkpointer_, sqlite::Database::Open(file_));
  }
  TARN_ASSIGN(auto checkpoint, checkpointer_->Prepare("PRAGMA wal_checkpoint(PASSIVE)"));
  return checkpoint.Run();
}

void Index::Return(std::unique_ptr<sqlite::Database> connection) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdleConnections) idle_.push_back(std::move(connection));
}

}  // namespace tarn::object_store
