#pragma once

#include <optional>
#include <string>

#include "common/sqlite/database.h"
#include "services/catalog/tables/table_change.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Writes what is known of objects that are in no table: those that could not be read, and those that a
/// rollback took out. One for each change of a table by a crawler. Inside a transaction. Errors of all
/// methods: those of the database.
class ObjectLedger {
 public:
  explicit ObjectLedger(sqlite::Database& database) : database_(database) {}

  Status RecordFailure(const TableChange& change, const FailedFile& failure);
  Status ForgetFailure(const std::string& crawler, const std::string& bucket, const std::string& key);

  /// Keeps an object version out of a table until it is added again or replaced.
  Status HoldBack(int64_t table_id, const std::string& bucket, const std::string& key,
                  const std::string& version);
  Status Release(int64_t table_id, const std::string& bucket, const std::string& key);
  /// Only if it is this version that is held back.
  Status Release(int64_t table_id, const std::string& bucket, const std::string& key,
                 const std::string& version);

 private:
  // Whether there is any row to look for; most crawlers have no failures, and most tables hold nothing back.
  Result<bool> HasAny(std::optional<bool>& known, const char* sql, const auto& of);

  sqlite::Database& database_;
  std::optional<bool> has_failures_, has_held_back_;
};

}  // namespace tarn::catalog
