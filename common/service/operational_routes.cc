#include <nlohmann/json.hpp>

#include "common/logging/log.h"
#include "common/service/service.h"

namespace tarn::service {
namespace {

http::RouteOptions Inline() {
  http::RouteOptions options;
  options.execution = http::Execution::kInline;
  return options;
}

// Answers 200 when every dependency answers, else 503 with what is wrong per dependency.
http::Response Readiness(const std::vector<ReadinessCheck>& checks) {
  nlohmann::json results = nlohmann::json::object();
  bool ready = true;
  for (const ReadinessCheck& check : checks) {
    const Status status = check.check();
    results[check.name] = status.ok() ? "ok" : status.error().message();
    ready = ready && status.ok();
  }
  return http::Response::Json(ready ? 200 : 503,
                              {{"status", ready ? "ready" : "not_ready"}, {"checks", results}});
}

}  // namespace

void AddOperationalRoutes(http::Router& router, metrics::Registry& metrics, std::string_view openapi,
                          std::vector<ReadinessCheck> checks) {
  router.Get("/healthz", Inline(), [](http::Request&) -> Result<http::Response> {
    return http::Response::Json(200, {{"status", "ok"}});
  });
  router.Get(
      "/readyz", http::RouteOptions(),
      [checks = std::move(checks)](http::Request&) -> Result<http::Response> { return Readiness(checks); });
  router.Get("/metrics", http::RouteOptions(), [&metrics](http::Request&) -> Result<http::Response> {
    return http::Response::Text(200, metrics.Render(), "text/plain; version=0.0.4; charset=utf-8");
  });
  router.Get("/openapi.json", Inline(), [openapi](http::Request&) -> Result<http::Response> {
    return http::Response::Text(200, std::string(openapi), "application/json");
  });
}

}  // namespace tarn::service
