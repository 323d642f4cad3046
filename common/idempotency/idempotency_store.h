#pragma once

#include <string>
#include <vector>

#include "common/http/router.h"
#include "common/sqlite/database.h"

namespace tarn {

/// Remembers the answers to POST requests that carry an `Idempotency-Key`
/// (draft-ietf-httpapi-idempotency-key-header), for 24 hours, in the service's own database.
class IdempotencyStore {
 public:
  /// The migration that makes its table; the service adds it to its own list.
  static const std::string kMigration;

  explicit IdempotencyStore(sqlite::Database& database) : database_(database) {}

  /// Wraps a handler of buffered POST routes: a repeated key with the same method, target and body gets the
  /// first answer again (2xx and 4xx are kept, 5xx and 429 are not), with another body 422, while the first
  /// is still at work 409.
  http::Handler Wrap(http::Handler handler);

 private:
  sqlite::Database& database_;
};

}  // namespace tarn
