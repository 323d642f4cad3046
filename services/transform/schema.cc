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
  trigger TEXT NOT NULL,        -- event, request, redrive
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

}  // namespace

std::vector<std::string> Migrations() {
  return {kRuns, IdempotencyStore::kMigration, kQuality, kQualityInOrder, kLineageMigration};
}

}  // namespace tarn::transform
