#include "services/catalog/tables/search_rows.h"

#include <string>
#include <vector>

namespace tarn::catalog {
namespace {

struct Item {
  std::string database;
  std::string name;
};

Result<std::vector<Item>> DirtyItems(sqlite::Database& database, int64_t limit) {
  TARN_ASSIGN(auto select, database.Prepare("SELECT database, item FROM search_dirty LIMIT ?"));
  select.Bind(1, limit);
  std::vector<Item> items;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return items;
    items.push_back({select.Text(0), select.Text(1)});
  }
}

// What stands in the index for the database, table or view ?2 (empty: the database itself) of the database
// ?1.
constexpr const char* kIndexItem =
    "INSERT INTO search_items (kind, database, name) "
    "SELECT 'database', name, '' FROM databases WHERE name = ?1 AND ?2 = '' UNION ALL "
    "SELECT 'table', database, name FROM tables WHERE database = ?1 AND name = ?2 UNION ALL "
    "SELECT 'view', database, name FROM views WHERE database = ?1 AND name = ?2";
constexpr const char* kIndexTexts = R"sql(
INSERT INTO search (rowid, name, columns, comments, description, tags)
SELECT (SELECT id FROM search_items WHERE database = ?1 AND name = ?2), s.name, s.columns, s.comments, s.description,
  (SELECT group_concat(key || ' ' || value, ' ') FROM tags WHERE database = ?1 AND item = ?2)
FROM (
  SELECT name, '' AS columns, '' AS comments, description || ' ' || location AS description
  FROM databases WHERE name = ?1 AND ?2 = ''
  UNION ALL
  SELECT t.database || ' ' || t.name,
    (SELECT group_concat(json_extract(c.value, '$.name') || ' ' || coalesce(json_extract(c.value, '$.file_names'), ''), ' ')
     FROM json_each(iif(t.schema = '', '[]', t.schema)) c),
    (SELECT group_concat(json_extract(c.value, '$.comment'), ' ')
     FROM json_each(iif(t.schema = '', '[]', t.schema)) c),
    json_extract(nullif(t.edits, ''), '$.description') || ' ' || json_extract(nullif(t.edits, ''), '$.owner')
  FROM tables t WHERE t.database = ?1 AND t.name = ?2
  UNION ALL
  SELECT v.database || ' ' || v.name,
    (SELECT group_concat(json_extract(c.value, '$.name'), ' ') FROM json_each(v.columns) c),
    (SELECT group_concat(json_extract(c.value, '$.comment'), ' ') FROM json_each(v.columns) c),
    v.comment || ' ' || v.owner
  FROM views v WHERE v.database = ?1 AND v.name = ?2
) s)sql";

}  // namespace

Status WriteSearchRows(sqlite::Database& database, int64_t limit) {
  TARN_ASSIGN(const auto items, DirtyItems(database, limit));
  for (const Item& item : items) {
    for (const char* sql :
         {"DELETE FROM search WHERE rowid = (SELECT id FROM search_items WHERE database = ?1 AND name = ?2)",
          "DELETE FROM search_items WHERE database = ?1 AND name = ?2", kIndexItem, kIndexTexts,
          "DELETE FROM search_dirty WHERE database = ?1 AND item = ?2"}) {
      TARN_ASSIGN(auto statement, database.Prepare(sql));
      TARN_TRY(statement.Bind(1, item.database).Bind(2, item.name).Run());
    }
  }
  return Ok();
}

}  // namespace tarn::catalog
