#pragma once

#include "common/http/message.h"
#include "services/catalog/tables/table_reader.h"

namespace tarn::catalog {

/// GET /v1/databases/{database}/tables/{table}/columns: the columns of the current version, each with what is known
/// of its values: {"items": [{"name", "type", "partition_key", "statistics": {"nulls", "min", "max",
/// "distinct_estimate"}}]}. Thread-safe.
class ColumnEndpoint {
 public:
  explicit ColumnEndpoint(TableReader& tables) : tables_(tables) {}

  Result<http::Response> operator()(http::Request& request);

 private:
  TableReader& tables_;
};

}  // namespace tarn::catalog
