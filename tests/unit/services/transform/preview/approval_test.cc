#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/transform/preview/preview_resource.h"
#include "services/transform/preview/preview_routes.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

using http::Method;
using nlohmann::json;
using testing::HasSubstr;

std::string TestsThatExpect(const std::string& value) {
  return "tests:\n  - name: one page\n    given: {input: [{document: {items: [{id: a, value: \"1\"}]}}]}\n"
         "    expect: {shop.items: [{id: a, value: \"" +
         value + "\"}]}\n";
}

class Approval : public testing::Test {
 protected:
  Approval() {
    rig_.definitions().SetApproval(
        [this](const Definition& definition) { return tests_.Check(definition, {}); });
    sql_check_ = *SqlCheck::Open();
    preview_.emplace(rig_.store(), *sql_check_, PreviewOptions());
    resource_.emplace(rig_.definitions(), *preview_, tests_, 1);
    AddPreviewRoutes(router_, *resource_);
    rig_.WritePipelineFile("items/models/items.sql", kItemsSql);
  }

  LoadedTransform Write(const std::string& yaml) {
    rig_.WritePipelineFile("items/transform.yaml", yaml);
    EXPECT_THAT(rig_.definitions().Reload(), IsOk());
    return *rig_.definitions().Get("items");
  }

  Result<http::Response> Post(const std::string& target, const std::string& body = "") {
    http::Request request;
    request.method = Method::kPost;
    request.target = target;
    request.body = body;
    std::string allow;
    TARN_ASSIGN(const http::Route* route, router_.Match(request, &allow));
    return route->handler(request);
  }

  TransformRig rig_;
  TestRunner tests_;
  std::unique_ptr<SqlCheck> sql_check_;
  std::optional<Preview> preview_;
  std::optional<PreviewResource> resource_;
  http::Router router_;
};

TEST_F(Approval, LetsADefinitionLiveOnlyIfItsTestsPass) {
  const LoadedTransform wrong = Write(kItemsYaml + TestsThatExpect("2"));
  EXPECT_EQ(wrong.definition, nullptr);
  ASSERT_TRUE(wrong.load_error);
  EXPECT_THAT(wrong.load_error->message(), HasSubstr("\"one page\" fails"));
  EXPECT_THAT(wrong.load_error->message(), HasSubstr("value is \"1\", expected \"2\""));
  EXPECT_EQ(wrong.load_error->where(), "transform.yaml: tests[0]");

  const LoadedTransform right = Write(kItemsYaml + TestsThatExpect("1"));
  ASSERT_NE(right.definition, nullptr);
  EXPECT_FALSE(right.load_error);

  const LoadedTransform broken = Write(kItemsYaml + TestsThatExpect("3"));
  ASSERT_NE(broken.definition, nullptr);
  EXPECT_EQ(broken.definition->hash, right.definition->hash);
  EXPECT_TRUE(broken.load_error);

  const auto report = Post("/v1/transforms/items/test");
  ASSERT_THAT(report, IsOk());
  const json body = json::parse(report->body);
  EXPECT_EQ(body["failed"], 1);
  EXPECT_EQ(body["tests"][0]["diffs"][0]["relation"], "shop.items");
}

TEST_F(Approval, RunsTheTestThatIsAskedFor) {
  Write(kItemsYaml + TestsThatExpect("1"));
  EXPECT_EQ(json::parse(Post("/v1/transforms/items/test?test=one%20page")->body)["passed"], 1);
  EXPECT_THAT(Post("/v1/transforms/items/test?test=none"), HasError(Code::kNotFound, ""));
  EXPECT_THAT(Post("/v1/transforms/none/test"), HasError(Code::kNotFound, ""));
}

TEST_F(Approval, ShowsRowsWithTheirTypes) {
  Write(kItemsYaml);
  rig_.Put(ItemsKey(1), R"({"items":[{"id":"a","value":"1","rank":2}]})");
  const auto shown = Post("/v1/transforms/items/preview", R"({"output":"shop.items","limit":5})");
  ASSERT_THAT(shown, IsOk());
  const json body = json::parse(shown->body);
  EXPECT_EQ(body["rows"], json::parse(R"([["a","1"]])"));
  EXPECT_EQ(body["columns"][0], json::parse(R"({"name":"id","type":"VARCHAR"})"));
  EXPECT_EQ(body["objects"][0]["key"], ItemsKey(1));
}

TEST_F(Approval, SaysWhatIsWrongWithARequest) {
  Write(kItemsYaml);
  struct Case {
    const char *body, *where;
  };
  for (const Case& c : {Case{"{}", ""}, Case{R"({"model":"a","output":"b"})", ""},
                        Case{R"({"model":"items","limit":1001})", "/limit"},
                        Case{R"({"model":"items","objects":[]})", "/objects"},
                        Case{R"({"model":"items","objects":[{"bucket":"raw"}]})", "/objects/0/key"},
                        Case{R"({"model":"items","speed":1})", "/speed"},
                        Case{R"({"model":"items","sql":"SELECT"})", "/sql"}}) {
    EXPECT_THAT(Post("/v1/transforms/items/preview", c.body), HasError(Code::kInvalidArgument, c.where))
        << c.body;
  }
  EXPECT_THAT(Post("/v1/transforms/items/preview", R"({"model":"none"})"),
              HasError(Code::kNotFound, "/model"));
}

TEST_F(Approval, TurnsAwayWhoComesWhileAllPlacesAreTaken) {
  Write(kItemsYaml + TestsThatExpect("1"));
  PreviewResource full(rig_.definitions(), *preview_, tests_, 0);
  http::Router router;
  AddPreviewRoutes(router, full);
  http::Request request;
  request.method = Method::kPost;
  request.target = "/v1/transforms/items/test";
  std::string allow;
  const auto response = (*router.Match(request, &allow))->handler(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 429);
  EXPECT_EQ(response->headers.Find("Retry-After"), "1");
}

}  // namespace
}  // namespace tarn::transform
