#include "services/catalog/tables/migrations.h"

#include "common/idempotency/idempotency_store.h"
#include "services/catalog/tables/edit_migrations.h"
#include "services/catalog/tables/partition_index.h"
#include "services/catalog/tables/table_statistics.h"

namespace tarn::catalog {
namespace {

// A file belongs to the versions from_version <= v < to_version; to_version is NULL while it is live. So a
// commit writes only what it changes, however many files the table has.
constexpr const char* kTables = R"sql(
CREATE TABLE databases (
  name TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE tables (
  id INTEGER PRIMARY KEY,
  database TEXT NOT NULL REFERENCES databases (name),
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  schema TEXT NOT NULL,
  files INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (database, name)
);

CREATE TABLE versions (
  table_id INTEGER NOT NULL REFERENCES tables (id),
  version INTEGER NOT NULL,
  schema TEXT,            -- NULL: that of the version before
  files INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  files_added INTEGER NOT NULL,
  files_removed INTEGER NOT NULL,
  crawl_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (table_id, version)
) WITHOUT ROWID;

CREATE TABLE layouts (
  id INTEGER PRIMARY KEY,  -- in order of first appearance
  table_id INTEGER NOT NULL REFERENCES tables (id),
  body TEXT NOT NULL,
  live_files INTEGER NOT NULL,
  UNIQUE (table_id, body)
);

CREATE TABLE files (
  id INTEGER PRIMARY KEY,
  table_id INTEGER NOT NULL REFERENCES tables (id),
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  object_version TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  last_modified INTEGER NOT NULL,
  layout_id INTEGER NOT NULL REFERENCES layouts (id),
  partition TEXT NOT NULL,
  from_version INTEGER NOT NULL,
  to_version INTEGER
);
CREATE UNIQUE INDEX files_live ON files (bucket, key) WHERE to_version IS NULL;
CREATE INDEX files_of_table ON files (table_id, key) WHERE to_version IS NULL;
CREATE INDEX files_gone ON files (table_id, to_version) WHERE to_version IS NOT NULL;
CREATE INDEX files_by_layout ON files (layout_id);

CREATE TABLE partitions (
  table_id INTEGER NOT NULL REFERENCES tables (id),
  partition TEXT NOT NULL,
  files INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  PRIMARY KEY (table_id, partition)
) WITHOUT ROWID;

CREATE TABLE failed_files (
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  database TEXT NOT NULL,
  table_name TEXT NOT NULL,
  object_version TEXT NOT NULL,
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  location TEXT NOT NULL,
  crawl_id TEXT NOT NULL,
  failed_at INTEGER NOT NULL,
  PRIMARY KEY (bucket, key)
) WITHOUT ROWID;
CREATE INDEX failed_files_of_table ON failed_files (database, table_name, key);
)sql";

constexpr const char* kCrawls = R"sql(
CREATE TABLE crawls (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX crawls_unfinished ON crawls (id) WHERE state IN ('queued', 'running');

CREATE TABLE cursors (
  consumer TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

// A table belongs to one crawler, and what is known of an object belongs to a crawler as well, so that two of
// them may look at the same files. Columns get their ids.
constexpr const char* kCrawlersAndColumnIds = R"sql(
ALTER TABLE tables ADD COLUMN crawler TEXT NOT NULL DEFAULT 'default';
ALTER TABLE tables ADD COLUMN location TEXT NOT NULL DEFAULT '';
ALTER TABLE tables ADD COLUMN deprecated_at INTEGER;
ALTER TABLE tables ADD COLUMN next_column_id INTEGER NOT NULL DEFAULT 1;
UPDATE tables SET
  next_column_id = 1 + json_array_length(schema),
  schema = (SELECT json_group_array(json_set(value, '$.id', key + 1)) FROM json_each(tables.schema))
WHERE schema <> '';
ALTER TABLE versions ADD COLUMN changes TEXT;  -- the schema's, as JSON; NULL: none, or from before they were kept

DROP INDEX files_live;
CREATE UNIQUE INDEX files_live ON files (bucket, key, table_id) WHERE to_version IS NULL;

CREATE TABLE failures (
  crawler TEXT NOT NULL,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  database TEXT NOT NULL,
  table_name TEXT NOT NULL,
  object_version TEXT NOT NULL,
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  location TEXT NOT NULL,
  crawl_id TEXT NOT NULL,
  failed_at INTEGER NOT NULL,
  PRIMARY KEY (crawler, bucket, key)
) WITHOUT ROWID;
INSERT INTO failures SELECT 'default', bucket, key, database, table_name, object_version, code, detail, location,
  crawl_id, failed_at FROM failed_files;
DROP TABLE failed_files;
ALTER TABLE failures RENAME TO failed_files;
CREATE INDEX failed_files_of_table ON failed_files (database, table_name, key);

-- What a rollback took out: crawls of changes leave it out.
CREATE TABLE held_back (
  table_id INTEGER NOT NULL REFERENCES tables (id),
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  object_version TEXT NOT NULL,
  PRIMARY KEY (bucket, key, table_id)
) WITHOUT ROWID;
CREATE INDEX held_back_of_table ON held_back (table_id);
)sql";

// What StoreStatistics wrote, apart from `files`, so that reading those does not pay for it.
constexpr const char* kStatistics = R"sql(
CREATE TABLE file_statistics (
  file_id INTEGER PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE,
  body BLOB NOT NULL
);
)sql";

// Crawlers that REST made, what has to be remembered of every crawler, and which folders got which tables.
constexpr const char* kCrawlers = R"sql(
CREATE TABLE crawlers (
  name TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE crawler_states (
  name TEXT PRIMARY KEY,
  definition TEXT NOT NULL DEFAULT '',  -- what of it was last crawled as a whole
  paused_at INTEGER,
  timing TEXT NOT NULL DEFAULT '',      -- of its schedule; empty: it has none
  anchor INTEGER NOT NULL DEFAULT 0,
  handled INTEGER NOT NULL DEFAULT 0    -- firings up to here are dealt with
) WITHOUT ROWID;

CREATE TABLE crawler_folders (
  crawler TEXT NOT NULL,
  location TEXT NOT NULL,
  database TEXT NOT NULL,
  table_name TEXT NOT NULL,
  PRIMARY KEY (crawler, location)
) WITHOUT ROWID;

ALTER TABLE crawls ADD COLUMN crawler TEXT NOT NULL DEFAULT 'default';
CREATE INDEX crawls_of_crawler ON crawls (crawler, id);
)sql";

}  // namespace

std::vector<std::string> Migrations() {
  return {kTables, kCrawls, IdempotencyStore::kMigration, kCrawlersAndColumnIds,
          PartitionIndex::kMigration, kStatistics, TableStatistics::kMigration, kEditsMigration, kSearchMigration, kCrawlers};
}

}  // namespace tarn::catalog
