#include "services/query/routes.h"

#include <gmock/gmock.h>

#include "common/service/service.h"
#include "services/query/app.h"
#include "tests/support/openapi_check.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::query {

extern const std::string_view kOpenApi;

namespace {

class QueryAppTest : public testing::Test {
 protected:
  void SetUp() override {
    common_.home = directory_.path().string();
    auto app = OpenApp(common_, options_, metrics_);
    ASSERT_THAT(app, IsOk());
    app_ = std::move(*app);
    router_ = app_->MakeRouter();
  }

  Result<http::Response> Call(http::Method method, const std::string& target, http::Headers headers = {}) {
    http::Request request;
    request.method = method;
    request.target = target;
    request.headers = std::move(headers);
    request.body = "SELECT 1 AS a";
    std::string allow;
    TARN_ASSIGN(const auto* route, router_.Match(request, &allow));
    return route->handler(request);
  }

  TempDirectory directory_;
  service::CommonOptions common_;
  QueryOptions options_;
  metrics::Registry metrics_;
  std::unique_ptr<service::App> app_;
  http::Router router_;
};

TEST_F(QueryAppTest, DescribesEveryRouteInItsOpenApiDocument) {
  EXPECT_THAT(OpenApiDifferences(router_, kOpenApi), testing::IsEmpty());
}

TEST_F(QueryAppTest, ServesAConsoleThatMayRunNothingForeign) {
  for (const char* path : {"/", "/console.js", "/console.css"}) {
    const auto response = Call(http::Method::kGet, path);
    ASSERT_THAT(response, IsOk());
    const std::string policy(response->headers.Find("Content-Security-Policy").value_or(""));
    EXPECT_THAT(policy, testing::HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, testing::Not(testing::HasSubstr("unsafe")));
    EXPECT_THAT(response->body, testing::Not(testing::HasSubstr("innerHTML")));
  }
  const auto page = Call(http::Method::kGet, "/");
  EXPECT_THAT(page->body, testing::Not(testing::HasSubstr("://")));
}

TEST_F(QueryAppTest, RefusesStatementsFromPagesOfOtherSites) {
  http::Headers foreign;
  foreign.Add("Sec-Fetch-Site", "cross-site");
  EXPECT_THAT(Call(http::Method::kPost, "/v1/sql", foreign), HasError(Code::kPermissionDenied, "Sec-Fetch-Site"));
  EXPECT_THAT(Call(http::Method::kPost, "/v1/queries", foreign), HasError(Code::kPermissionDenied, "Sec-Fetch-Site"));
  http::Headers own;
  own.Add("Sec-Fetch-Site", "same-origin");
  EXPECT_THAT(Call(http::Method::kPost, "/v1/sql", own), IsOk());
  EXPECT_THAT(Call(http::Method::kPost, "/v1/sql"), IsOk());
}

TEST_F(QueryAppTest, NamesAQueryParameterThatItDoesNotKnow) {
  EXPECT_THAT(Call(http::Method::kPost, "/v1/sql?databse=x"), HasError(Code::kInvalidArgument, "query:databse"));
}

}  // namespace
}  // namespace tarn::query
