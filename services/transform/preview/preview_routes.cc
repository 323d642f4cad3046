#include "services/transform/preview/preview_routes.h"

namespace tarn::transform {

void AddPreviewRoutes(http::Router& router, PreviewResource& preview) {
  router.Post("/v1/transforms/{name}/preview", http::JsonBody(),
              [&](http::Request& r) { return preview.Show(r); });
  http::RouteOptions test;
  test.query_parameters = {"test"};
  router.Post("/v1/transforms/{name}/test", test, [&](http::Request& r) { return preview.Test(r); });
}

}  // namespace tarn::transform
