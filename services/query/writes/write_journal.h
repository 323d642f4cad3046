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

/// A statement whose rows are committed, or about to be.
struct WriteRecord {
  std::string id;  ///< of the commit
  int64_t rows = 0;
  std::string database{}, name{};  ///< of the table that has them; empty: none
  std::string bucket{};
  std::string
      first_key{};    ///< one of the files; empty: there are none, and the record says that it took place
  bool done = false;  ///< known to be committed
};

/// Remembers what statements write, in the service's SQLite file: tables between the commit of their files
/// and their declaration, and statements from just before the commit on, for as long as the object store
/// remembers commits. Thread-safe. Errors of all methods: those of the database.
class WriteJournal {
 public:
  static const std::string kMigration, kRecordMigration;

  explicit WriteJournal(sqlite::Database& database) : database_(database) {}

  Status Record(const WriteRecord& record);
  /// The table with the statement that makes it.
  Status Put(const PendingTable& table, const WriteRecord& record);
  /// The table's files go, and its statement took no place.
  Status PutUndo(const PendingTable& table);

  Result<std::vector<PendingTable>> List();
  Result<std::optional<PendingTable>> FindTable(const std::string& id);
  Result<std::optional<WriteRecord>> FindRecord(const std::string& id);

  Status SetDone(const std::string& id);
  /// Forgets the table: it is declared, or was never written.
  Status RemoveTable(const std::string& id);
  Status RemoveRecord(const std::string& id);
  /// Forgets statements that the object store does not remember either.
  Status RemoveOldRecords();

 private:
  Status Insert(const PendingTable& table);
  Result<std::vector<PendingTable>> Select(const std::string& id);

  sqlite::Database& database_;
};

}  // namespace tarn::query
