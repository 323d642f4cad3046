#pragma once

#include "common/catalog_client/catalog.h"
#include "common/http/message.h"
#include "common/result/result.h"

namespace tarn::query {

/// GET /v1/tables: the names that statements can use, as the catalog has them now: {"items": [{"database",
/// "tables": [name]}]}, of the first hundred databases. Thread-safe.
class TableEndpoint {
 public:
  explicit TableEndpoint(catalog_client::Catalog& catalog) : catalog_(catalog) {}

  Result<http::Response> operator()(http::Request& request);

 private:
  catalog_client::Catalog& catalog_;
};

}  // namespace tarn::query
