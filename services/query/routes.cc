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
  options.query_parameters = kSqlQueryParameters;
  return options;
}

http::RouteOptions KeptQueryBody() {
  http::RouteOptions options = http::JsonBody();
  options.body_limit_bytes = kSqlBodyBytes;
  return options;
}

http::RouteOptions Known(std::vector<std::string> query_parameters) {
  http::RouteOptions options;
  options.query_parameters = std::move(query_parameters);
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

void AddRoutes(http::Router& router, SqlEndpoint& sql, QueryEndpoints& queries, SavedQueryEndpoints& saved,
               WorkgroupEndpoints& workgroups, TableEndpoint& tables,
               IdempotencyStore& idempotency) {
  const auto once = idempotency.Wrap([&](Request& r) { return sql.AnswerOnce(r); });
  router.Post("/v1/sql", SqlBody(), NotFromOtherSites([&, once](Request& r) {
                return r.Header("Idempotency-Key") && sql.Changes(r) ? once(r) : sql(r);
              }));

  router.Post("/v1/queries", KeptQueryBody(), NotFromOtherSites(idempotency.Wrap([&](Request& r) { return queries.Submit(r); })));
  router.Get("/v1/queries", Known(QueryEndpoints::kListParameters), [&](Request& r) { return queries.List(r); });
  router.Get("/v1/queries/{id}", {}, [&](Request& r) { return queries.Get(r); });
  router.Get("/v1/queries/{id}/results", Known(QueryEndpoints::kResultParameters), [&](Request& r) { return queries.Results(r); });
  router.Delete("/v1/queries/{id}", {}, [&](Request& r) { return queries.Cancel(r); });

  router.Get("/v1/saved-queries", Known(http::kPageParameters), [&](Request& r) { return saved.List(r); });
  router.Post("/v1/saved-queries", KeptQueryBody(), idempotency.Wrap([&](Request& r) { return saved.Create(r); }));
  router.Get("/v1/saved-queries/{name}", {}, [&](Request& r) { return saved.Get(r); });
  router.Put("/v1/saved-queries/{name}", KeptQueryBody(), [&](Request& r) { return saved.Replace(r); });
  router.Delete("/v1/saved-queries/{name}", {}, [&](Request& r) { return saved.Remove(r); });
  router.Post("/v1/saved-queries/{name}/runs", KeptQueryBody(), NotFromOtherSites(idempotency.Wrap([&](Request& r) { return saved.Run(r); })));
  http::RouteOptions rows = Known(SavedQueryEndpoints::kRowParameters);
  rows.any_query = true;
  router.Get("/v1/saved-queries/{name}/rows", rows,
             NotFromOtherSites([&](Request& r) { return saved.Rows(r); }));

  router.Get("/v1/workgroups", Known(http::kPageParameters), [&](Request& r) { return workgroups.List(r); });
  router.Post("/v1/workgroups", http::JsonBody(), idempotency.Wrap([&](Request& r) { return workgroups.Create(r); }));
  router.Get("/v1/workgroups/{name}", {}, [&](Request& r) { return workgroups.Get(r); });
  router.Put("/v1/workgroups/{name}", http::JsonBody(), [&](Request& r) { return workgroups.Replace(r); });
  router.Delete("/v1/workgroups/{name}", {}, [&](Request& r) { return workgroups.Remove(r); });

  router.Get("/v1/tables", {}, [&](Request& r) { return tables(r); });

  AddConsoleRoutes(router);
}

}  // namespace tarn::query
