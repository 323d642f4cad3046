#pragma once

#include "common/http/message.h"
#include "common/result/result.h"
#include "services/query/statements/page_token.h"
#include "services/query/statements/result_files.h"
#include "services/query/statements/statement_queue.h"

namespace tarn::query {

/// Submits a statement and answers 202 with it, or with the problem document of what is wrong with it.
Result<http::Response> SubmitStatement(StatementQueue& queue, StatementRequest statement);

/// The resource /v1/queries: statements that are kept with their results. Thread-safe.
class QueryEndpoints {
 public:
  QueryEndpoints(StatementQueue& queue, ResultFiles& results, const PageTokens& tokens)
      : queue_(queue), results_(results), tokens_(tokens) {}

  Result<http::Response> Submit(http::Request& request);  ///< POST /v1/queries
  /// GET /v1/queries?state=&workgroup=&search=&since=&until=&limit=&page_token=
  Result<http::Response> List(http::Request& request);
  Result<http::Response> Get(http::Request& request);     ///< GET /v1/queries/{id}
  Result<http::Response> Cancel(http::Request& request);  ///< DELETE /v1/queries/{id}

  /// GET /v1/queries/{id}/results: a page of rows as JSON; with `?format=` or Accept in another format, with
  /// `?limit=all` whole, streamed.
  Result<http::Response> Results(http::Request& request);

  /// Query parameters that List and Results know.
  static const std::vector<std::string> kListParameters, kResultParameters;

 private:
  struct Page;
  Result<http::Response> WholeFile(const Statement& statement);
  Result<http::Response> Rows(const http::Request& request, const Statement& statement, const Page& page);

  StatementQueue& queue_;
  ResultFiles& results_;
  const PageTokens& tokens_;
};

}  // namespace tarn::query
