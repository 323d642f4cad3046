#include "services/extract/runs/run_store.h"

namespace tarn::extract {

const std::string RunStore::kMigration = R"sql(
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    trigger TEXT NOT NULL,
    overrides TEXT NOT NULL,
    state TEXT NOT NULL,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    progress REAL NOT NULL DEFAULT 0,
    counts TEXT NOT NULL DEFAULT '{}',
    interruptions INTEGER NOT NULL DEFAULT 0,
    pauses INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    not_before INTEGER,
    error_code INTEGER,
    error_detail TEXT,
    error_where TEXT,
    traceparent TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX runs_by_source ON runs (source, id);
  CREATE INDEX runs_by_state ON runs (state, id);
  CREATE TABLE run_objects (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    bucket TEXT NOT NULL,
    records INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    etag TEXT NOT NULL,
    manifest INTEGER NOT NULL,
    PRIMARY KEY (run_id, key)
  ) WITHOUT ROWID;
  CREATE TABLE source_states (
    source TEXT PRIMARY KEY,
    state TEXT NOT NULL
  ) WITHOUT ROWID;
)sql";

const std::string RunStore::kSecondMigration = R"sql(
  ALTER TABLE runs ADD COLUMN scheduled_for INTEGER;
  ALTER TABLE runs ADD COLUMN window_from INTEGER;
  ALTER TABLE runs ADD COLUMN window_to INTEGER;
  ALTER TABLE runs ADD COLUMN backfill_id TEXT NOT NULL DEFAULT '';
  ALTER TABLE runs ADD COLUMN side_by_side INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN problems TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE runs ADD COLUMN definition TEXT NOT NULL DEFAULT '';
  ALTER TABLE runs ADD COLUMN start_cursor TEXT NOT NULL DEFAULT '';
  CREATE UNIQUE INDEX runs_by_firing ON runs (source, scheduled_for) WHERE scheduled_for IS NOT NULL;
  CREATE INDEX runs_by_backfill ON runs (backfill_id, id) WHERE backfill_id <> '';
  CREATE INDEX runs_by_end ON runs (finished_at) WHERE finished_at IS NOT NULL;
  ALTER TABLE run_objects ADD COLUMN request TEXT NOT NULL DEFAULT '';
  ALTER TABLE source_states RENAME COLUMN state TO notes;
  ALTER TABLE source_states ADD COLUMN cursor TEXT NOT NULL DEFAULT '';
)sql";

}  // namespace tarn::extract
