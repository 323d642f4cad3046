#pragma once

#include <string>

#include "common/sqlite/database.h"
#include "services/query/dialect/dialect.h"

namespace tarn::query {

/// Statements that PREPARE keeps, by workgroup and name, in the service's SQLite file. Thread-safe.
/// Errors of all methods: those of the database.
class PreparedStatements {
 public:
  static const std::string kMigration;
  static constexpr int64_t kMaxPerWorkgroup = 1'000;

  struct Prepared {
    std::string sql;
    Dialect dialect = Dialect::kDuckDb;
  };

  explicit PreparedStatements(sqlite::Database& database) : database_(database) {}

  /// Keeps a statement, instead of one of the same name. Errors: kResourceExhausted over kMaxPerWorkgroup.
  Status Put(const std::string& workgroup, const std::string& name, const Prepared& prepared);
  /// Errors: kNotFound.
  Result<Prepared> Get(const std::string& workgroup, const std::string& name);
  /// Errors: kNotFound.
  Status Remove(const std::string& workgroup, const std::string& name);

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::query
