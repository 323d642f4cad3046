#include "services/transform/lineage/lineage_schema.h"

namespace tarn::transform {

const char* const kLineageMigration = R"sql(
-- What a transform.yaml or a model said, once per content.
CREATE TABLE texts (
  hash TEXT PRIMARY KEY,        -- SHA-256, hexadecimal
  file TEXT NOT NULL,           -- where it stood first: "models/songs.sql"
  transform TEXT NOT NULL,      -- and of which transform
  text TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- The files of a transform as they were together.
CREATE TABLE definitions (
  hash TEXT PRIMARY KEY,
  transform TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE definition_texts (
  definition TEXT NOT NULL REFERENCES definitions (hash) ON DELETE CASCADE,
  file TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES texts (hash),
  PRIMARY KEY (definition, file)
) WITHOUT ROWID;
CREATE INDEX definitions_of_text ON definition_texts (hash);

CREATE TABLE lineage_runs (
  run_id TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  definition TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX runs_of_definition ON lineage_runs (definition);

CREATE TABLE lineage_objects (
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  version TEXT NOT NULL,
  run_id TEXT REFERENCES runs (id) ON DELETE CASCADE,  -- NULL: a compaction made it
  table_name TEXT NOT NULL,
  model TEXT NOT NULL,
  rows INTEGER,                 -- NULL: not known
  size_bytes INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (bucket, key, version)
) WITHOUT ROWID;
CREATE INDEX lineage_objects_of_run ON lineage_objects (run_id, key);

-- Objects whose rows went into another one by a merge or a compaction.
CREATE TABLE lineage_earlier (
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  version TEXT NOT NULL,
  earlier_bucket TEXT NOT NULL,
  earlier_key TEXT NOT NULL,
  earlier_version TEXT NOT NULL,
  descent TEXT NOT NULL,        -- merged, compacted
  PRIMARY KEY (bucket, key, version, earlier_bucket, earlier_key, earlier_version),
  FOREIGN KEY (bucket, key, version) REFERENCES lineage_objects (bucket, key, version) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX lineage_later ON lineage_earlier (earlier_bucket, earlier_key, earlier_version);

CREATE TABLE lineage_tables (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  table_name TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  PRIMARY KEY (run_id, table_name)
) WITHOUT ROWID;
CREATE INDEX lineage_table_readers ON lineage_tables (table_name, snapshot);

-- The files of a snapshot, once for all runs that read it.
CREATE TABLE lineage_snapshots (
  table_name TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  version TEXT NOT NULL,
  PRIMARY KEY (table_name, snapshot, bucket, key, version)
) WITHOUT ROWID;
CREATE INDEX lineage_snapshots_of_object ON lineage_snapshots (bucket, key, version);
CREATE TRIGGER lineage_table_forgotten AFTER DELETE ON lineage_tables
WHEN NOT EXISTS (SELECT 1 FROM lineage_tables WHERE table_name = OLD.table_name AND snapshot = OLD.snapshot) BEGIN
  DELETE FROM lineage_snapshots WHERE table_name = OLD.table_name AND snapshot = OLD.snapshot;
END;

CREATE INDEX inputs_by_object ON run_inputs (bucket, key, version);
)sql";

}  // namespace tarn::transform
