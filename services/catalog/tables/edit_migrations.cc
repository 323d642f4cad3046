#include "services/catalog/tables/edit_migrations.h"

namespace tarn::catalog {

const char* const kEditsMigration = R"sql(
ALTER TABLE tables ADD COLUMN edits TEXT NOT NULL DEFAULT '';  -- StoreEdits
ALTER TABLE versions ADD COLUMN edits TEXT;      -- NULL: those of the version before
ALTER TABLE versions ADD COLUMN edited_by TEXT;  -- NULL: a crawl made it
ALTER TABLE versions ADD COLUMN edit TEXT;       -- what was asked for, as JSON

ALTER TABLE databases ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE databases ADD COLUMN location TEXT NOT NULL DEFAULT '';
ALTER TABLE databases ADD COLUMN parameters TEXT NOT NULL DEFAULT '{}';
ALTER TABLE databases ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;

-- Events do not bring these back, only a crawl that someone asks for.
CREATE TABLE dropped_tables (
  database TEXT NOT NULL,
  name TEXT NOT NULL,
  dropped_at INTEGER NOT NULL,
  dropped_by TEXT NOT NULL,
  PRIMARY KEY (database, name)
) WITHOUT ROWID;

CREATE TABLE views (
  database TEXT NOT NULL REFERENCES databases (name),
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  dialect TEXT NOT NULL,
  sql TEXT NOT NULL,
  columns TEXT NOT NULL,
  comment TEXT NOT NULL,
  owner TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (database, name)
) WITHOUT ROWID;

CREATE TABLE tags (
  database TEXT NOT NULL,
  item TEXT NOT NULL,           -- a table or view; empty: the database itself
  column_id INTEGER NOT NULL,   -- 0: the table or view itself
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (database, item, column_id, key)
) WITHOUT ROWID;
CREATE INDEX tags_by_key ON tags (key, value);
)sql";

const char* const kSearchMigration = R"sql(
-- What has changed since the index saw it. Triggers may not write the index themselves: SQLite lets them do so, and
-- lets views read JSON, only where the schema is trusted, which it is not here.
CREATE TABLE search_dirty (
  database TEXT NOT NULL,
  item TEXT NOT NULL,      -- a table or view; empty: the database itself
  PRIMARY KEY (database, item)
) WITHOUT ROWID;

CREATE TABLE search_items (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,      -- database, table, view
  database TEXT NOT NULL,
  name TEXT NOT NULL,      -- empty: the database itself
  UNIQUE (database, name)
);

-- Each row's id is that of its item.
CREATE VIRTUAL TABLE search USING fts5 (
  name, columns, comments, description, tags, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER search_database_added AFTER INSERT ON databases BEGIN
  INSERT INTO search_dirty VALUES (new.name, '') ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_database_changed AFTER UPDATE OF description, location ON databases BEGIN
  INSERT INTO search_dirty VALUES (new.name, '') ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_database_removed AFTER DELETE ON databases BEGIN
  INSERT INTO search_dirty VALUES (old.name, '') ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_table_added AFTER INSERT ON tables BEGIN
  INSERT INTO search_dirty VALUES (new.database, new.name) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_table_changed AFTER UPDATE OF schema, edits ON tables
WHEN new.schema <> old.schema OR new.edits <> old.edits BEGIN
  INSERT INTO search_dirty VALUES (new.database, new.name) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_table_removed AFTER DELETE ON tables BEGIN
  INSERT INTO search_dirty VALUES (old.database, old.name) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_view_added AFTER INSERT ON views BEGIN
  INSERT INTO search_dirty VALUES (new.database, new.name) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_view_changed AFTER UPDATE ON views BEGIN
  INSERT INTO search_dirty VALUES (new.database, new.name) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_view_removed AFTER DELETE ON views BEGIN
  INSERT INTO search_dirty VALUES (old.database, old.name) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_tag_added AFTER INSERT ON tags BEGIN
  INSERT INTO search_dirty VALUES (new.database, new.item) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_tag_changed AFTER UPDATE ON tags BEGIN
  INSERT INTO search_dirty VALUES (new.database, new.item) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_tag_removed AFTER DELETE ON tags BEGIN
  INSERT INTO search_dirty VALUES (old.database, old.item) ON CONFLICT DO NOTHING;
END;

INSERT INTO search_dirty SELECT name, '' FROM databases;
INSERT INTO search_dirty SELECT database, name FROM tables;
)sql";

}  // namespace tarn::catalog
