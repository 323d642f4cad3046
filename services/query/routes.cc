#include "services/query/routes.h"

#include "common/http/paging.h"
#include "services/query/console/console.h"

namespace tarn::query {
namespace {

using http::Request;

// SQL of up to 1 MiB, which JSON may write with escapes.
constexpr uint64_t kSqlBodyBytes = 4 << 20;

http::RouteOptions SqlBody() {
  http::RouteOptions options;
  options.body = http::BodyMode::kBuffered;
  options.body_limit_bytes = kSqlBodyBytes;
  options.query_parameters = {"database", "dialect"};
  return options;
}

http::RouteOptions QueryBody() {
  http::RouteOptions options = http::JsonBody();
  options.body_limit_bytes = kSqlBodyBytes;
  return options;
}

http::RouteOptions Paged(std::vector<std::string> filters = {}) {
  http::RouteOptions options;
  options.query_parameters = http::kPageParameters;
  options.query_parameters.insert(options.query_parameters.end(), filters.begin(), filters.end());
  return options;
}

// A page of another site may make a browser send a plain-text POST here. It could not read the answer, but it would
// cost a statement.
http::Handler NotFromOtherSites(http::Handler handler) {
  return [handler = std::move(handler)](Request& request) -> Result<http::Response> {
    const auto site = request.Header("Sec-Fetch-Site");
    if (site && *site != "same-origin" && *site != "none") {
      return Error(Code::kPermissionDenied, "statements from pages of other sites are refused").At("header:Sec-Fetch-Site");
    }
    return handler(request);
  };
}

}  // namespace

void AddRoutes(http::Router& router, SqlEndpoint& sql, QueryEndpoints& queries, TableEndpoint& tables,
               IdempotencyStore& idempotency) {
  router.Post("/v1/sql", SqlBody(), NotFromOtherSites([&](Request& r) { return sql(r); }));

  router.Post("/v1/queries", QueryBody(), NotFromOtherSites(idempotency.Wrap([&](Request& r) { return queries.Submit(r); })));
  router.Get("/v1/queries", Paged({"state"}), [&](Request& r) { return queries.List(r); });
  router.Get("/v1/queries/{id}", {}, [&](Request& r) { return queries.Get(r); });
  router.Get("/v1/queries/{id}/results", Paged(), [&](Request& r) { return queries.Results(r); });
  router.Delete("/v1/queries/{id}", {}, [&](Request& r) { return queries.Cancel(r); });

  router.Get("/v1/tables", {}, [&](Request& r) { return tables(r); });

  AddConsoleRoutes(router);
}

}  // namespace tarn::query
