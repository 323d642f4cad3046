#pragma once

#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Reads the versions of a table. Inside a transaction, so that all it reads is of one moment. Errors of all
/// methods: those of the database; of those that name a version: kNotFound if there is none (any more).
class VersionReader {
 public:
  VersionReader(sqlite::Database& database, TableName name, int64_t table_id)
      : database_(database), name_(std::move(name)), table_id_(table_id) {}

  /// Newest first, those before `before`, at most `limit`.
  Result<std::vector<TableVersion>> List(int64_t before, int64_t limit);
  Result<TableVersion> Get(int64_t version);
  /// The last one that was committed at or before the time.
  Result<TableVersion> GetAsOf(Timestamp time);
  Result<std::vector<Column>> Schema(int64_t version);
  /// Its files that are not live now, by key, at most `limit` (-1: all).
  Result<std::vector<DataFile>> FormerFiles(int64_t version, int64_t limit);
  Result<VersionDiff> Diff(int64_t from, int64_t to);

 private:
  Error NoSuch(const std::string& wanted);
  Status ListDifference(int64_t version, int64_t without, int64_t* count, std::vector<std::string>* keys);

  sqlite::Database& database_;
  const TableName name_;
  const int64_t table_id_;
};

}  // namespace tarn::catalog
