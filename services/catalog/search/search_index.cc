#include "services/catalog/search/search_index.h"

#include <algorithm>
#include <set>

#include "services/catalog/overlay/edits_json.h"
#include "services/catalog/tables/layout_json.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxWords = 16;
constexpr size_t kMaxWordBytes = 64;
constexpr size_t kMaxColumnsShown = 20;

// Bytes of other scripts count as letters, as in FTS5's bare words.
bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

struct Item {
  std::string database;
  std::string name;
};

// Commits wait for no more than these, about 50 ms.
constexpr int kItemsAtOnce = 200;

Result<std::vector<Item>> DirtyItems(sqlite::Database& database) {
  TARN_ASSIGN(auto select, database.Prepare("SELECT database, item FROM search_dirty LIMIT ?"));
  select.Bind(1, kItemsAtOnce);
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

// Writes what the index has of some items anew; of those that are gone it has nothing then.
Status IndexSome(sqlite::Database& database) {
  TARN_ASSIGN(const auto items, DirtyItems(database));
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

// "cust"* "id"*: each the start of a word. Quotes keep FTS5's own operators out.
std::string MatchExpression(const std::vector<std::string>& words) {
  std::string expression;
  for (const std::string& word : words) expression += (expression.empty() ? "\"" : " \"") + word + "\"*";
  return expression;
}

bool HasWord(const std::string& text, const std::vector<std::string>& words) {
  const auto in_text = SearchWords(text);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::any_of(in_text.begin(), in_text.end(),
                       [&](const std::string& t) { return t.starts_with(word); });
  });
}

constexpr const char* kHasTag =
    "EXISTS (SELECT 1 FROM tags g WHERE g.database = i.database AND g.item = i.name AND g.key = ?2 "
    "AND (?3 = '' OR g.value = ?3))";

std::string HitsSql(const SearchQuery& query) {
  const std::string columns = "SELECT i.kind, i.database, i.name, ";
  const std::string filter = std::string("(?2 = '' OR ") + kHasTag + ") AND (?4 = '' OR i.kind = ?4) ";
  const std::string page = " LIMIT ?6 OFFSET ?5";
  if (query.words.empty()) {
    return columns + "0.0 FROM search_items i WHERE ?1 = '' AND " + filter + "ORDER BY i.database, i.name" +
           page;
  }
  return columns +
         "-bm25(search, 10.0, 4.0, 2.0, 2.0, 5.0) FROM search JOIN search_items i ON i.id = search.rowid "
         "WHERE search MATCH ?1 AND " +
         filter + "ORDER BY bm25(search, 10.0, 4.0, 2.0, 2.0, 5.0), i.database, i.name" + page;
}

Result<std::set<int64_t>> TaggedColumns(sqlite::Database& database, const SearchQuery& query,
                                        const SearchHit& hit) {
  std::set<int64_t> columns;
  if (query.tag_key.empty()) return columns;
  TARN_ASSIGN(auto select,
              database.Prepare("SELECT column_id FROM tags WHERE database = ? AND item = ? AND key = ? "
                               "AND (?4 = '' OR value = ?4) AND column_id > 0"));
  select.Bind(1, hit.database).Bind(2, hit.name).Bind(3, query.tag_key).Bind(4, query.tag_value);
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return columns;
    columns.insert(select.Integer(0));
  }
}

Status AddTable(sqlite::Database& database, const SearchQuery& query, SearchHit* hit) {
  TARN_ASSIGN(const auto tagged, TaggedColumns(database, query, *hit));
  TARN_ASSIGN(auto select,
              database.Prepare("SELECT schema, edits FROM tables WHERE database = ? AND name = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, hit->database).Bind(2, hit->name).Step());
  if (!found || select.Text(0).empty()) return Ok();
  TARN_ASSIGN(const auto columns, LoadColumns(select.Text(0)));
  TARN_ASSIGN(const TableEdits edits, LoadEdits(select.Text(1)));
  hit->description = edits.description;
  for (const Column& column : columns) {
    if (hit->columns.size() == kMaxColumnsShown) return Ok();
    if (tagged.contains(column.id) || HasWord(column.name + " " + column.comment, query.words))
      hit->columns.push_back(column.name);
  }
  return Ok();
}

Status AddText(sqlite::Database& database, const char* sql, SearchHit* hit) {
  TARN_ASSIGN(auto select, database.Prepare(sql));
  TARN_ASSIGN(const bool found, select.Bind(1, hit->database).Bind(2, hit->name).Step());
  if (found) hit->description = select.Text(0);
  return Ok();
}

}  // namespace

std::vector<std::string> SearchWords(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty() && words.size() < kMaxWords) words.push_back(word);
    word.clear();
  };
  for (const char c : text) {
    if (!IsWordByte(c)) {
      end_word();
    } else if (word.size() < kMaxWordBytes) {
      word += Lower(c);
    }
  }
  end_word();
  return words;
}

Status SearchIndex::CatchUp() {
  while (true) {
    {
      const auto lock = reader_.Lock();
      TARN_ASSIGN(auto dirty, reader_.Prepare("SELECT EXISTS (SELECT 1 FROM search_dirty)"));
      TARN_TRY(dirty.Step());
      if (dirty.Integer(0) == 0) return Ok();
    }
    TARN_TRY(writer_.Transact([&] { return IndexSome(writer_); }));
  }
}

Result<std::vector<SearchHit>> SearchIndex::Find(const SearchQuery& query, int64_t offset, int64_t limit) {
  TARN_TRY(CatchUp());
  const auto lock = reader_.Lock();
  TARN_ASSIGN(auto select, reader_.Prepare(HitsSql(query)));
  select.Bind(1, MatchExpression(query.words)).Bind(2, query.tag_key).Bind(3, query.tag_value);
  select.Bind(4, query.kind).Bind(5, offset).Bind(6, limit);
  std::vector<SearchHit> hits;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) break;
    hits.push_back({select.Text(0), select.Text(1), select.Text(2), {}, {}, select.Real(3)});
  }
  for (SearchHit& hit : hits) {
    if (hit.kind == "table") TARN_TRY(AddTable(reader_, query, &hit));
    if (hit.kind == "view")
      TARN_TRY(AddText(reader_, "SELECT comment FROM views WHERE database = ? AND name = ?", &hit));
    if (hit.kind == "database")
      TARN_TRY(AddText(reader_, "SELECT description FROM databases WHERE name = ?1 AND ?2 = ''", &hit));
  }
  return hits;
}

}  // namespace tarn::catalog
