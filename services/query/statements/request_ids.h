#pragma once

#include <string>

#include "common/http/message.h"
#include "common/result/result.h"
#include "common/sqlite/database.h"

namespace tarn::query {

/// Gives each request with an Idempotency-Key one id, before it is carried out: when the process dies before
/// the answer is kept, the same request again finds what was done under this id. Thread-safe.
class RequestIds {
 public:
  static const std::string kMigration;

  explicit RequestIds(sqlite::Database& database) : database_(database) {}

  /// A ULID: the same for the same request within 24 hours; empty for a request without a key. Errors:
  /// kUnprocessable if the key was another request's; kInvalidArgument for a key that is none; those of the
  /// database.
  Result<std::string> IdOf(const http::Request& request);

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::query
