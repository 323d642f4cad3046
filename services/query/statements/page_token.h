#pragma once

#include <cstdint>
#include <string>

#include "common/result/result.h"
#include "common/sqlite/database.h"

namespace tarn::query {

/// Makes and checks the tokens that lead to the next page of a result. A token holds for one statement; who
/// changes or makes one up does not know the key. Thread-safe.
class PageTokens {
 public:
  static const std::string kMigration;

  /// Reads the key, or makes one that stays. Errors: those of the database.
  static Result<PageTokens> Open(sqlite::Database& database);

  std::string Make(const std::string& statement, int64_t first_row) const;
  /// The row. Errors: kInvalidArgument with where() = "query:page_token".
  Result<int64_t> Read(const std::string& statement, const std::string& token) const;

 private:
  explicit PageTokens(std::string key) : key_(std::move(key)) {}
  std::string Sign(const std::string& statement, const std::string& row) const;

  std::string key_;
};

}  // namespace tarn::query
