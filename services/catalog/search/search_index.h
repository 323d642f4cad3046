#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/sqlite/database.h"

namespace tarn::catalog {

/// What to look for. At least one of `words` and `tag_key` is set.
struct SearchQuery {
  std::vector<std::string> words{};  ///< all of them, each the start of a word somewhere in the item's texts
  std::string tag_key{};             ///< an item, or a column of it, has this tag
  std::string tag_value{};           ///< with this value; empty: any
  std::string kind{};                ///< "database", "table" or "view"; empty: any
};

struct SearchHit {
  std::string kind;
  std::string database;
  std::string name;  ///< of the table or view; empty: the database itself
  std::string description{};
  std::vector<std::string>
      columns{};     ///< those that have a word in their name or comment, or the tag; 20 at most
  double score = 0;  ///< more is better; of no meaning beyond one search
};

/// Splits what a person types into words: letters and digits of any script, without case. At most 16 of at
/// most 64 bytes; what is over is left out.
std::vector<std::string> SearchWords(std::string_view text);

/// Finds databases, tables and views by names, columns, comments, descriptions and tags (SQLite's FTS5), the
/// best first: names count most, then tags and columns. Thread-safe.
class SearchIndex {
 public:
  /// Both are connections to one database, as SqliteTableStore's.
  SearchIndex(sqlite::Database& writer, sqlite::Database& reader) : writer_(writer), reader_(reader) {}

  /// The hits from `offset` on, at most `limit`, of all that was committed before: what has changed since the
  /// last search is indexed first. Errors: those of the database.
  Result<std::vector<SearchHit>> Find(const SearchQuery& query, int64_t offset, int64_t limit);

 private:
  Status CatchUp();

  sqlite::Database& writer_;
  sqlite::Database& reader_;
};

}  // namespace tarn::catalog
