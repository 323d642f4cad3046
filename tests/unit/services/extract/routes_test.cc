#include <gtest/gtest.h>

#include <filesystem>

#include "services/extract/app.h"
#include "tests/support/openapi_check.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::extract {

extern const std::string_view kOpenApi;

namespace {

TEST(ExtractRoutes, AreThoseOfTheOpenApiDocument) {
  TempDirectory home;
  Config config;
  config.common.home = home.path();
  config.common.pipelines = home / "pipelines";
  std::filesystem::create_directories(config.common.state());
  std::filesystem::create_directories(config.common.lake());
  metrics::Registry metrics;
  auto app = MakeApp(config, metrics);
  ASSERT_THAT(app, IsOk());
  const http::Router router = (*app)->MakeRouter();
  EXPECT_THAT(OpenApiDifferences(router, kOpenApi), testing::IsEmpty());
  (*app)->Stopping();
}

}  // namespace
}  // namespace tarn::extract
