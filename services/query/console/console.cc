#include "services/query/console/console.h"

#include <string>
#include <string_view>

namespace tarn::query {

extern const std::string_view kConsolePage;
extern const std::string_view kConsoleScript;
extern const std::string_view kConsoleStyle;

namespace {

constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

http::Handler Serve(std::string_view content, const char* content_type) {
  return [=](http::Request&) -> Result<http::Response> {
    auto response = http::Response::Text(200, std::string(content), content_type);
    response.headers.Set("Content-Security-Policy", kPolicy);
    response.headers.Set("Referrer-Policy", "no-referrer");
    response.headers.Set("Cache-Control", "no-cache");
    return response;
  };
}

}  // namespace

void AddConsoleRoutes(http::Router& router) {
  http::RouteOptions inline_route;
  inline_route.execution = http::Execution::kInline;
  router.Get("/", inline_route, Serve(kConsolePage, "text/html; charset=utf-8"));
  router.Get("/console.js", inline_route, Serve(kConsoleScript, "text/javascript; charset=utf-8"));
  router.Get("/console.css", inline_route, Serve(kConsoleStyle, "text/css; charset=utf-8"));
}

}  // namespace tarn::query
