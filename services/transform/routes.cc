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

http::RouteOptions Filtered(const std::vector<std::string>& filters) {
  http::RouteOptions options;
  options.query_parameters = filters;
  return options;
}

void AddDeadLetterRoutes(http::Router& router, DeadLettersResource& dead_letters,
                         IdempotencyStore& idempotency) {
  router.Get("/v1/dead-letters", Paged(DeadLettersResource::kFilters),
             [&](Request& r) { return dead_letters.List(r); });
  router.Get("/v1/dead-letters:count", Filtered(DeadLettersResource::kFilters),
             [&](Request& r) { return dead_letters.Count(r); });
  router.Post("/v1/dead-letters:redrive", http::JsonBody(),
              idempotency.Wrap([&](Request& r) { return dead_letters.RedriveAll(r); }));
  router.Post("/v1/dead-letters:acknowledge", http::JsonBody(),
              [&](Request& r) { return dead_letters.AcknowledgeAll(r); });
  router.Get("/v1/dead-letters/{id}", {}, [&](Request& r) { return dead_letters.Get(r); });
  router.Delete("/v1/dead-letters/{id}", {}, [&](Request& r) { return dead_letters.Delete(r); });
  router.Post("/v1/dead-letters/{id}:redrive", {},
              idempotency.Wrap([&](Request& r) { return dead_letters.Redrive(r); }));
  router.Post("/v1/dead-letters/{id}:acknowledge", {},
              [&](Request& r) { return dead_letters.Acknowledge(r); });
}

}  // namespace

void AddRoutes(http::Router& router, TransformsResource& transforms, RunsResource& runs,
               BookmarksResource& bookmarks, DeadLettersResource& dead_letters, QualityResource& quality,
               IdempotencyStore& idempotency) {
  router.Get("/v1/transforms", Paged(), [&](Request& r) { return transforms.List(r); });
  router.Get("/v1/transforms/{name}", {}, [&](Request& r) { return transforms.Get(r); });
  router.Post("/v1/transforms/{name}/runs", http::JsonBody(),
              idempotency.Wrap([&](Request& r) { return runs.Create(r); }));

  router.Get("/v1/transforms/{name}/bookmarks", {}, [&](Request& r) { return bookmarks.Get(r); });
  router.Post("/v1/transforms/{name}:reset", http::JsonBody(),
              idempotency.Wrap([&](Request& r) { return bookmarks.Reset(r); }));

  router.Get("/v1/runs", Paged({"transform", "state"}), [&](Request& r) { return runs.List(r); });
  router.Get("/v1/runs/{id}", {}, [&](Request& r) { return runs.Get(r); });
  router.Post("/v1/runs/{id}:cancel", http::JsonBody(), [&](Request& r) { return runs.Cancel(r); });

  AddDeadLetterRoutes(router, dead_letters, idempotency);

  router.Get("/v1/quality/results", Paged({"table", "run", "outcome"}),
             [&](Request& r) { return quality.Results(r); });
  router.Get("/v1/quality/scores", Paged({"table", "run"}), [&](Request& r) { return quality.Scores(r); });
}

}  // namespace tarn::transform
