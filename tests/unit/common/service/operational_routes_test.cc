#include <nlohmann/json.hpp>

#include "common/service/service.h"
#include "tests/support/result_matchers.h"

namespace tarn::service {
namespace {

http::Response Get(const http::Router& router, const std::string& target) {
  http::Request request;
  request.target = target;
  std::string allow;
  const auto route = router.Match(request, &allow);
  EXPECT_THAT(route, IsOk());
  return std::move(*(*route)->handler(request));
}

TEST(OperationalRoutes, ReadinessTellsWhichDependencyIsAway) {
  http::Router router;
  metrics::Registry metrics;
  Status catalog = Ok();
  AddOperationalRoutes(router, metrics, "{}",
                       {{"store", [] { return Ok(); }}, {"catalog", [&] { return catalog; }}});
  EXPECT_EQ(Get(router, "/readyz").status, 200);
  catalog = Error(Code::kUnavailable, "no answer");
  const auto response = Get(router, "/readyz");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(nlohmann::json::parse(response.body)["checks"]["catalog"], "no answer");
  EXPECT_EQ(nlohmann::json::parse(response.body)["checks"]["store"], "ok");
}

TEST(OperationalRoutes, ServeHealthMetricsAndTheDescription) {
  http::Router router;
  metrics::Registry metrics;
  metrics.GetCounter("tarn_things_total", "Things.").Add();
  AddOperationalRoutes(router, metrics, R"({"openapi":"3.1.0"})", {});
  EXPECT_EQ(Get(router, "/healthz").status, 200);
  EXPECT_NE(Get(router, "/metrics").body.find("tarn_things_total 1"), std::string::npos);
  EXPECT_EQ(Get(router, "/openapi.json").body, R"({"openapi":"3.1.0"})");
}

}  // namespace
}  // namespace tarn::service
