#include "services/transform/schema.h"

#include "common/idempotency/idempotency_store.h"
#include "services/transform/lineage/lineage_schema.h"

namespace tarn::transform {
namespace {

constexpr const char* kRuns = R"sql(
-- How far the event log has been planned: row '' is the consumer's, the others are a transform's each. A transform
-- that loads later, or again, has a cursor behind the consumer's and catches up from there.
CREATE TABLE cursors (
  transform TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  transform TEXT NOT NULL,
  trigger TEXT NOT NULL,        -- see TriggerName
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  input_count INTEGER NOT NULL DEFAULT 0,
  not_before_ms INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  started_ms INTEGER,
  finished_ms INTEGER,
  traceparent TEXT NOT NULL,
  report TEXT NOT NULL DEFAULT '{}',
  error TEXT                    -- of the last attempt: {"code","detail","where"}
) WITHOUT ROWID;
CREATE INDEX runs_of_transform ON runs (transform, state, id);
CREATE INDEX runs_in_state ON runs (state, id);

CREATE TABLE run_inputs (
  run_id TEXT NOT NULL REFERENCES runs (id),
  ordinal INTEGER NOT NULL,
  transform TEXT NOT NULL,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  version TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  last_modified_ms INTEGER NOT NULL,
  from_event INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'planned',
  PRIMARY KEY (run_id, ordinal)
) WITHOUT ROWID;
CREATE INDEX inputs_by_version ON run_inputs (transform, bucket, key, version);
-- The log may repeat an event; it is planned once.
CREATE UNIQUE INDEX planned_events ON run_inputs (transform, bucket, key, version) WHERE from_event = 1;

CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  transform TEXT NOT NULL,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  version TEXT NOT NULL,
  reason TEXT NOT NULL,
  byte_offset INTEGER,
  created_ms INTEGER NOT NULL,
  redrive_run_id TEXT,
  UNIQUE (run_id, bucket, key, version)
) WITHOUT ROWID;
)sql";

constexpr const char* kQuality = R"sql(
CREATE TABLE quality_results (
  run_id TEXT NOT NULL REFERENCES runs (id),
  ordinal INTEGER NOT NULL,
  transform TEXT NOT NULL,
  table_name TEXT NOT NULL,
  rule TEXT NOT NULL,
  severity TEXT NOT NULL,
  outcome TEXT NOT NULL,        -- passed, failed, error
  measured REAL,
  threshold TEXT NOT NULL,
  rows_evaluated INTEGER,
  failed_rows INTEGER,
  message TEXT NOT NULL,
  checked_ms INTEGER NOT NULL,
  PRIMARY KEY (run_id, ordinal)
) WITHOUT ROWID;
CREATE INDEX quality_of_table ON quality_results (table_name, run_id);
)sql";

constexpr const char* kQualityInOrder = R"sql(
DROP INDEX quality_of_table;
CREATE INDEX quality_of_table ON quality_results (table_name, run_id DESC);
CREATE INDEX quality_by_time ON quality_results (checked_ms);
)sql";

// What became of each version of each input, apart from runs: these may be forgotten, that may not.
constexpr const char* kBookmarks = R"sql(
CREATE TABLE bookmarks (
  transform TEXT NOT NULL,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  version TEXT NOT NULL,
  epoch INTEGER NOT NULL,           -- see transform_state; one of an earlier epoch is as none
  state TEXT NOT NULL,              -- waiting, planned, published, skipped, dead
  run_id TEXT NOT NULL DEFAULT '',  -- that planned it; of a waiting one: the cancelled run that gave it back
  size_bytes INTEGER NOT NULL,
  last_modified_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL,
  PRIMARY KEY (transform, bucket, key, version)
) WITHOUT ROWID;
CREATE INDEX bookmarks_waiting ON bookmarks (transform, seen_ms) WHERE state = 'waiting';
CREATE INDEX bookmarks_planned ON bookmarks (transform, seen_ms) WHERE state = 'planned';

-- Kept by triggers: counting a million bookmarks at each look would hold everybody up.
CREATE TABLE bookmark_counts (
  transform TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  state TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (transform, epoch, state)
) WITHOUT ROWID;
CREATE TRIGGER bookmark_added AFTER INSERT ON bookmarks BEGIN
  INSERT INTO bookmark_counts VALUES (NEW.transform, NEW.epoch, NEW.state, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER bookmark_changed AFTER UPDATE OF state, epoch ON bookmarks
WHEN NEW.state <> OLD.state OR NEW.epoch <> OLD.epoch BEGIN
  UPDATE bookmark_counts SET count = count - 1
    WHERE transform = OLD.transform AND epoch = OLD.epoch AND state = OLD.state;
  INSERT INTO bookmark_counts VALUES (NEW.transform, NEW.epoch, NEW.state, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

INSERT INTO bookmarks
  SELECT i.transform, i.bucket, i.key, i.version, 0,
         CASE max(CASE i.state WHEN 'published' THEN 3 WHEN 'planned' THEN 2 WHEN 'dead' THEN 1 ELSE 0 END)
           WHEN 3 THEN 'published' WHEN 2 THEN 'planned' WHEN 1 THEN 'dead' ELSE 'skipped' END,
         max(i.run_id), max(i.size_bytes), max(i.last_modified_ms), min(r.created_ms)
  FROM run_inputs i JOIN runs r ON r.id = i.run_id
  GROUP BY i.transform, i.bucket, i.key, i.version;

DROP INDEX planned_events;
DROP INDEX inputs_by_version;
ALTER TABLE run_inputs DROP COLUMN from_event;

CREATE TABLE transform_state (
  transform TEXT PRIMARY KEY,
  epoch INTEGER NOT NULL DEFAULT 0,         -- counts the resets
  reset_id TEXT NOT NULL DEFAULT '',        -- runs with a greater id are of this epoch
  scanning INTEGER NOT NULL DEFAULT 0,      -- a reset has still to plan the objects that exist
  replaces INTEGER NOT NULL DEFAULT 0,      -- the next run that publishes drops the rows that outputs append to
  publications INTEGER NOT NULL DEFAULT 0,  -- counts the runs that published
  published_run TEXT NOT NULL DEFAULT ''    -- the last of them
) WITHOUT ROWID;
INSERT INTO transform_state (transform) SELECT transform FROM cursors WHERE transform <> '';

-- How many publications of `upstream` have started a run of `transform`.
CREATE TABLE upstream_cursors (
  transform TEXT NOT NULL,
  upstream TEXT NOT NULL,
  publications INTEGER NOT NULL,
  PRIMARY KEY (transform, upstream)
) WITHOUT ROWID;

CREATE TABLE schedules (
  transform TEXT PRIMARY KEY,
  timing TEXT NOT NULL,         -- of the definition that the rest belongs to
  anchor_ms INTEGER NOT NULL,   -- where an interval counts from
  handled_ms INTEGER NOT NULL,  -- firings up to here are dealt with
  last_firing_ms INTEGER,
  last_run_id TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

ALTER TABLE runs ADD COLUMN cause TEXT NOT NULL DEFAULT '{}';         -- more about the trigger
ALTER TABLE runs ADD COLUMN input_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN cancel TEXT NOT NULL DEFAULT '';          -- wait, skip: what its inputs shall do
CREATE INDEX runs_of_transform_in_order ON runs (transform, id);
CREATE INDEX runs_by_end ON runs (finished_ms) WHERE finished_ms IS NOT NULL;
)sql";

// A dead letter is open, redriving (it has a run that tries again) or resolved.
constexpr const char* kResolvedLetters = R"sql(
ALTER TABLE dead_letters ADD COLUMN resolved_ms INTEGER;
ALTER TABLE dead_letters ADD COLUMN resolution TEXT NOT NULL DEFAULT '';  -- published, superseded, acknowledged, gone
CREATE INDEX unresolved_letters ON dead_letters (transform, bucket, key) WHERE resolved_ms IS NULL;
CREATE INDEX letters_of_run ON dead_letters (run_id);
CREATE INDEX letters_by_redrive ON dead_letters (redrive_run_id) WHERE redrive_run_id IS NOT NULL;
CREATE INDEX letters_by_end ON dead_letters (resolved_ms) WHERE resolved_ms IS NOT NULL;

UPDATE dead_letters SET resolution = 'published', resolved_ms = (
    SELECT coalesce(r.finished_ms, dead_letters.created_ms) FROM runs r WHERE r.id = dead_letters.redrive_run_id)
  WHERE EXISTS (SELECT 1 FROM run_inputs i WHERE i.run_id = dead_letters.redrive_run_id
                AND i.bucket = dead_letters.bucket AND i.key = dead_letters.key AND i.state = 'published');
UPDATE dead_letters SET resolution = 'superseded', resolved_ms = (
    SELECT coalesce(r.finished_ms, dead_letters.created_ms) FROM runs r WHERE r.id = dead_letters.redrive_run_id)
  WHERE resolved_ms IS NULL AND EXISTS (
    SELECT 1 FROM run_inputs i WHERE i.run_id = dead_letters.redrive_run_id
    AND i.bucket = dead_letters.bucket AND i.key = dead_letters.key AND i.state = 'dead');
)sql";

// What a walk through all compactions reads.
constexpr const char* kCompactions = R"sql(
CREATE INDEX lineage_compactions ON lineage_objects (bucket, key, version) WHERE run_id IS NULL;
)sql";

}  // namespace

std::vector<std::string> Migrations() {
  return {kRuns,
          IdempotencyStore::kMigration,
          kQuality,
          kQualityInOrder,
          kBookmarks,
          kResolvedLetters,
          kLineageMigration,
          kCompactions};
}

}  // namespace tarn::transform
