#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/sqlite/database.h"

namespace tarn::query {

/// A table whose files are committed, or about to be, and that the catalog may not know yet.
struct PendingTable {
  std::string id;  ///< of the commit
  std::string database, name;
  std::string declaration;  ///< JSON: what the catalog is told
  std::string bucket, prefix;
  std::string first_key;  ///< one of the files; empty: there are none
  bool undo = false;      ///< its statement failed: the files go
};

/// Remembers tables between the commit of their files and their declaration, in the service's SQLite file.
/// Thread-safe. Errors of all methods: those of the database.
class WriteJournal {
 public:
  static const std::string kMigration;

  explicit WriteJournal(sqlite::Database& database) : database_(database) {}

  Status Put(const PendingTable& table);
  Result<std::vector<PendingTable>> List();
  Status Remove(const std::string& id);

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::query
