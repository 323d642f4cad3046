#include "services/transform/lineage/lineage_routes.h"

namespace tarn::transform {

void AddLineageRoutes(http::Router& router, LineageResource& lineage) {
  http::RouteOptions options;
  options.query_parameters = {"object", "version", "direction", "depth", "limit"};
  router.Get("/v1/lineage", options, [&](http::Request& r) { return lineage.Lineage(r); });
  router.Get("/v1/models/{hash}", {}, [&](http::Request& r) { return lineage.Text(r); });
  router.Get("/v1/transforms/{name}/graph", {}, [&](http::Request& r) { return lineage.Graph(r); });
}

}  // namespace tarn::transform
