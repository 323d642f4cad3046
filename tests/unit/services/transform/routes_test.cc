#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "common/object_store/local_object_store.h"
#include "services/transform/app.h"
#include "services/transform/config.h"
#include "services/transform/routes.h"
#include "tests/support/openapi_check.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {

extern const std::string_view kOpenApi;

namespace {

using http::Method;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

// Sends a request through a router without a server.
Result<http::Response> Send(const http::Router& router, Method method, const std::string& target,
                            const std::string& body = "", const std::string& idempotency_key = "") {
  http::Request request;
  request.method = method;
  request.target = target;
  request.body = body;
  if (!idempotency_key.empty()) request.headers.Add("Idempotency-Key", idempotency_key);
  std::string allow;
  TARN_ASSIGN(const http::Route* route, router.Match(request, &allow));
  return route->handler(request);
}

class Routes : public testing::Test {
 protected:
  Routes() {
    rig_.WritePipelineFile("items/transform.yaml", kItemsYaml);
    rig_.WritePipelineFile("items/models/items.sql", kItemsSql);
    rig_.Load();
    AddRoutes(router_, transforms_, runs_, bookmarks_, dead_letters_, quality_, idempotency_);
  }

  json Body(Method method, const std::string& target, int status, const std::string& body = "") {
    const auto response = Send(router_, method, target, body);
    EXPECT_THAT(response, IsOk()) << target;
    if (!response.ok()) return json();
    EXPECT_EQ(response->status, status) << target;
    return json::parse(response->body);
  }

  TransformRig rig_;
  IdempotencyStore idempotency_{rig_.database()};
  TransformsResource transforms_{rig_.definitions()};
  RunsResource runs_{rig_.runs(), rig_.planner()};
  TriggerClock clock_{rig_.runs(), rig_.definitions(), [] {}};
  BookmarksResource bookmarks_{rig_.store(), rig_.runs(), rig_.definitions(), rig_.planner(), clock_};
  DeadLettersResource dead_letters_{rig_.dead_letters(), rig_.runs(), rig_.planner()};
  QualityStore quality_store_{rig_.database()};
  QualityResource quality_{quality_store_};
  http::Router router_;
};

TEST_F(Routes, ShowTransformsWithTheirModels) {
  const json list = Body(Method::kGet, "/v1/transforms", 200);
  ASSERT_EQ(list["items"].size(), 1u);
  EXPECT_EQ(list["items"][0]["tables"], json::parse(R"(["shop.items"])"));
  const json items = Body(Method::kGet, "/v1/transforms/items", 200);
  EXPECT_EQ(items["definition"]["outputs"][0]["order_by"],
            json::parse(R"(["extracted_at desc","rank desc"])"));
  EXPECT_EQ(items["definition"]["models"][0]["name"], "items");
  EXPECT_EQ(items["load_error"], nullptr);
  EXPECT_THAT(Send(router_, Method::kGet, "/v1/transforms/none"), HasError(Code::kNotFound, "none"));
}

TEST_F(Routes, ShowWhyATransformDoesNotLoad) {
  rig_.WritePipelineFile("broken/transform.yaml", "name: broken\nspeed: 3\n");
  ASSERT_THAT(rig_.definitions().Reload(), IsOk());
  const json broken = Body(Method::kGet, "/v1/transforms/broken", 200);
  EXPECT_EQ(broken["runnable"], false);
  EXPECT_EQ(broken["definition"], nullptr);
  EXPECT_THAT(broken["load_error"]["detail"].get<std::string>(), HasSubstr("unknown key \"speed\""));
  EXPECT_EQ(broken["load_error"]["where"], "transform.yaml: line 2, speed");
}

TEST_F(Routes, RunATransformByHandAndShowTheRun) {
  rig_.Put(ItemsKey(1), R"({"items":[{"id":"a","value":"1"}]})");
  rig_.Put(ItemsKey(2), "{");
  const auto accepted = Send(router_, Method::kPost, "/v1/transforms/items/runs", R"({"prefix":"items/"})");
  ASSERT_THAT(accepted, IsOk());
  EXPECT_EQ(accepted->status, 202);
  EXPECT_EQ(json::parse(accepted->body)["runs"].size(), 1u);
  const std::string location(*accepted->headers.Find("Location"));
  EXPECT_EQ(Body(Method::kGet, location, 200)["state"], "queued");
  rig_.CarryOutRuns();
  const json run = Body(Method::kGet, location, 200);
  EXPECT_EQ(run["state"], "partially_succeeded");
  EXPECT_EQ(run["progress"], 1.0);
  EXPECT_EQ(run["counts"]["items"], 1);
  EXPECT_EQ(run["counts"]["objects"], 2);
  EXPECT_EQ(run["outputs"][0]["rows"], 1);
  EXPECT_EQ(run["outputs"][0]["objects"][0]["bucket"], "transformed");
  EXPECT_EQ(run["inputs"][1]["state"], "dead");
  EXPECT_THAT(run["error"]["where"].get<std::string>(), HasSubstr(ItemsKey(2) + ": byte 1"));
  EXPECT_EQ(Body(Method::kGet, "/v1/runs?transform=items&state=partially_succeeded", 200)["items"].size(),
            1u);
  EXPECT_EQ(Body(Method::kGet, "/v1/runs?state=failed", 200)["items"].size(), 0u);

  const json letters = Body(Method::kGet, "/v1/dead-letters?transform=items", 200);
  ASSERT_EQ(letters["items"].size(), 1u);
  const std::string letter = "/v1/dead-letters/" + letters["items"][0]["id"].get<std::string>();
  EXPECT_EQ(Body(Method::kGet, letter, 200)["byte_offset"], 1);
  const json redrive = Body(Method::kPost, letter + ":redrive", 202);
  EXPECT_EQ(redrive["trigger"], "redrive");
  EXPECT_EQ(Body(Method::kGet, letter, 200)["redrive_run_id"], redrive["id"]);
  EXPECT_THAT(Send(router_, Method::kPost, letter + ":redrive"), HasError(Code::kConflict, ""));
}

TEST_F(Routes, ShowWhatQualityRulesFoundOut) {
  std::string yaml = kItemsYaml;
  yaml.insert(yaml.find("counts:"),
              "    quality: [{severity: warn, rules: 'Rules = [ RowCount > 0, IsComplete \"value\" ]'}]\n");
  rig_.WritePipelineFile("items/transform.yaml", yaml);
  rig_.Load();
  rig_.Put(ItemsKey(1), R"({"items":[{"id":"a","value":"1"},{"id":"b"}]})");
  const auto accepted = Send(router_, Method::kPost, "/v1/transforms/items/runs", R"({"prefix":"items/"})");
  const std::string location(*accepted->headers.Find("Location"));
  EXPECT_EQ(Body(Method::kGet, location, 200)["quality"]["score"], nullptr);
  rig_.CarryOutRuns();
  const json run = Body(Method::kGet, location, 200);
  EXPECT_EQ(run["quality"]["score"], 0.5);
  EXPECT_EQ(run["quality"]["failed"], 1);
  EXPECT_EQ(run["quality"]["results"][1]["failed_rows"], 1);
  EXPECT_FALSE(Body(Method::kGet, "/v1/runs", 200)["items"][0]["quality"].contains("results"));

  const json failed = Body(Method::kGet, "/v1/quality/results?table=shop.items&outcome=failed", 200);
  ASSERT_EQ(failed["items"].size(), 1u);
  EXPECT_EQ(failed["items"][0]["rule"], "IsComplete \"value\"");
  EXPECT_EQ(failed["items"][0]["run_id"], run["id"]);
  EXPECT_EQ(failed["items"][0]["measured"], 0.5);
  EXPECT_EQ(failed["items"][0]["threshold"], nullptr);
  EXPECT_EQ(Body(Method::kGet, "/v1/quality/results?run=none", 200)["items"].size(), 0u);
  const json first = Body(Method::kGet, "/v1/quality/results?limit=1", 200);
  const json second = Body(Method::kGet,
                           "/v1/quality/results?limit=1&page_token=" +
                               http::PercentEncode(first["next_page_token"].get<std::string>()),
                           200);
  EXPECT_EQ(second["items"][0]["outcome"], "failed");
  EXPECT_FALSE(second.contains("next_page_token"));
  const json scores = Body(Method::kGet, "/v1/quality/scores?table=shop.items", 200);
  ASSERT_EQ(scores["items"].size(), 1u);
  EXPECT_EQ(scores["items"][0]["score"], 0.5);
  EXPECT_EQ(scores["items"][0]["rules"], 2);
  EXPECT_THAT(Send(router_, Method::kGet, "/v1/quality/results?outcome=bad"),
              HasError(Code::kInvalidArgument, "query:outcome"));
  const json definition = Body(Method::kGet, "/v1/transforms/items", 200)["definition"];
  EXPECT_EQ(definition["outputs"][0]["quality"][0]["severity"], "warn");
  EXPECT_EQ(definition["outputs"][0]["quality"][0]["rules"][0], "RowCount > 0");
}

TEST_F(Routes, ShowHowFarATransformIs) {
  rig_.Put(ItemsKey(1), R"({"items":[{"id":"a","value":"1"}]})");
  rig_.Put(ItemsKey(2), "{");
  rig_.PlanEvents();
  json bookmarks = Body(Method::kGet, "/v1/transforms/items/bookmarks", 200);
  EXPECT_EQ(bookmarks["counts"]["planned"], 2);
  EXPECT_EQ(bookmarks["oldest_planned"]["key"], ItemsKey(1));
  EXPECT_EQ(bookmarks["lag_events"], 0);
  rig_.CarryOutRuns();
  bookmarks = Body(Method::kGet, "/v1/transforms/items/bookmarks", 200);
  EXPECT_EQ(bookmarks["counts"],
            json::parse(R"({"waiting":0,"planned":0,"published":1,"skipped":0,"dead":1})"));
  EXPECT_EQ(bookmarks["oldest_planned"], nullptr);
  EXPECT_EQ(bookmarks["schedule"], nullptr);
  EXPECT_EQ(bookmarks["publications"], 1);
  EXPECT_THAT(Send(router_, Method::kGet, "/v1/transforms/none/bookmarks"),
              HasError(Code::kNotFound, "none"));
}

TEST_F(Routes, ResetATransform) {
  rig_.Put(ItemsKey(1), R"({"items":[{"id":"a","value":"1"}]})");
  rig_.PlanEvents();
  rig_.CarryOutRuns();
  const json answer = Body(Method::kPost, "/v1/transforms/items:reset", 202);
  EXPECT_EQ(answer["objects"], 1);
  const json run = Body(Method::kGet, "/v1/runs/" + answer["runs"][0].get<std::string>(), 200);
  EXPECT_EQ(run["trigger"], "reset");
  EXPECT_EQ(Body(Method::kGet, "/v1/transforms/items/bookmarks", 200)["resets"], 1);
  EXPECT_THAT(Send(router_, Method::kPost, "/v1/transforms/items:reset", R"({"prefix":1})"),
              HasError(Code::kInvalidArgument, "/prefix"));
}

TEST_F(Routes, CancelARun) {
  rig_.Put(ItemsKey(1), "{}");
  rig_.PlanEvents();
  const std::string run = "/v1/runs/" + rig_.runs().List({})->at(0).id;
  EXPECT_THAT(Send(router_, Method::kPost, run + ":cancel", R"({"inputs":"lose"})"),
              HasError(Code::kInvalidArgument, "/inputs"));
  EXPECT_EQ(Body(Method::kPost, run + ":cancel", 202)["state"], "cancelled");
  EXPECT_EQ(Body(Method::kGet, run, 200)["inputs"][0]["state"], "waiting");
  EXPECT_THAT(Send(router_, Method::kPost, run + ":cancel"), HasError(Code::kConflict, "ended"));
  const json again = Body(Method::kPost, "/v1/transforms/items/runs", 202, "{}");
  EXPECT_EQ(again["runs"], json::array({again["id"]}));
  EXPECT_THAT(Send(router_, Method::kPost, "/v1/transforms/items/runs", "{}"),
              HasError(Code::kUnprocessable, "no object waits"));
}

TEST_F(Routes, TreatDeadLettersTogether) {
  for (int i = 1; i <= 3; ++i) rig_.Put(ItemsKey(i), "{");
  rig_.PlanEvents();
  rig_.CarryOutRuns();
  const auto count = [&] { return Body(Method::kGet, "/v1/dead-letters:count?transform=items", 200); };
  EXPECT_EQ(count(), json::parse(R"({"open":3,"redriving":0,"resolved":0})"));
  EXPECT_EQ(Body(Method::kPost, "/v1/dead-letters:acknowledge", 200,
                 R"({"prefix":"items/run=20260101T000003Z"})")["acknowledged"],
            1);
  const json redrive = Body(Method::kPost, "/v1/dead-letters:redrive", 202, R"({"transform":"items"})");
  EXPECT_EQ(redrive["redriven"], 2);
  EXPECT_EQ(redrive["runs"].size(), 1u);
  EXPECT_EQ(count(), json::parse(R"({"open":0,"redriving":2,"resolved":1})"));
  const json resolved = Body(Method::kGet, "/v1/dead-letters?state=resolved", 200)["items"][0];
  EXPECT_EQ(resolved["resolution"], "acknowledged");
  const std::string letter = "/v1/dead-letters/" + resolved["id"].get<std::string>();
  EXPECT_EQ(Body(Method::kPost, letter + ":acknowledge", 200)["state"], "resolved");
  EXPECT_EQ(Send(router_, Method::kDelete, letter)->status, 204);
  EXPECT_THAT(Send(router_, Method::kGet, letter), HasError(Code::kNotFound, ""));
  EXPECT_THAT(Send(router_, Method::kGet, "/v1/dead-letters?state=lost"),
              HasError(Code::kInvalidArgument, "query:state"));
  EXPECT_THAT(Send(router_, Method::kPost, "/v1/dead-letters:redrive"),
              HasError(Code::kInvalidArgument, "byte 0"));
}

TEST_F(Routes, PageThroughRuns) {
  rig_.Put(ItemsKey(1), "{}");
  for (int i = 0; i < 3; ++i) Body(Method::kPost, "/v1/transforms/items/runs", 202, R"({"prefix":"items/"})");
  const json first = Body(Method::kGet, "/v1/runs?limit=2", 200);
  ASSERT_EQ(first["items"].size(), 2u);
  const json second = Body(
      Method::kGet,
      "/v1/runs?limit=2&page_token=" + http::PercentEncode(first["next_page_token"].get<std::string>()), 200);
  ASSERT_EQ(second["items"].size(), 1u);
  EXPECT_FALSE(second.contains("next_page_token"));
  EXPECT_LT(second["items"][0]["id"], first["items"][1]["id"]);
}

TEST_F(Routes, GiveTheFirstAnswerToARepeatedKey) {
  rig_.Put(ItemsKey(1), "{}");
  const auto first =
      Send(router_, Method::kPost, "/v1/transforms/items/runs", R"({"prefix":"items/"})", "key");
  const auto again =
      Send(router_, Method::kPost, "/v1/transforms/items/runs", R"({"prefix":"items/"})", "key");
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->body, first->body);
  EXPECT_EQ(rig_.runs().List({})->size(), 1u);
}

TEST_F(Routes, SayWhatIsWrongWithARunRequest) {
  struct Case {
    const char *body, *where;
  };
  const Case cases[] = {
      {"{", "byte 1"},
      {"[]", "/"},
      {R"({"prefix":"a","objects":[]})", ""},
      {R"({"prefix":7})", "/prefix"},
      {R"({"prefixes":"a"})", "/prefixes"},
      {R"({"objects":[]})", "/objects"},
      {R"({"objects":[7]})", "/objects/0"},
      {R"({"objects":[{"bucket":"raw"}]})", "/objects/0/key"},
      {R"({"objects":[{"bucket":"raw","key":"a","version":"1"}]})", "/objects/0/version"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(Send(router_, Method::kPost, "/v1/transforms/items/runs", c.body),
                HasError(Code::kInvalidArgument, c.where))
        << c.body;
  }
  EXPECT_THAT(Send(router_, Method::kGet, "/v1/runs?state=asleep"),
              HasError(Code::kInvalidArgument, "query:state"));
  EXPECT_THAT(Send(router_, Method::kGet, "/v1/runs/none"), HasError(Code::kNotFound, "none"));
}

TEST(TransformApp, ServesExactlyTheRoutesOfItsOpenApiDocument) {
  TempDirectory directory;
  service::CommonOptions common;
  common.home = (directory / "home").string();
  common.pipelines = (directory / "pipelines").string();
  const TransformOptions options;
  metrics::Registry metrics;
  const auto app = OpenApp(common, options, metrics);
  ASSERT_THAT(app, IsOk());
  EXPECT_THAT(OpenApiDifferences((*app)->MakeRouter(), kOpenApi), IsEmpty());
}

TEST(TransformApp, TransformsObjectsThatAnotherServiceCommits) {
  TempDirectory directory;
  service::CommonOptions common;
  common.home = (directory / "home").string();
  common.pipelines = (directory / "pipelines").string();
  std::filesystem::create_directories(directory / "pipelines/items/models");
  std::ofstream(directory / "pipelines/items/transform.yaml") << kItemsYaml;
  std::ofstream(directory / "pipelines/items/models/items.sql") << kItemsSql;
  const auto extract = object_store::OpenLocalStore({common.lake(), "extract"});
  ASSERT_THAT(extract, IsOk());
  ASSERT_THAT((*extract)->EnsureBucket("raw"), IsOk());
  ASSERT_THAT((*extract)->Put("raw", ItemsKey(1), R"({"items":[{"id":"a","value":"1"}]})"), IsOk());

  const TransformOptions options;
  metrics::Registry metrics;
  auto app = OpenApp(common, options, metrics);
  ASSERT_THAT(app, IsOk());
  ASSERT_THAT((*app)->Started(1), IsOk());
  const http::Router router = (*app)->MakeRouter();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  json runs;
  do {
    runs = json::parse(Send(router, Method::kGet, "/v1/runs?state=succeeded")->body);
    std::this_thread::yield();
  } while (runs["items"].empty() && std::chrono::steady_clock::now() < deadline);
  ASSERT_EQ(runs["items"].size(), 1u);
  EXPECT_THAT((*extract)->Head("transformed", runs["items"][0]["outputs"][0]["objects"][0]["key"]), IsOk());
  (*app)->Stopping();
}

}  // namespace
}  // namespace tarn::transform
