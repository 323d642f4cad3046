#pragma once

#include "common/http/message.h"
#include "common/result/result.h"
#include "services/query/saved_queries/saved_queries.h"
#include "services/query/statements/sql_endpoint.h"
#include "services/query/statements/statement_queue.h"

namespace tarn::query {

/// The resource /v1/saved-queries. Thread-safe.
class SavedQueryEndpoints {
 public:
  SavedQueryEndpoints(SavedQueries& saved, StatementQueue& queue, SqlEndpoint& sql)
      : saved_(saved), queue_(queue), sql_(sql) {}

  Result<http::Response> List(http::Request& request);     ///< GET /v1/saved-queries
  Result<http::Response> Create(http::Request& request);   ///< POST /v1/saved-queries
  Result<http::Response> Get(http::Request& request);      ///< GET /v1/saved-queries/{name}
  Result<http::Response> Replace(http::Request& request);  ///< PUT /v1/saved-queries/{name}
  Result<http::Response> Remove(http::Request& request);   ///< DELETE /v1/saved-queries/{name}

  /// POST /v1/saved-queries/{name}/runs: runs it as POST /v1/queries does, with the values of its parameters.
  Result<http::Response> Run(http::Request& request);
  /// GET /v1/saved-queries/{name}/rows?parameters=&format=: streams its rows as POST /v1/sql does, for tools
  /// that can only fetch an address.
  Result<http::Response> Rows(http::Request& request);

  /// Query parameters that Rows knows; it refuses others itself.
  static const std::vector<std::string> kRowParameters;

 private:
  Result<SavedQuery> ReadBody(http::Request& request, const std::string& name);

  SavedQueries& saved_;
  StatementQueue& queue_;
  SqlEndpoint& sql_;
};

}  // namespace tarn::query
