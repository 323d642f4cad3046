#pragma once

#include "common/http/message.h"
#include "services/catalog/tables/table_store.h"

namespace tarn::catalog {

/// /v1/databases/{database}/tables and what is below a table.
class TableEndpoints {
 public:
  explicit TableEndpoints(TableStore& tables) : tables_(tables) {}

  Result<http::Response> List(http::Request& request);
  /// With the first partitions and failed files; all of them, and the files, have listings of their own.
  Result<http::Response> Get(http::Request& request);
  Result<http::Response> Versions(http::Request& request);
  Result<http::Response> Files(http::Request& request);
  Result<http::Response> Partitions(http::Request& request);
  Result<http::Response> FailedFiles(http::Request& request);

 private:
  TableStore& tables_;
};

}  // namespace tarn::catalog
