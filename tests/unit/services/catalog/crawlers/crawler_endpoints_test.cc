#include "services/catalog/crawlers/crawler_endpoints.h"

#include <gmock/gmock.h>

#include "common/json/json.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/crawlers/crawlers_at_work.h"

namespace tarn::catalog {
namespace {

using testing::HasSubstr;

class CrawlerEndpointsTest : public testing::Test {
 protected:
  http::Request Request(const std::string& name, const nlohmann::json& body = nullptr) {
    http::Request request;
    request.path_parameters["name"] = name;
    if (!body.is_null()) request.body = body.dump();
    request.headers.Set("content-type", "application/json");
    return request;
  }
  nlohmann::json Json(const Result<http::Response>& response) {
    if (!response.ok()) throw std::runtime_error(response.error().message());
    return json::Parse(response->body).value();
  }

  const nlohmann::json kDefinition = {{"database", "d"}, {"targets", {"transformed/in"}}};
  CrawlersAtWork work_;
  CrawlerEndpoints endpoints_{*work_.definitions, *work_.active, *work_.scheduler, work_.fixture.Tools(),
                              [this] { work_.active->Sync(); }};
};

TEST_F(CrawlerEndpointsTest, MakeShowChangeAndRemoveACrawler) {
  auto put = Request("c", kDefinition);
  auto made = endpoints_.Put(put);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->status, 201);
  EXPECT_EQ(endpoints_.Put(put)->status, 200);
  auto get = Request("c");
  const auto shown = Json(endpoints_.Get(get));
  EXPECT_EQ(shown.at("origin"), "rest");
  EXPECT_EQ(shown.at("definition").at("targets").at(0).at("prefix"), "in/");
  http::Request all;
  EXPECT_EQ(Json(endpoints_.List(all)).at("items").size(), 2u);
  EXPECT_EQ(endpoints_.Delete(get)->status, 204);
  EXPECT_THAT(endpoints_.Get(get), HasError(Code::kNotFound, "c"));
}

TEST_F(CrawlerEndpointsTest, SayWhereADefinitionIsWrong) {
  auto put = Request("c", {{"database", "d"}, {"targets", {"raw"}}, {"recrawl", "all"}});
  const auto refused = endpoints_.Put(put);
  EXPECT_THAT(refused, HasError(Code::kInvalidArgument, "changed, everything, new_folders"));
  EXPECT_EQ(refused.error().where(), "/recrawl");
  auto builtin = Request("default", kDefinition);
  EXPECT_THAT(endpoints_.Put(builtin), HasError(Code::kConflict, "built in"));
  EXPECT_THAT(endpoints_.Delete(builtin), HasError(Code::kConflict, "built in"));
}

TEST_F(CrawlerEndpointsTest, PlanADefinitionThatNobodyHasMade) {
  work_.fixture.Put("in/t/a.csv", "id\n1\n");
  nlohmann::json definition = kDefinition;
  definition["name"] = "new";
  auto request = Request("", definition);
  const auto planned = Json(endpoints_.PlanDefinition(request));
  EXPECT_EQ(planned.at("dry_run"), true);
  EXPECT_EQ(planned.at("tables").at(0).at("outcome"), "created");
  EXPECT_EQ(planned.at("counts").at("tables_added"), 1);
  auto get = Request("new");
  EXPECT_THAT(endpoints_.Get(get), HasError(Code::kNotFound, "new"));
}

TEST_F(CrawlerEndpointsTest, RunACrawlerAndListItsRuns) {
  auto put = Request("c", kDefinition);
  ASSERT_THAT(endpoints_.Put(put), IsOk());
  work_.AwaitLast("c");
  auto run = Request("c", {{"recrawl", "everything"}, {"prefix", "in/"}});
  const auto planned = endpoints_.Run(run);
  ASSERT_THAT(planned, IsOk());
  EXPECT_EQ(planned->status, 202);
  const std::string id = Json(planned).at("id");
  EXPECT_EQ(planned->headers.Find("Location"), "/v1/crawls/" + id);
  while (work_.AwaitLast("c").id != id) std::this_thread::yield();
  auto list = Request("c");
  EXPECT_EQ(Json(endpoints_.ListRuns(list)).at("items").at(0).at("recrawl"), "everything");
  auto wrong = Request("c", {{"recrawl", "some"}});
  EXPECT_THAT(endpoints_.Run(wrong), HasError(Code::kInvalidArgument, "new_folders; got some"));
}

TEST_F(CrawlerEndpointsTest, PauseAndResume) {
  auto put = Request("c", kDefinition);
  ASSERT_THAT(endpoints_.Put(put), IsOk());
  auto request = Request("c");
  EXPECT_FALSE(Json(endpoints_.Pause(request)).at("paused_at").is_null());
  EXPECT_TRUE(Json(endpoints_.Resume(request)).at("paused_at").is_null());
}

}  // namespace
}  // namespace tarn::catalog
