#pragma once

#include "common/http/message.h"
#include "common/result/result.h"
#include "services/query/catalog/catalog.h"

namespace tarn::query {

/// GET /v1/tables: the names that statements can use, as the catalog has them now: {"items": [{"database",
/// "tables": [name]}]}, of the first hundred databases. Thread-safe.
class TableEndpoint {
 public:
  explicit TableEndpoint(Catalog& catalog) : catalog_(catalog) {}

  Result<http::Response> operator()(http::Request& request);

 private:
  Catalog& catalog_;
};

}  // namespace tarn::query
