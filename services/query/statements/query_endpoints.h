#pragma once

#include "common/http/message.h"
#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/query/statements/statement_queue.h"

namespace tarn::query {

/// The resource /v1/queries: statements that are kept with their results. Thread-safe.
class QueryEndpoints {
 public:
  QueryEndpoints(StatementQueue& queue, object_store::ObjectStore& store) : queue_(queue), store_(store) {}

  Result<http::Response> Submit(http::Request& request);   ///< POST /v1/queries
  Result<http::Response> List(http::Request& request);     ///< GET /v1/queries?state=&limit=&page_token=
  Result<http::Response> Get(http::Request& request);      ///< GET /v1/queries/{id}
  Result<http::Response> Results(http::Request& request);  ///< GET /v1/queries/{id}/results?limit=&page_token=
  Result<http::Response> Cancel(http::Request& request);   ///< DELETE /v1/queries/{id}

 private:
  StatementQueue& queue_;
  object_store::ObjectStore& store_;
};

}  // namespace tarn::query
