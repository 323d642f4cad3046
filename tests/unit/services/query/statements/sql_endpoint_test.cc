#include "services/query/statements/sql_endpoint.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_lake.h"

namespace tarn::query {
namespace {

using std::chrono::milliseconds;

class Collector : public http::BodyWriter {
 public:
  Status Write(std::string_view data) override {
    text += data;
    return fail_after && text.size() > *fail_after ? Status(Error(Code::kCancelled, "the client left")) : Ok();
  }
  std::string text;
  std::optional<size_t> fail_after;
};

class SqlEndpointTest : public testing::Test {
 protected:
  void SetUp() override { AddGoldenTables(lake_); }

  Result<http::Response> Post(const std::string& sql, const std::string& accept = "", milliseconds timeout = milliseconds(60'000)) {
    SqlEndpoint endpoint(lake_.runner(), admission_, metrics_, timeout);
    http::Request request;
    request.body = sql;
    request.cancelled = client_.get_token();
    request.query_parameters = {{"database", "spotify"}};
    if (!accept.empty()) request.headers.Set("Accept", accept);
    return endpoint(request);
  }

  std::string Body(Result<http::Response> response) {
    EXPECT_THAT(response, IsOk());
    if (!response.ok()) return "";
    Collector collector;
    EXPECT_THAT(response->stream(collector), IsOk());
    return collector.text;
  }

  TestLake lake_;
  Admission admission_{1, 0};
  metrics::Registry registry_;
  StatementMetrics metrics_{registry_};
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
  EXPECT_EQ(Body(Post("SELECT song_id, song_name FROM songs ORDER BY 1 LIMIT 2", "text/csv")), "song_id,song_name\r\ns1,One\r\ns2,\"Two, \"\"too\"\"\"\r\n");
  EXPECT_EQ(Body(Post("SELECT song_id FROM songs ORDER BY 1 LIMIT 1", "application/x-ndjson")), "{\"song_id\":\"s1\"}\n");
  EXPECT_THAT(Post("SELECT 1", "image/png"), HasError(Code::kInvalidArgument, "header:Accept"));
}

TEST_F(SqlEndpointTest, TurnsErrorsBeforeTheFirstRowIntoProblems) {
  EXPECT_THAT(Post("SELECT * FROM missing"), HasError(Code::kUnprocessable, "line 1, column 15"));
  EXPECT_THAT(Post("SELECT 'x'::INTEGER"), HasError(Code::kUnprocessable, "Could not convert"));
  EXPECT_EQ(admission_.running(), 0);
}

TEST_F(SqlEndpointTest, BreaksTheStreamForErrorsAfterTheFirstRow) {
  auto response = Post("SELECT CASE WHEN i = 9000000 THEN 'x' ELSE '1' END::INTEGER FROM range(10000000) t(i)");
  ASSERT_THAT(response, IsOk());
  Collector collector;
  EXPECT_THAT(response->stream(collector), HasError(Code::kUnprocessable, "Could not convert"));
  EXPECT_GT(collector.text.size(), 1000u);
}

TEST_F(SqlEndpointTest, LeavesOutRowsOverMaxRows) {
  SqlEndpoint endpoint(lake_.runner(), admission_, metrics_, milliseconds(60'000));
  http::Request request;
  request.headers.Set("Content-Type", "application/json");
  request.body = R"json({"sql": "SELECT i FROM range(10000000000) t(i)", "max_rows": 2})json";
  const auto answer = nlohmann::json::parse(Body(endpoint(request)));
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
  EXPECT_EQ(admission_.running(), 0);
}

TEST_F(SqlEndpointTest, StopsWhenTheClientReadsNoMore) {
  auto response = Post("SELECT i FROM range(100000000000) t(i)");
  ASSERT_THAT(response, IsOk());
  Collector collector;
  collector.fail_after = 1'000'000;
  EXPECT_THAT(response->stream(collector), HasError(Code::kCancelled, ""));
}

TEST_F(SqlEndpointTest, StopsStatementsThatTakeTooLong) {
  EXPECT_THAT(Post("SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j) WHERE i % 7 = j % 3", "", milliseconds(200)),
              HasError(Code::kDeadlineExceeded, "200ms"));
}

TEST_F(SqlEndpointTest, RefusesMoreThanMayWait) {
  auto holding = Post("SELECT i FROM range(100000000000) t(i)");
  ASSERT_THAT(holding, IsOk());
  EXPECT_THAT(Post("SELECT 1"), HasError(Code::kResourceExhausted, "/v1/queries"));
  *holding = {};
  EXPECT_THAT(Post("SELECT 1"), IsOk());
}

}  // namespace
}  // namespace tarn::query
