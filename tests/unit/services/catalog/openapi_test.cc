#include "tests/support/openapi_check.h"

#include <gmock/gmock.h>

#include "services/catalog/app.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::catalog {

extern const std::string_view kOpenApi;

namespace {

TEST(CatalogOpenApi, DocumentsEveryRoute) {
  const TempDirectory directory;
  CatalogOptions options;
  options.common.home = directory.path();
  std::filesystem::create_directories(options.common.state());
  metrics::Registry metrics;
  const auto app = MakeCatalogApp(options, metrics);
  ASSERT_THAT(app, IsOk());
  EXPECT_THAT(OpenApiDifferences((*app)->MakeRouter(), kOpenApi), testing::IsEmpty());
}

}  // namespace
}  // namespace tarn::catalog
