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

CREATE VIEW search_texts AS
SELECT d.name AS database, '' AS item, d.name AS name, '' AS columns, '' AS comments,
  d.description || ' ' || d.location AS description
FROM databases d
UNION ALL
SELECT t.database, t.name, t.database || ' ' || t.name,
  (SELECT group_concat(json_extract(c.value, '$.name') || ' ' || coalesce(json_extract(c.value, '$.file_names'), ''), ' ')
   FROM json_each(iif(t.schema = '', '[]', t.schema)) c),
  (SELECT group_concat(json_extract(c.value, '$.comment'), ' ')
   FROM json_each(iif(t.schema = '', '[]', t.schema)) c),
  json_extract(nullif(t.edits, ''), '$.description') || ' ' || json_extract(nullif(t.edits, ''), '$.owner')
FROM tables t
UNION ALL
SELECT v.database, v.name, v.database || ' ' || v.name,
  (SELECT group_concat(json_extract(c.value, '$.name'), ' ') FROM json_each(v.columns) c),
  (SELECT group_concat(json_extract(c.value, '$.comment'), ' ') FROM json_each(v.columns) c),
  v.comment || ' ' || v.owner
FROM views v;

-- Writing a row here indexes the item anew.
CREATE VIEW search_refresh AS SELECT '' AS database, '' AS item WHERE false;
CREATE TRIGGER search_refresh_item INSTEAD OF INSERT ON search_refresh BEGIN
  DELETE FROM search WHERE rowid = (SELECT id FROM search_items WHERE database = new.database AND name = new.item);
  INSERT INTO search (rowid, name, columns, comments, description, tags)
  SELECT (SELECT id FROM search_items WHERE database = new.database AND name = new.item),
    s.name, s.columns, s.comments, s.description,
    (SELECT group_concat(key || ' ' || value, ' ') FROM tags WHERE database = new.database AND item = new.item)
  FROM search_texts s WHERE s.database = new.database AND s.item = new.item;
END;
CREATE VIEW search_forget AS SELECT '' AS database, '' AS item WHERE false;
CREATE TRIGGER search_forget_item INSTEAD OF INSERT ON search_forget BEGIN
  DELETE FROM search WHERE rowid = (SELECT id FROM search_items WHERE database = new.database AND name = new.item);
  DELETE FROM search_items WHERE database = new.database AND name = new.item;
END;

CREATE TRIGGER search_database_added AFTER INSERT ON databases BEGIN
  INSERT INTO search_items (kind, database, name) VALUES ('database', new.name, '');
  INSERT INTO search_refresh VALUES (new.name, '');
END;
CREATE TRIGGER search_database_changed AFTER UPDATE OF description, location ON databases BEGIN
  INSERT INTO search_refresh VALUES (new.name, '');
END;
CREATE TRIGGER search_database_removed AFTER DELETE ON databases BEGIN
  INSERT INTO search_forget VALUES (old.name, '');
END;
CREATE TRIGGER search_table_added AFTER INSERT ON tables BEGIN
  INSERT INTO search_items (kind, database, name) VALUES ('table', new.database, new.name);
  INSERT INTO search_refresh SELECT new.database, new.name WHERE new.schema <> '';
END;
CREATE TRIGGER search_table_changed AFTER UPDATE OF schema, edits ON tables
WHEN new.schema <> old.schema OR new.edits <> old.edits BEGIN
  INSERT INTO search_refresh VALUES (new.database, new.name);
END;
CREATE TRIGGER search_table_removed AFTER DELETE ON tables BEGIN
  INSERT INTO search_forget VALUES (old.database, old.name);
END;
CREATE TRIGGER search_view_added AFTER INSERT ON views BEGIN
  INSERT INTO search_items (kind, database, name) VALUES ('view', new.database, new.name);
  INSERT INTO search_refresh VALUES (new.database, new.name);
END;
CREATE TRIGGER search_view_changed AFTER UPDATE ON views BEGIN
  INSERT INTO search_refresh VALUES (new.database, new.name);
END;
CREATE TRIGGER search_view_removed AFTER DELETE ON views BEGIN
  INSERT INTO search_forget VALUES (old.database, old.name);
END;
CREATE TRIGGER search_tag_added AFTER INSERT ON tags BEGIN
  INSERT INTO search_refresh VALUES (new.database, new.item);
END;
CREATE TRIGGER search_tag_changed AFTER UPDATE ON tags BEGIN
  INSERT INTO search_refresh VALUES (new.database, new.item);
END;
CREATE TRIGGER search_tag_removed AFTER DELETE ON tags BEGIN
  INSERT INTO search_refresh VALUES (old.database, old.item);
END;

INSERT INTO search_items (kind, database, name) SELECT 'database', name, '' FROM databases;
INSERT INTO search_items (kind, database, name) SELECT 'table', database, name FROM tables;
INSERT INTO search_refresh SELECT database, name FROM search_items;
)sql";

}  // namespace tarn::catalog
