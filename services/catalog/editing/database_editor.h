#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "common/sqlite/database.h"
#include "services/catalog/editing/author.h"
#include "services/catalog/editing/precondition.h"

namespace tarn::catalog {

/// What a person says of a database.
struct DatabaseEdits {
  int64_t revision = 1;  ///< counts the changes
  std::string description{};
  std::string location{};  ///< where its files are, for those who read: crawlers do not look at it
  std::map<std::string, std::string> parameters{};
};

/// Databases as people make and describe them; crawls make those that they need by themselves. Thread-safe.
/// Errors of all methods: kPreconditionFailed, those of the databases.
class DatabaseEditor {
 public:
  DatabaseEditor(sqlite::Database& writer, sqlite::Database& reader) : writer_(writer), reader_(reader) {}

  /// Errors: kNotFound.
  Result<DatabaseEdits> Get(const std::string& name);
  /// Makes the database if it is not there, and merges `patch` into what is said of it: {"description",
  /// "location", "parameters"} (RFC 7396). Returns whether it was made. Errors: kInvalidArgument, kTooLarge.
  Result<bool> Put(const std::string& name, const nlohmann::json& patch, const Precondition& condition,
                   const Author& author);
  /// As Put, for a database that is there. Errors: also kNotFound.
  Status Patch(const std::string& name, const nlohmann::json& patch, const Precondition& condition,
               const Author& author);
  /// Errors: kNotFound; kConflict while it has tables or views.
  Status Delete(const std::string& name, const Precondition& condition);

 private:
  Result<std::optional<DatabaseEdits>> Read(sqlite::Database& database, const std::string& name);
  Status Write(const std::string& name, const DatabaseEdits& edits);
  Result<bool> Change(const std::string& name, const nlohmann::json& patch, const Precondition& condition,
                      const Author& author, bool may_create);

  sqlite::Database& writer_;
  sqlite::Database& reader_;
};

}  // namespace tarn::catalog
