#include "services/query/saved_queries/saved_query_endpoints.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_service.h"

namespace tarn::query {
namespace {

using nlohmann::json;
using Endpoint = Result<http::Response> (SavedQueryEndpoints::*)(http::Request&);

class SavedQueryEndpointsTest : public testing::Test {
 protected:
  void SetUp() override {
    service_.Restart();
    database_ = Need(sqlite::Database::Open(directory_ / "saved.db"));
    ASSERT_THAT(database_->Migrate({SavedQueries::kMigration}), IsOk());
    std::filesystem::create_directories(directory_ / "pipelines/spotify/queries");
    std::ofstream(directory_ / "pipelines/spotify/queries/longest.sql")
        << "-- @database spotify\n-- @parameter least 200000\nSELECT song_id FROM songs WHERE duration_ms >= "
           "?::INT ORDER BY 1";
    saved_ = std::make_unique<SavedQueries>(*database_, directory_ / "pipelines");
    ASSERT_THAT(saved_->Reload(), IsOk());
    sql_ = std::make_unique<SqlEndpoint>(service_.parts(), service_.queue());
    endpoints_ = std::make_unique<SavedQueryEndpoints>(*saved_, service_.queue(), *sql_);
  }

  Result<http::Response> Call(Endpoint endpoint, const std::string& name, const std::string& body = "",
                              std::vector<std::pair<std::string, std::string>> query = {}) {
    http::Request request;
    request.path_parameters["name"] = name;
    request.body = body;
    request.query_parameters = std::move(query);
    return (*endpoints_.*endpoint)(request);
  }

  std::string Rows(const std::string& name, const std::string& parameters = "{}") {
    auto response =
        Call(&SavedQueryEndpoints::Rows, name, "", {{"parameters", parameters}, {"format", "csv"}});
    if (!response.ok()) return Describe(response.error());
    if (!response->stream) return response->body;
    Collector collector;
    EXPECT_THAT(response->stream(collector), IsOk());
    return collector.text;
  }

  TempDirectory directory_;
  TestService service_;
  std::unique_ptr<sqlite::Database> database_;
  std::unique_ptr<SavedQueries> saved_;
  std::unique_ptr<SqlEndpoint> sql_;
  std::unique_ptr<SavedQueryEndpoints> endpoints_;
};

TEST_F(SavedQueryEndpointsTest, RunFilesWithTheirValuesOrOthers) {
  EXPECT_EQ(Rows("longest"), "song_id\r\ns2\r\ns3\r\n");
  EXPECT_EQ(Rows("longest", R"({"least": 240000})"), "song_id\r\ns3\r\n");
  EXPECT_EQ(Rows("longest", R"(["1"])"), "song_id\r\ns1\r\ns2\r\ns3\r\n");
  EXPECT_THAT(Rows("longest", R"({"most": 1})"), testing::HasSubstr("it has: least"));
  EXPECT_THAT(Rows("longest", "5"), testing::HasSubstr("query:parameters"));
  EXPECT_THAT(Call(&SavedQueryEndpoints::Rows, "longest", "", {{"last", "1"}}), HasError(Code::kInvalidArgument, "query:last"));
  EXPECT_THAT(Rows("longset"), testing::HasSubstr("names like it: longest"));
}

TEST_F(SavedQueryEndpointsTest, KeepAResultWhenAskedTo) {
  const auto response =
      Call(&SavedQueryEndpoints::Run, "longest", R"({"parameters": [240000], "max_rows": 5})");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 202);
  const std::string id = json::parse(response->body)["id"];
  EXPECT_EQ(service_.WaitForState(id, StatementState::kSucceeded).rows, 1);
  EXPECT_THAT(Call(&SavedQueryEndpoints::Run, "longest", R"({"sql": "SELECT 1"})"),
              HasError(Code::kInvalidArgument, "/sql"));
  EXPECT_THAT(Call(&SavedQueryEndpoints::Run, "longest", R"({"colour": 1})"),
              HasError(Code::kInvalidArgument, "/colour"));
  EXPECT_THAT(Call(&SavedQueryEndpoints::Run, "longest", R"({"parameters": 1})"),
              HasError(Code::kInvalidArgument, "/parameters"));
}

TEST_F(SavedQueryEndpointsTest, MakeChangeAndRemoveThoseOfRest) {
  const std::string body =
      R"({"name": "sum", "sql": "SELECT $1::INT + 1 AS a", "parameters": [{"name": "x", "value": 1}]})";
  const auto made = Call(&SavedQueryEndpoints::Create, "", body);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->status, 201);
  EXPECT_EQ(json::parse(made->body)["defined_by"], nullptr);
  EXPECT_THAT(Call(&SavedQueryEndpoints::Create, "", body), HasError(Code::kConflict, "sum"));
  EXPECT_EQ(Rows("sum", R"({"x": 41})"), "a\r\n42\r\n");
  ASSERT_THAT(Call(&SavedQueryEndpoints::Replace, "sum", R"({"sql": "SELECT 7 AS b"})"), IsOk());
  EXPECT_EQ(Rows("sum"), "b\r\n7\r\n");
  EXPECT_THAT(Call(&SavedQueryEndpoints::Remove, "sum"), IsOk());
  EXPECT_THAT(Call(&SavedQueryEndpoints::Get, "sum"), HasError(Code::kNotFound, "sum"));
  EXPECT_THAT(Call(&SavedQueryEndpoints::Remove, "sum"), HasError(Code::kNotFound, "sum"));
}

TEST_F(SavedQueryEndpointsTest, LeaveTheFilesOfPipelinesAlone) {
  const auto shown = Call(&SavedQueryEndpoints::Get, "longest");
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(json::parse(shown->body)["defined_by"], "spotify/queries/longest.sql");
  EXPECT_THAT(Call(&SavedQueryEndpoints::Replace, "longest", R"({"sql": "SELECT 1"})"),
              HasError(Code::kConflict, "longest.sql"));
  EXPECT_THAT(Call(&SavedQueryEndpoints::Remove, "longest"), HasError(Code::kConflict, "longest.sql"));
}

TEST_F(SavedQueryEndpointsTest, KeepNothingThatCannotRun) {
  for (const char* sql : {"SELEC 1", "SELECT 1; SELECT 2", "SELECT getenv('HOME')", "DROP TABLE"}) {
    const auto refused = Call(&SavedQueryEndpoints::Create, "", json({{"name", "bad"}, {"sql", sql}}).dump());
    ASSERT_THAT(refused, IsOk());
    EXPECT_EQ(refused->status, 422) << sql;
  }
  EXPECT_THAT(Call(&SavedQueryEndpoints::Get, "bad"), HasError(Code::kNotFound, "bad"));
}

TEST_F(SavedQueryEndpointsTest, RefuseToWriteForAGet) {
  ASSERT_THAT(service_.lake().Run("PREPARE add FROM UNLOAD (SELECT 1 AS a) TO 's3://transformed/get/'"),
              IsOk());
  for (const char* sql :
       {"UNLOAD (SELECT 1 AS a) TO 's3://transformed/get/'", "INSERT INTO songs SELECT 1",
        "CREATE TABLE t AS SELECT 1 AS a", "CREATE DATABASE d", "DROP DATABASE spotify", "DROP TABLE songs",
        "CREATE VIEW v AS SELECT 1 AS a", "DROP VIEW v", "ALTER TABLE songs SET TBLPROPERTIES ('a' = 'b')",
        "MSCK REPAIR TABLE songs", "PREPARE p FROM SELECT 1", "DEALLOCATE PREPARE add", "EXECUTE add",
        "/* SELECT 1 */ EXECUTE add -- SELECT 1"}) {
    ASSERT_THAT(Call(&SavedQueryEndpoints::Create, "",
                     json({{"name", "w"}, {"sql", sql}, {"database", "spotify"}}).dump()),
                IsOk());
    EXPECT_THAT(Rows("w"), testing::HasSubstr("only statements that read")) << sql;
    ASSERT_THAT(Call(&SavedQueryEndpoints::Remove, "w"), IsOk());
  }
  EXPECT_TRUE(service_.lake().store().List({"transformed", "get/", "", "", 1})->objects.empty());
  ASSERT_THAT(Call(&SavedQueryEndpoints::Create, "", R"({"name": "x", "sql": "EXPLAIN SELECT 1"})"), IsOk());
  EXPECT_THAT(Rows("x"), testing::HasSubstr("explain_key"));
}

TEST_F(SavedQueryEndpointsTest, ListAllInPages) {
  ASSERT_THAT(Call(&SavedQueryEndpoints::Create, "", R"({"name": "a", "sql": "SELECT 1"})"), IsOk());
  ASSERT_THAT(Call(&SavedQueryEndpoints::Create, "", R"({"name": "z", "sql": "SELECT 1"})"), IsOk());
  std::vector<std::string> names;
  std::string token;
  do {
    std::vector<std::pair<std::string, std::string>> query = {{"limit", "1"}};
    if (!token.empty()) query.emplace_back("page_token", token);
    const auto page = Call(&SavedQueryEndpoints::List, "", "", query);
    ASSERT_THAT(page, IsOk());
    const json body = json::parse(page->body);
    for (const auto& item : body["items"]) names.push_back(item["name"]);
    token = body.value("next_page_token", "");
  } while (!token.empty());
  EXPECT_THAT(names, testing::ElementsAre("a", "longest", "z"));
}

}  // namespace
}  // namespace tarn::query
