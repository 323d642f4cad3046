#pragma once

#include <string>

#include "common/result/result.h"
#include "common/sqlite/database.h"

namespace tarn::extract {

/// The table of what connectors remember of their sources: see SavedState. Texts are empty if there is
/// nothing. Thread-safe. Errors of all methods: kUnavailable, kResourceExhausted (disk full), kInternal.
class SourceStates {
 public:
  explicit SourceStates(sqlite::Database& database) : database_(database) {}

  Result<std::string> LoadCursor(const std::string& source);
  Result<std::string> LoadNotes(const std::string& source);
  Status SaveNotes(const std::string& source, const std::string& notes);
  /// Inside a transaction.
  Status SaveCursor(const std::string& source, const std::string& cursor);

 private:
  Result<std::string> LoadText(const char* sql, const std::string& source);

  sqlite::Database& database_;
};

}  // namespace tarn::extract
