#include "common/http/router.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::http {
namespace {

Handler Named(std::string name) {
  return [name](Request&) -> Result<Response> { return Response::Text(200, name); };
}

RouteOptions Queries(std::vector<std::string> names) {
  RouteOptions options;
  options.query_parameters = std::move(names);
  return options;
}

class RouterTest : public testing::Test {
 protected:
  void Get(const std::string& pattern) { router_.Get(pattern, {}, Named(pattern)); }

  // The pattern of the route that takes the target, or the error's code.
  std::string Find(Method method, const std::string& target) {
    request_ = Request();
    request_.method = method;
    request_.target = target;
    allow_.clear();
    const auto route = router_.Match(request_, &allow_);
    return route.ok() ? (*route)->pattern : CodeName(route.error().code());
  }

  Router router_;
  Request request_;
  std::string allow_;
};

TEST_F(RouterTest, FindsALiteralPath) {
  Get("/v1/runs");
  EXPECT_EQ(Find(Method::kGet, "/v1/runs"), "/v1/runs");
  EXPECT_EQ(request_.path, "/v1/runs");
  EXPECT_EQ(Find(Method::kGet, "/v1/runs/"), "not_found");
  EXPECT_EQ(Find(Method::kGet, "/v1"), "not_found");
  EXPECT_EQ(Find(Method::kGet, "//v1/runs"), "not_found");
}

TEST_F(RouterTest, PrefersALiteralSegmentOverAParameter) {
  Get("/v1/{kind}/latest");
  Get("/v1/runs/{id}");
  EXPECT_EQ(Find(Method::kGet, "/v1/runs/latest"), "/v1/runs/{id}");
  EXPECT_EQ(Find(Method::kGet, "/v1/tables/latest"), "/v1/{kind}/latest");
}

TEST_F(RouterTest, PrefersACustomMethodOverAPlainParameter) {
  Get("/v1/runs/{id}");
  Get("/v1/runs/{id}:cancel");
  EXPECT_EQ(Find(Method::kGet, "/v1/runs/a%3Ab:cancel"), "/v1/runs/{id}:cancel");
  EXPECT_EQ(request_.PathParameter("id"), "a:b");
  EXPECT_EQ(Find(Method::kGet, "/v1/runs/a:other"), "/v1/runs/{id}");
  EXPECT_EQ(request_.PathParameter("id"), "a:other");
  EXPECT_EQ(Find(Method::kGet, "/v1/runs/:cancel"), "/v1/runs/{id}");
}

TEST_F(RouterTest, TakesACustomMethodForNoNameOfAnotherMethod) {
  router_.Post("/v1/runs/{id}:cancel", {}, Named("cancel"));
  router_.Delete("/v1/runs/{id}", {}, Named("delete"));
  EXPECT_EQ(Find(Method::kDelete, "/v1/runs/a:cancel"), "method_not_allowed");
  EXPECT_EQ(allow_, "POST, OPTIONS");
  EXPECT_EQ(Find(Method::kDelete, "/v1/runs/a:other"), "/v1/runs/{id}");
}

TEST_F(RouterTest, GivesTheRestOfThePathToALastParameter) {
  Get("/{bucket}/{key...}");
  EXPECT_EQ(Find(Method::kGet, "/raw/a/b%20c//d%2Fe"), "/{bucket}/{key...}");
  EXPECT_EQ(request_.PathParameter("key"), "a/b c//d/e");
  EXPECT_EQ(Find(Method::kGet, "/raw/"), "/{bucket}/{key...}");
  EXPECT_EQ(request_.PathParameter("key"), "");
  EXPECT_EQ(Find(Method::kGet, "/raw"), "not_found");
}

TEST_F(RouterTest, MatchesTheRestLast) {
  Get("/{path...}");
  Get("/v1/runs");
  EXPECT_EQ(Find(Method::kGet, "/v1/runs"), "/v1/runs");
  EXPECT_EQ(Find(Method::kGet, "/"), "/{path...}");
  EXPECT_EQ(Find(Method::kGet, "/v1/other"), "/{path...}");
}

TEST_F(RouterTest, ChoosesAmongRoutesOfTheMethodOnly) {
  Get("/v1/{name}");
  router_.Post("/v1/list", {}, Named("list"));
  EXPECT_EQ(Find(Method::kGet, "/v1/list"), "/v1/{name}");
  EXPECT_EQ(Find(Method::kPost, "/v1/list"), "/v1/list");
}

TEST_F(RouterTest, DecodesEachSegmentByItself) {
  Get("/a/{x}/b");
  EXPECT_EQ(Find(Method::kGet, "/%61/1%2F2/b"), "/a/{x}/b");
  EXPECT_EQ(request_.PathParameter("x"), "1/2");
}

TEST_F(RouterTest, NeverMatchesAnEmptySegmentWithAParameter) {
  Get("/a/{x}/b");
  EXPECT_EQ(Find(Method::kGet, "/a//b"), "not_found");
}

TEST_F(RouterTest, AnswersHeadWhereThereIsAGet) {
  Get("/a");
  EXPECT_EQ(Find(Method::kHead, "/a"), "/a");
  router_.Add(Method::kHead, "/{b}", {}, Named("head"));
  EXPECT_EQ(Find(Method::kHead, "/b"), "/{b}");
}

TEST_F(RouterTest, ListsTheAllowedMethods) {
  Get("/a");
  router_.Delete("/{x}", {}, Named("delete"));
  EXPECT_EQ(Find(Method::kPost, "/a"), "method_not_allowed");
  EXPECT_EQ(allow_, "GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(*router_.AllowedMethods("/b?q=1"), "DELETE, OPTIONS");
  EXPECT_EQ(*router_.AllowedMethods("/b/c"), "");
}

TEST_F(RouterTest, RefusesBrokenEscapes) {
  Get("/{x}");
  for (const char* target : {"/%", "/%4", "/%zz", "/%00", "/%ff", "/%c0%80", "/%ed%a0%80", "x", ""}) {
    EXPECT_EQ(Find(Method::kGet, target), "invalid_argument") << target;
  }
}

TEST_F(RouterTest, ReadsQueryParametersInOrder) {
  router_.Get("/a", Queries({"x", "y"}), Named("a"));
  EXPECT_EQ(Find(Method::kGet, "/a?x=1&y=%26+&x=2&&y"), "/a");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"x", "1"}, {"y", "&+"}, {"x", "2"}, {"y", ""}};
  EXPECT_EQ(request_.query_parameters, expected);
  EXPECT_EQ(request_.Query("x"), "1");
  EXPECT_EQ(request_.Query("z"), std::nullopt);
}

TEST_F(RouterTest, NamesAnUnknownQueryParameter) {
  router_.Get("/a", Queries({"limit"}), Named("a"));
  request_.target = "/a?limt=5";
  EXPECT_THAT(router_.Match(request_, &allow_), HasError(Code::kInvalidArgument, "query:limt"));
  request_.target = "/a?limit=%zz";
  EXPECT_THAT(router_.Match(request_, &allow_), HasError(Code::kInvalidArgument, "query:limit"));
}

TEST_F(RouterTest, LabelsMetricsWithThePatternUnlessNamed) {
  Get("/a/{x}");
  RouteOptions named;
  named.name = "everything";
  router_.Get("/{rest...}", named, Named("rest"));
  EXPECT_EQ(router_.routes()[0].options.name, "/a/{x}");
  EXPECT_EQ(router_.routes()[1].options.name, "everything");
}

TEST(JsonBody, TakesJsonUpToAMebibyte) {
  const RouteOptions options = JsonBody({"dry_run"});
  EXPECT_EQ(options.body, BodyMode::kBuffered);
  EXPECT_EQ(options.body_limit_bytes, 1u << 20);
  EXPECT_EQ(options.content_types, std::vector<std::string>{"application/json"});
  EXPECT_EQ(options.query_parameters, std::vector<std::string>{"dry_run"});
}

TEST_F(RouterTest, TakesAnyQueryWhereTheRouteDoes) {
  RouteOptions options;
  options.any_query = true;
  router_.Get("/{path...}", options, Named("any"));
  EXPECT_EQ(Find(Method::kGet, "/b?uploads&prefix=a+b%2Bc%20d&prefix=&=x&&list-type=2"), "/{path...}");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"uploads", ""}, {"prefix", "a b+c d"}, {"prefix", ""}, {"", "x"}, {"list-type", "2"}};
  EXPECT_EQ(request_.query_parameters, expected);
  EXPECT_EQ(Find(Method::kGet, "/b?prefix=%f"), "invalid_argument");
  EXPECT_EQ(Find(Method::kGet, "/b?prefix=%00"), "invalid_argument");
  EXPECT_EQ(Find(Method::kGet, "/b?%ff"), "invalid_argument");
}

}  // namespace
}  // namespace tarn::http
