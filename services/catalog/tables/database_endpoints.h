#pragma once

#include "common/http/message.h"
#include "services/catalog/tables/table_store.h"

namespace tarn::catalog {

/// /v1/databases
class DatabaseEndpoints {
 public:
  explicit DatabaseEndpoints(TableStore& tables) : tables_(tables) {}

  Result<http::Response> List(http::Request& request);
  Result<http::Response> Get(http::Request& request);

 private:
  TableStore& tables_;
};

}  // namespace tarn::catalog
