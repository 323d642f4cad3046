#include "services/query/statements/sql_endpoint.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_service.h"

namespace tarn::query {
namespace {

using std::chrono::milliseconds;

class SqlEndpointTest : public testing::Test {
 protected:
  void SetUp() override {
    service_.primary.max_running = 1;
    service_.primary.max_waiting = 0;
    service_.Restart();
  }

  Result<http::Response> Send(http::Request request) {
    SqlEndpoint endpoint(service_.parts(), service_.queue());
    request.cancelled = client_.get_token();
    return endpoint(request);
  }

  Result<http::Response> Post(const std::string& sql, const std::string& accept = "",
                              milliseconds timeout = milliseconds(60'000)) {
    http::Request request;
    request.body = sql;
    request.query_parameters = {{"database", "spotify"}, {"timeout_ms", std::to_string(timeout.count())}};
    if (!accept.empty()) request.headers.Set("Accept", accept);
    return Send(std::move(request));
  }

  std::string Body(Result<http::Response> response) {
    EXPECT_THAT(response, IsOk());
    if (!response.ok()) return "";
    if (!response->stream) return response->body;
    Collector collector;
    EXPECT_THAT(response->stream(collector), IsOk());
    return collector.text;
  }

  nlohmann::json Problem(Result<http::Response> response, int status) {
    EXPECT_THAT(response, IsOk());
    EXPECT_EQ(response->status, status);
    return nlohmann::json::parse(response->body);
  }

  TestService service_;
  std::stop_source client_;
};

TEST_F(SqlEndpointTest, AnswersJsonWithStats) {
  const auto answer = nlohmann::json::parse(Body(Post("SELECT count(*) AS n FROM songs")));
  EXPECT_EQ(answer["columns"], nlohmann::json::parse(R"([{"name": "n", "type": "BIGINT"}])"));
  EXPECT_EQ(answer["rows"], nlohmann::json::parse("[[3]]"));
  const auto& stats = answer["stats"];
  EXPECT_EQ(stats["rows"], 1);
  EXPECT_EQ(stats["files"], 2);
  EXPECT_GT(stats["bytes_scanned"], 0);
  EXPECT_EQ(stats["snapshot"], nlohmann::json::parse(R"([{"table": "spotify.songs", "version": 3}])"));
  EXPECT_LE(stats["plan_ms"], stats["total_ms"]);
}

TEST_F(SqlEndpointTest, AnswersCsvAndNdjsonWhenAsked) {
  EXPECT_EQ(Body(Post("SELECT song_id, song_name FROM songs ORDER BY 1 LIMIT 2", "text/csv")),
            "song_id,song_name\r\ns1,One\r\ns2,\"Two, \"\"too\"\"\"\r\n");
  EXPECT_EQ(Body(Post("SELECT song_id FROM songs ORDER BY 1 LIMIT 1", "application/x-ndjson")),
            "{\"song_id\":\"s1\"}\n");
  EXPECT_THAT(Post("SELECT 1", "image/png"), HasError(Code::kInvalidArgument, "header:Accept"));
}

TEST_F(SqlEndpointTest, AnswersInTheFormatOfTheQueryWhateverAcceptSays) {
  http::Request request;
  request.body = "SELECT 1 AS a, 'x' AS b";
  request.headers.Set("Accept", "text/csv");
  request.query_parameters = {{"format", "text"}};
  EXPECT_THAT(Body(Send(std::move(request))), testing::StartsWith(" a | b\n---+---\n 1 | x\n(1 row"));
  EXPECT_THAT(Body(Post("SELECT 1 AS a", "application/vnd.apache.arrow.stream")),
              testing::StartsWith("\xff\xff\xff\xff"));
  const auto parquet = Post("SELECT 1 AS a", "application/vnd.apache.parquet");
  ASSERT_THAT(parquet, IsOk());
  EXPECT_EQ(Body(parquet).size(), parquet->stream_length);
}

TEST_F(SqlEndpointTest, TurnsErrorsBeforeTheFirstRowIntoProblems) {
  EXPECT_EQ(Problem(Post("SELECT * FROM missing"), 422)["where"], "line 1, column 15");
  const auto problem = Problem(Post("SELECT 'x'::INTEGER"), 422);
  EXPECT_THAT(problem["detail"], testing::HasSubstr("Could not convert"));
  EXPECT_EQ(problem["line"], 1);
  EXPECT_THAT(problem["hint"], testing::HasSubstr("TRY_CAST"));
  EXPECT_THAT(Problem(Post("SELECT CASE WHEN i = 5 THEN 'x' ELSE '1' END::INTEGER FROM range(10) t(i)",
                           "application/vnd.apache.parquet"),
                      422)["detail"],
              testing::HasSubstr("Could not convert"));
  EXPECT_EQ(service_.admission().running(), 0);
}

TEST_F(SqlEndpointTest, ChecksParameters) {
  const auto send = [&](const char* body) {
    http::Request request;
    request.headers.Set("Content-Type", "application/json");
    request.body = body;
    return Send(std::move(request));
  };
  const auto rows = [&](const char* body) { return nlohmann::json::parse(Body(send(body)))["rows"]; };
  EXPECT_EQ(rows(R"({"sql": "SELECT $1 + 1, ($2)::VARCHAR, $3 IS NULL", "parameters": [41, true, null]})"),
            nlohmann::json::parse(R"([[42, "true", true]])"));
  EXPECT_EQ(rows(R"({"sql": "SELECT DATE '2026-01-02' > ?, ? * 2", "parameters": ["2026-01-01", 1.5]})"),
            nlohmann::json::parse("[[true, 3.0]]"));
  EXPECT_EQ(Problem(send(R"({"sql": "SELECT $1 + 1", "parameters": []})"), 422)["where"], "/parameters");
  EXPECT_EQ(Problem(send(R"({"sql": "SELECT ($1)::INTEGER", "parameters": ["x"]})"), 422)["code"],
            "unprocessable");
}

TEST_F(SqlEndpointTest, AnswersWithTheKeptRowsOfAnEarlierStatement) {
  service_.primary.max_running = 2;  // the earlier one may hold its place for a moment after its end
  service_.Restart();
  const auto kept = service_.Submit("SELECT count(*) AS n FROM songs");
  service_.WaitForState(kept.id, StatementState::kSucceeded);
  http::Request request;
  request.body = "SELECT count(*) AS n FROM songs";
  request.query_parameters = {{"database", "spotify"}, {"max_age_ms", "3600000"}};
  const auto answer = nlohmann::json::parse(Body(Send(std::move(request))));
  EXPECT_EQ(answer["rows"], nlohmann::json::parse("[[3]]"));
  EXPECT_EQ(answer["stats"]["reused_result_of"], kept.id);
}

TEST_F(SqlEndpointTest, BreaksTheStreamForErrorsAfterTheFirstRow) {
  auto response =
      Post("SELECT CASE WHEN i = 9000000 THEN 'x' ELSE '1' END::INTEGER FROM range(10000000) t(i)");
  ASSERT_THAT(response, IsOk());
  Collector collector;
  EXPECT_THAT(response->stream(collector), HasError(Code::kUnprocessable, "Could not convert"));
  EXPECT_GT(collector.text.size(), 1000u);
}

TEST_F(SqlEndpointTest, LeavesOutRowsOverMaxRows) {
  http::Request request;
  request.headers.Set("Content-Type", "application/json");
  request.body = R"json({"sql": "SELECT i FROM range(10000000000) t(i)", "max_rows": 2})json";
  const auto answer = nlohmann::json::parse(Body(Send(std::move(request))));
  EXPECT_EQ(answer["rows"], nlohmann::json::parse("[[0],[1]]"));
  EXPECT_EQ(answer["stats"]["truncated"], true);
}

TEST_F(SqlEndpointTest, StopsWhenTheClientLeaves) {
  auto response = Post("SELECT i FROM range(100000000000) t(i)");
  ASSERT_THAT(response, IsOk());
  client_.request_stop();
  Collector collector;
  EXPECT_THAT(response->stream(collector), HasError(Code::kCancelled, ""));
  *response = {};
  EXPECT_EQ(service_.admission().running(), 0);
}

TEST_F(SqlEndpointTest, StopsWhenTheClientReadsNoMore) {
  auto response = Post("SELECT i FROM range(100000000000) t(i)");
  ASSERT_THAT(response, IsOk());
  Collector collector;
  collector.fail_after = 1'000'000;
  EXPECT_THAT(response->stream(collector), HasError(Code::kCancelled, ""));
}

TEST_F(SqlEndpointTest, StopsStatementsThatTakeTooLong) {
  const char* endless = "SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j) WHERE i % 7 = j % 3";
  EXPECT_THAT(Problem(Post(endless, "", milliseconds(200)), 504)["detail"], testing::HasSubstr("200ms"));
}

TEST_F(SqlEndpointTest, RefusesMoreThanMayWait) {
  auto holding = Post("SELECT i FROM range(100000000000) t(i)");
  ASSERT_THAT(holding, IsOk());
  const auto refused = Post("SELECT 1");
  EXPECT_THAT(Problem(refused, 429)["detail"], testing::HasSubstr("/v1/queries"));
  EXPECT_TRUE(refused->headers.Find("Retry-After"));
  *holding = {};
  EXPECT_EQ(Post("SELECT 1")->status, 200);
}

}  // namespace
}  // namespace tarn::query
