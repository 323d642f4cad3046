#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/editing/author.h"
#include "services/catalog/editing/precondition.h"
#include "services/catalog/views/view.h"

namespace tarn::catalog {

/// The views of all databases. Thread-safe. Errors of all methods: those of the database.
class ViewStore {
 public:
  ViewStore(sqlite::Database& writer, sqlite::Database& reader) : writer_(writer), reader_(reader) {}

  /// Those after `after`, at most `limit`. Errors: kNotFound for the database.
  Result<std::vector<View>> List(const std::string& database, const std::string& after, int64_t limit);
  Result<std::optional<View>> Find(const TableName& name);

  /// Makes or replaces a view; its database is made if it is not there. Returns whether the view is new.
  /// Errors: kConflict if a table has the name; kPreconditionFailed.
  Result<bool> Put(View view, const Precondition& condition, const Author& author);
  /// Errors: kNotFound, kPreconditionFailed.
  Status Delete(const TableName& name, const Precondition& condition);

 private:
  sqlite::Database& writer_;
  sqlite::Database& reader_;
};

}  // namespace tarn::catalog
