#include "services/extract/schedules/schedule_endpoints.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/schedules/schedule_lab.h"

namespace tarn::extract {
namespace {

using nlohmann::json;

class Endpoints : public testing::Test {
 protected:
  Endpoints() : endpoints_(*lab_.scheduler, [this] { return lab_.now; }) {
    AddScheduleRoutes(router_, endpoints_);
  }

  /// The answer's JSON, or {"error": ...}.
  json Call(http::Method method, const std::string& target) {
    http::Request request;
    request.method = method;
    request.target = target;
    std::string allow;
    const auto route = router_.Match(request, &allow);
    if (!route.ok()) return {{"error", Describe(route.error())}};
    const auto response = (*route)->handler(request);
    if (!response.ok()) return {{"error", Describe(response.error())}};
    EXPECT_EQ(response->status, 200);
    return *tarn::json::Parse(response->body);
  }
  json Get(const std::string& target) { return Call(http::Method::kGet, target); }
  json Post(const std::string& target) { return Call(http::Method::kPost, target); }

  ScheduleLab lab_;
  ScheduleEndpoints endpoints_;
  http::Router router_;
};

TEST_F(Endpoints, ShowTheNextTenFiringsAndTheLast) {
  lab_.Define("songs", R"({"cron":"30 1,3 * * *","time_zone":"Europe/Berlin"})");
  lab_.AdvanceTo("2026-03-28T12:00:00Z");
  const json shown = Get("/v1/schedules/songs");
  EXPECT_EQ(shown["state"], "active");
  EXPECT_EQ(shown["definition"]["cron"], "30 1,3 * * *");
  EXPECT_EQ(shown["next_firings"].size(), 10u);
  EXPECT_EQ(shown["next_firing"], shown["next_firings"][0]);
  EXPECT_EQ(shown["next_firings"][0], json({{"scheduled_for", "2026-03-29T00:30:00.000Z"},
                                            {"local_time", "2026-03-29T01:30:00+01:00"},
                                            {"starts_at", "2026-03-29T00:30:00.000Z"}}));
  EXPECT_EQ(shown["next_firings"][1]["local_time"], "2026-03-29T03:30:00+02:00");
  EXPECT_EQ(shown["last_firing"]["scheduled_for"], "2026-03-28T02:30:00.000Z");
  EXPECT_EQ(shown["last_firing"]["outcome"], "started");
  EXPECT_TRUE(shown["last_firing"]["run_id"].is_string());
}

TEST_F(Endpoints, ListSchedulesInPages) {
  for (const char* name : {"a", "b", "c"}) lab_.Define(name, R"("daily")");
  const json first = Get("/v1/schedules?limit=2");
  EXPECT_EQ(first["items"].size(), 2u);
  const json second = Get("/v1/schedules?limit=2&page_token=" + first["next_page_token"].get<std::string>());
  ASSERT_EQ(second["items"].size(), 1u);
  EXPECT_EQ(second["items"][0]["name"], "c");
  EXPECT_FALSE(second.contains("next_page_token"));
}

TEST_F(Endpoints, PauseAndResume) {
  lab_.Define("songs", R"("daily")");
  const json paused = Post("/v1/schedules/songs:pause");
  EXPECT_EQ(paused["state"], "paused");
  EXPECT_EQ(paused["paused_by"], "request");
  EXPECT_EQ(paused["paused_at"], "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(paused["next_firing"], nullptr);
  EXPECT_EQ(Get("/v1/schedules/songs")["next_firings"], json::array());
  const json resumed = Post("/v1/schedules/songs:resume");
  EXPECT_EQ(resumed["state"], "active");
  EXPECT_EQ(resumed["paused_at"], nullptr);
}

TEST_F(Endpoints, ShowADefinitionThatIsPausedOrHasEnded) {
  lab_.Define("paused", R"({"cron":"daily","paused":true})");
  EXPECT_EQ(Get("/v1/schedules/paused")["paused_by"], "definition");
  EXPECT_NE(Post("/v1/schedules/paused:resume")["error"].get<std::string>().find("conflict"),
            std::string::npos);
  lab_.Define("ended", R"({"at":"2025-01-01"})");
  EXPECT_EQ(Get("/v1/schedules/ended")["state"], "ended");
  EXPECT_EQ(Get("/v1/schedules/ended")["next_firings"], json::array());
}

TEST_F(Endpoints, SayWhatIsWrong) {
  EXPECT_NE(Get("/v1/schedules/nothing")["error"].get<std::string>().find("not_found"), std::string::npos);
  EXPECT_NE(Post("/v1/schedules/nothing:pause")["error"].get<std::string>().find("not_found"),
            std::string::npos);
  EXPECT_NE(Get("/v1/schedules?limit=0")["error"].get<std::string>().find("query:limit"), std::string::npos);
  EXPECT_NE(Get("/v1/schedules?page_token=%21")["error"].get<std::string>().find("query:page_token"),
            std::string::npos);
  EXPECT_NE(Get("/v1/schedules?state=x")["error"].get<std::string>().find("query:state"), std::string::npos);
}

}  // namespace
}  // namespace tarn::extract
