#include "services/extract/routes.h"

#include "common/http/paging.h"

namespace tarn::extract {

void AddRoutes(http::Router& router, IdempotencyStore& idempotency, SourceEndpoints& sources,
               RunEndpoints& runs) {
  http::RouteOptions page;
  page.query_parameters = http::kPageParameters;
  http::RouteOptions run_page = page;
  run_page.query_parameters.insert(run_page.query_parameters.end(), {"source", "state", "backfill_id"});

  router.Get("/v1/sources", page, [&](http::Request& request) { return sources.List(request); });
  router.Get("/v1/sources/{name}", {}, [&](http::Request& request) { return sources.Get(request); });
  router.Delete("/v1/sources/{name}/cursor", {},
                [&](http::Request& request) { return sources.ResetCursor(request); });
  router.Post("/v1/sources/{name}/check", {}, [&](http::Request& request) { return sources.Check(request); });
  router.Post("/v1/sources:preview", http::JsonBody(),
              [&](http::Request& request) { return sources.Preview(request); });
  router.Post("/v1/sources/{name}/runs", http::JsonBody(),
              idempotency.Wrap([&](http::Request& request) { return sources.StartRun(request); }));

  router.Get("/v1/runs", run_page, [&](http::Request& request) { return runs.List(request); });
  router.Get("/v1/runs/{id}", {}, [&](http::Request& request) { return runs.Get(request); });
  router.Get("/v1/runs/{id}/objects", page,
             [&](http::Request& request) { return runs.ListObjects(request); });
  router.Post("/v1/runs/{id}:cancel", {}, [&](http::Request& request) { return runs.Cancel(request); });
}

}  // namespace tarn::extract
