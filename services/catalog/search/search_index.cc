#include "services/catalog/search/search_index.h"

#include <algorithm>
#include <set>

#include "services/catalog/overlay/edits_json.h"
#include "services/catalog/tables/layout_json.h"
#include "services/catalog/tables/search_rows.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxWords = 16;
constexpr size_t kMaxWordBytes = 64;
constexpr size_t kMaxColumnsShown = 20;
// Commits wait for no more than these, about 20 ms.
constexpr int64_t kItemsAtOnce = 200;

// Bytes of other scripts count as letters, as in FTS5's bare words.
bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

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
    TARN_TRY(writer_.Transact([&] { return WriteSearchRows(writer_, kItemsAtOnce); }));
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
