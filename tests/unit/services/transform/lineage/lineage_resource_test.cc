#include "services/transform/lineage/lineage_resource.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/transform/lineage/lineage_routes.h"
#include "services/transform/lineage/transform_graph.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class LineageRoutes : public testing::Test {
 protected:
  LineageRoutes() {
    rig_.WritePipelineFile("items/transform.yaml", kItemsYaml);
    rig_.WritePipelineFile("items/models/items.sql", kItemsSql);
    rig_.Load();
    AddLineageRoutes(router_, resource_);
  }

  Result<http::Response> Get(const std::string& target, const std::string& accept = "") {
    http::Request request;
    request.target = target;
    if (!accept.empty()) request.headers.Add("Accept", accept);
    std::string allow;
    TARN_ASSIGN(const http::Route* route, router_.Match(request, &allow));
    return route->handler(request);
  }
  json Body(const std::string& target) {
    const auto response = Get(target);
    EXPECT_THAT(response, IsOk()) << target;
    return response.ok() ? json::parse(response->body) : json();
  }

  TransformRig rig_;
  LineageStore lineage_{rig_.database()};
  TextStore texts_{rig_.database()};
  LineageResource resource_{rig_.store(), rig_.definitions(), lineage_, texts_};
  http::Router router_;
};

TEST_F(LineageRoutes, ShowReplacedObjectsAndTheTextsThatRan) {
  rig_.Put(ItemsKey(1), R"({"items":[{"id":"a"}]})");
  rig_.PlanAndRun();
  const std::string first = rig_.Keys("transformed", "shop/items/").front();
  rig_.Put(ItemsKey(2), R"({"items":[{"id":"b"}]})");
  rig_.PlanAndRun();

  const json old = Body("/v1/lineage?object=transformed/" + first + "&direction=up");
  EXPECT_EQ(old["nodes"][0]["current"], false);
  EXPECT_EQ(old["nodes"][0]["rows"], 1);
  const json& run = old["nodes"][1];
  EXPECT_EQ(run["transform"], "items");
  const std::string hash = run["texts"]["models/items.sql"];
  EXPECT_EQ(Body("/v1/models/" + hash)["text"], kItemsSql);
  EXPECT_EQ(Body("/v1/models/" + run["texts"]["transform.yaml"].get<std::string>())["text"], kItemsYaml);

  const json down = Body("/v1/lineage?object=raw/" + http::PercentEncode(ItemsKey(1)) + "&direction=down");
  EXPECT_EQ(down["nodes"][0]["current"], true);
  EXPECT_EQ(down["nodes"].size(), 4u);  // the raw object, its run, the first table, the merged one
  EXPECT_FALSE(down["truncated"]);
}

TEST_F(LineageRoutes, SayWhatIsWrong) {
  EXPECT_THAT(Get("/v1/lineage"), HasError(Code::kInvalidArgument, "query:object"));
  EXPECT_THAT(Get("/v1/lineage?object=raw"), HasError(Code::kInvalidArgument, "query:object"));
  EXPECT_THAT(Get("/v1/lineage?object=raw/none"), HasError(Code::kNotFound, ""));
  EXPECT_THAT(Get("/v1/lineage?object=raw/none&version=1"), HasError(Code::kNotFound, ""));
  EXPECT_THAT(Get("/v1/lineage?object=raw/a&direction=left"),
              HasError(Code::kInvalidArgument, "query:direction"));
  EXPECT_THAT(Get("/v1/lineage?object=raw/a&depth=0"), HasError(Code::kInvalidArgument, "query:depth"));
  EXPECT_THAT(Get("/v1/lineage?object=raw/a&limit=9999"), HasError(Code::kInvalidArgument, "query:limit"));
  EXPECT_THAT(Get("/v1/models/none"), HasError(Code::kNotFound, "none"));
  rig_.Put("other/a.json", "{}");
  EXPECT_EQ(Body("/v1/lineage?object=raw/other/a.json")["edges"].size(), 0u);
}

TEST_F(LineageRoutes, DrawATransform) {
  const json graph = Body("/v1/transforms/items/graph");
  EXPECT_EQ(graph["nodes"].size(), 3u);
  EXPECT_EQ(graph["edges"][0], json({{"from", "input:input"}, {"to", "model:items"}}));
  const auto text = Get("/v1/transforms/items/graph", "text/plain");
  ASSERT_THAT(text, IsOk());
  EXPECT_EQ(text->body,
            "flowchart LR\n"
            "  input_input[/\"input\"/]\n"
            "  model_items(\"items\")\n"
            "  output_shop_items[(\"shop.items\")]\n"
            "  input_input --> model_items\n"
            "  model_items --> output_shop_items\n");
}

TEST_F(LineageRoutes, KeepATextOnceAndForgetItWithItsRuns) {
  rig_.Put(ItemsKey(1), R"({"items":[{"id":"a"}]})");
  const auto run = rig_.PlanAndRun();
  const std::string old = run.report.lineage.definition;
  EXPECT_EQ(texts_.Files(old)->size(), 2u);
  EXPECT_EQ(run.report.models.at(0).hash, texts_.Files(old)->at(0).second);
  ASSERT_THAT(rig_.database().Execute(
                  "DELETE FROM run_inputs; DELETE FROM runs; UPDATE definitions SET created_ms = 0"),
              IsOk());
  rig_.WritePipelineFile("items/transform.yaml", std::string(kItemsYaml) + "description: new\n");
  rig_.Load();
  TextStore later(rig_.database());
  ASSERT_THAT(later.Keep(*rig_.definitions().Get("items")->definition), IsOk());
  EXPECT_EQ(later.Files(old)->size(), 0u);
  EXPECT_EQ(later.Get(run.report.models.at(0).hash)->text, kItemsSql);
}

}  // namespace
}  // namespace tarn::transform
