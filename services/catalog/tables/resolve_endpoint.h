#pragma once

#include "common/http/message.h"
#include "services/catalog/tables/table_store.h"

namespace tarn::catalog {

/// POST /v1/tables:resolve: the current snapshots of several tables, all of one moment. Speaks the protobuf
/// messages of proto/tarn/v1/catalog.proto, and JSON of the same shape for people. Names compare without
/// case.
class ResolveEndpoint {
 public:
  explicit ResolveEndpoint(TableStore& tables) : tables_(tables) {}

  Result<http::Response> operator()(http::Request& request);

 private:
  TableStore& tables_;
};

}  // namespace tarn::catalog
