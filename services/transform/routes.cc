#include "services/transform/routes.h"

#include "common/http/paging.h"

namespace tarn::transform {
namespace {

using http::Request;

http::RouteOptions Paged(std::vector<std::string> filters = {}) {
  http::RouteOptions options;
  options.query_parameters = http::kPageParameters;
  options.query_parameters.insert(options.query_parameters.end(), filters.begin(), filters.end());
  return options;
}

}  // namespace

void AddRoutes(http::Router& router, TransformsResource& transforms, RunsResource& runs,
               DeadLettersResource& dead_letters, QualityResource& quality, IdempotencyStore& idempotency) {
  router.Get("/v1/transforms", Paged(), [&](Request& r) { return transforms.List(r); });
  router.Get("/v1/transforms/{name}", {}, [&](Request& r) { return transforms.Get(r); });
  router.Post("/v1/transforms/{name}/runs", http::JsonBody(),
              idempotency.Wrap([&](Request& r) { return runs.Create(r); }));

  router.Get("/v1/runs", Paged({"transform", "state"}), [&](Request& r) { return runs.List(r); });
  router.Get("/v1/runs/{id}", {}, [&](Request& r) { return runs.Get(r); });

  router.Get("/v1/dead-letters", Paged({"transform", "run_id"}),
             [&](Request& r) { return dead_letters.List(r); });
  router.Get("/v1/dead-letters/{id}", {}, [&](Request& r) { return dead_letters.Get(r); });
  router.Post("/v1/dead-letters/{id}:redrive", {},
              idempotency.Wrap([&](Request& r) { return dead_letters.Redrive(r); }));

  router.Get("/v1/quality/results", Paged({"table", "run", "outcome"}),
             [&](Request& r) { return quality.Results(r); });
  router.Get("/v1/quality/scores", Paged({"table", "run"}), [&](Request& r) { return quality.Scores(r); });
}

}  // namespace tarn::transform
