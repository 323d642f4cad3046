#include "services/query/statements/statement_request.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"

namespace tarn::query {
namespace {

Result<StatementRequest> Read(const char* json) { return ReadStatementRequest(nlohmann::json::parse(json)); }

TEST(StatementRequest, ReadsEveryMember) {
  const auto request = Read(R"({"sql": "SELECT $1", "database": "d", "parameters": ["a", 1, 1.5, true, null], "max_rows": 3,
                              "workgroup": "w", "timeout_ms": 5, "max_age_ms": 0})");
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->sql, "SELECT $1");
  EXPECT_EQ(request->database, "d");
  using duckdb::Parameter;
  EXPECT_EQ(request->parameters, (std::vector<Parameter>{std::string("a"), int64_t{1}, 1.5, true, std::monostate()}));
  EXPECT_EQ(ParametersFromJson(ParametersJson(request->parameters)), request->parameters);
  EXPECT_EQ(request->max_rows, 3);
  EXPECT_EQ(request->workgroup, "w");
  EXPECT_EQ(request->timeout, std::chrono::milliseconds(5));
  EXPECT_EQ(request->max_age, std::chrono::milliseconds(0));
}

TEST(StatementRequest, NamesTheMemberAtFault) {
  EXPECT_THAT(Read("{}"), HasError(Code::kInvalidArgument, "/sql"));
  EXPECT_THAT(Read("[]"), HasError(Code::kInvalidArgument, "object"));
  EXPECT_THAT(Read(R"({"sql": 1})"), HasError(Code::kInvalidArgument, "/sql"));
  EXPECT_THAT(Read(R"({"sql": "x", "max_rows": -1})"), HasError(Code::kInvalidArgument, "/max_rows"));
  EXPECT_THAT(Read(R"({"sql": "x", "parameters": ["a", []]})"), HasError(Code::kInvalidArgument, "/parameters/1"));
  EXPECT_THAT(Read(R"({"sql": "x", "timeout_ms": 0})"), HasError(Code::kInvalidArgument, "/timeout_ms"));
  EXPECT_THAT(Read(R"({"sql": "x", "max_age_ms": -1})"), HasError(Code::kInvalidArgument, "/max_age_ms"));
  EXPECT_THAT(Read(R"({"sql": "x", "colour": 1})"), HasError(Code::kInvalidArgument, "/colour"));
}

TEST(StatementRequest, TakesTheDialectFromTheBodyOrTheQuery) {
  EXPECT_EQ(Read(R"({"sql": "x"})")->dialect, Dialect::kDuckDb);
  EXPECT_EQ(Read(R"({"sql": "x", "dialect": "athena"})")->dialect, Dialect::kAthena);
  EXPECT_THAT(Read(R"({"sql": "x", "dialect": "Athena"})"), HasError(Code::kInvalidArgument, "/dialect"));
  http::Request request;
  request.body = "SELECT 1";
  request.query_parameters = {{"dialect", "athena"}};
  EXPECT_EQ(ReadSqlRequest(request)->dialect, Dialect::kAthena);
  request.headers.Set("Content-Type", "application/json");
  request.body = R"({"sql": "SELECT 1", "dialect": "duckdb"})";
  EXPECT_EQ(ReadSqlRequest(request)->dialect, Dialect::kDuckDb);
  request.query_parameters = {{"dialect", "presto"}};
  EXPECT_THAT(ReadSqlRequest(request), HasError(Code::kInvalidArgument, "query:dialect"));
}

TEST(SqlRequest, TakesTheBodyAsItIsUnlessItSaysJson) {
  http::Request request;
  request.body = "SELECT 'a+b%20c'";
  request.headers.Set("Content-Type", "application/x-www-form-urlencoded");
  request.query_parameters = {{"database", "spotify"}};
  auto read = ReadSqlRequest(request);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->sql, "SELECT 'a+b%20c'");
  EXPECT_EQ(read->database, "spotify");
  request.headers.Set("Content-Type", "application/json; charset=utf-8");
  EXPECT_THAT(ReadSqlRequest(request), HasError(Code::kInvalidArgument, "byte"));
  request.body = R"({"sql": "SELECT 1", "database": "other"})";
  read = ReadSqlRequest(request);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->database, "other");
}

}  // namespace
}  // namespace tarn::query
