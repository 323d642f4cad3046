#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/sqlite/database.h"

namespace tarn::catalog {

/// What has tags: a database, a table, a view, or a column of a table.
struct TaggedItem {
  std::string database;
  std::string table{};   ///< empty unless it is a table or a column
  std::string view{};    ///< empty unless it is a view
  std::string column{};  ///< empty unless it is a column
};

using Tags = std::map<std::string, std::string>;

struct TableTags {
  Tags table{};
  std::map<std::string, Tags> columns{};  ///< by name; those without tags are left out
};

/// Tags are keys with values that people give to things; they are not part of a table's versions.
/// Thread-safe. Errors of all methods: kNotFound for an item that is not there; those of the database.
class TagStore {
 public:
  static constexpr int64_t kMaxTags = 50;  ///< of one item

  TagStore(sqlite::Database& writer, sqlite::Database& reader) : writer_(writer), reader_(reader) {}

  Result<Tags> Get(const TaggedItem& item);
  /// Errors: also kTooLarge over kMaxTags.
  Status Put(const TaggedItem& item, const std::string& key, const std::string& value);
  /// Errors: also kNotFound for a tag that the item has not.
  Status Delete(const TaggedItem& item, const std::string& key);

  /// The tags of a table and of its columns.
  Result<TableTags> OfTable(const std::string& database, const std::string& table);

 private:
  sqlite::Database& writer_;
  sqlite::Database& reader_;
};

}  // namespace tarn::catalog
