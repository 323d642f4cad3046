#include "services/query/system_tables/system_tables.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "common/http/server.h"
#include "common/json/json.h"
#include "services/query/formats/result_format.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_lake.h"

namespace tarn::query {
namespace {

using nlohmann::json;

MATCHER_P(Gives, rows, "gives " + std::string(rows)) {
  if (!arg.ok()) {
    *result_listener << Describe(arg.error());
    return false;
  }
  return *arg == rows;
}

json Items(const char* text) { return json::parse(text); }

// Stands in for what the other services answer, page by page.
class SystemTablesTest : public testing::Test {
 protected:
  void Answer(const std::string& path, const std::string& token, const json& items,
              const std::string& next = "") {
    answers_[path + '?' + token] = {items, next};
  }

  void Serve() {
    http::Router router;
    http::RouteOptions options;
    options.any_query = true;
    router.Get("/{path...}", options, [this](http::Request& request) -> Result<http::Response> {
      asked_.push_back(request.target);
      const auto found = answers_.find(request.path + '?' + request.Query("page_token").value_or(""));
      if (found == answers_.end()) return Error(Code::kNotFound, "nothing there");
      json page = {{"items", found->second.first}};
      if (!found->second.second.empty()) page["next_page_token"] = found->second.second;
      return http::Response::Json(200, page);
    });
    server_ = std::move(*http::Server::Start({}, std::move(router), metrics_));
    const std::string url = "http://127.0.0.1:" + std::to_string(server_->port());
    tables_ = std::make_unique<SystemTables>(SystemTables::Urls{url, url, url}, lake_.store(),
                                             std::vector<SystemTable>());
    runner_ = std::make_unique<StatementRunner>(lake_.gate(), lake_.catalog(), *tables_, lake_.engine());
  }

  Result<std::string> Run(const std::string& sql, Dialect dialect = Dialect::kDuckDb,
                          const std::string& database = "") {
    StatementRequest request;
    request.sql = sql;
    request.dialect = dialect;
    request.database = database;
    TARN_ASSIGN(const auto started, runner_->Start(request, {}));
    std::string text;
    while (true) {
      TARN_ASSIGN(const auto chunk, started.execution->Next());
      if (!chunk) return text;
      for (size_t row = 0; row < chunk->rows(); ++row) {
        AppendRowArray(*chunk, row, started.execution->columns().size(), text);
        text += '\n';
      }
    }
  }

  TestLake lake_;
  std::map<std::string, std::pair<json, std::string>> answers_;
  std::vector<std::string> asked_;
  metrics::Registry metrics_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<SystemTables> tables_;
  std::unique_ptr<StatementRunner> runner_;
};

TEST_F(SystemTablesTest, ReadAllPagesOfBothServices) {
  Answer(
      "/v1/runs", "",
      Items(R"json([{"id": "r1", "source": "web", "state": "failed", "created_at": "2026-02-03T04:05:06.789Z",
                            "counts": {"pages": 2}, "error": {"code": "unavailable", "detail": "it's away"}}])json"),
      "more");
  Answer(
      "/v1/runs", "more",
      Items(
          R"([{"id": "r2", "transform": "songs", "state": "succeeded", "duration_ms": 12, "error": null}])"));
  Serve();
  EXPECT_THAT(Run("SELECT service, id, name, created_at, duration_ms, counts->>'pages', error FROM "
                  "system.runs ORDER BY service, id"),
              Gives("[\"extract\",\"r1\",\"web\",\"2026-02-03 04:05:06.789\",null,\"2\",\"it's away\"]\n"
                    "[\"extract\",\"r2\",null,null,12,null,null]\n"
                    "[\"transform\",\"r1\",null,\"2026-02-03 04:05:06.789\",null,\"2\",\"it's away\"]\n"
                    "[\"transform\",\"r2\",\"songs\",null,12,null,null]\n"));
}

TEST_F(SystemTablesTest, AskForWhatTheStatementWantsOnly) {
  Answer("/v1/runs", "", Items(R"([{"id": "r1", "source": "web"}])"));
  Serve();
  EXPECT_THAT(Run("SELECT id FROM system.runs WHERE service = 'extract' AND name = 'web'"),
              Gives("[\"r1\"]\n"));
  EXPECT_THAT(asked_, testing::ElementsAre("/v1/runs?limit=1000&source=web"));
}

TEST_F(SystemTablesTest, StandInJoinsAndInBothDialects) {
  Answer("/v1/databases", "", Items(R"([{"name": "shop"}])"));
  Answer("/v1/databases/shop/tables", "", Items(R"([{"database": "shop", "name": "items", "columns":
      [{"name": "id", "type": "BIGINT"}, {"name": "day", "type": "DATE", "partition_key": true}]}])"));
  Answer("/v1/databases/shop/views", "",
         Items(R"([{"database": "shop", "name": "cheap", "sql": "SELECT 1"}])"));
  Serve();
  const std::string sql =
      "SELECT t.table_type, c.column_name, c.ordinal_position, c.extra_info FROM information_schema.tables t "
      "LEFT JOIN information_schema.columns c ON t.table_name = c.table_name ORDER BY 1, 2";
  const std::string expected =
      "[\"BASE TABLE\",\"day\",2,\"partition key\"]\n[\"BASE "
      "TABLE\",\"id\",1,null]\n[\"VIEW\",null,null,null]\n";
  EXPECT_THAT(Run(sql), Gives(expected));
  EXPECT_THAT(Run(sql, Dialect::kAthena), Gives(expected));
  EXPECT_THAT(Run("SELECT information_schema.views.view_definition FROM Information_Schema.VIEWS"),
              Gives("[\"SELECT 1\"]\n"));
  EXPECT_THAT(Run("SELECT schema_name FROM schemata ORDER BY 1", Dialect::kDuckDb, "information_schema"),
              Gives("[\"information_schema\"]\n[\"shop\"]\n[\"system\"]\n"));
}

TEST_F(SystemTablesTest, ShowObjectsAndEventsOfTheStore) {
  Serve();
  ASSERT_THAT(lake_.store().Put("results", "a'b.txt", "12345"), IsOk());
  EXPECT_THAT(Run("SELECT key, size_bytes FROM system.objects WHERE bucket = 'results'"),
              Gives("[\"a'b.txt\",5]\n"));
  EXPECT_THAT(Run("SELECT o.key, e.operation FROM system.objects o JOIN system.events e USING (bucket, key, "
                  "version)"),
              Gives("[\"a'b.txt\",\"put\"]\n"));
  EXPECT_THAT(Run("SELECT count(*) FROM system.events WHERE sequence > 1000"), Gives("[0]\n"));
}

TEST_F(SystemTablesTest, SayWhichServiceIsDown) {
  Serve();
  server_.reset();
  EXPECT_THAT(Run("SELECT * FROM system.quality"),
              HasError(Code::kUnavailable, "tarn-transform does not answer"));
}

TEST_F(SystemTablesTest, AreNeverReadInPart) {
  auto items = json::array();
  for (int i = 0; i < 1'000; ++i) items.push_back({{"run_id", "r"}});
  for (int page = 0; page <= 100; ++page)
    Answer("/v1/quality/results", page == 0 ? "" : std::to_string(page), items, std::to_string(page + 1));
  Serve();
  EXPECT_THAT(Run("SELECT run_id FROM system.quality LIMIT 1"),
              HasError(Code::kResourceExhausted, "compare with table_name or run_id"));
}

TEST_F(SystemTablesTest, AreListedAndNamedWhereOneIsMissing) {
  Serve();
  EXPECT_THAT(Run("SHOW TABLES FROM system"),
              Gives("[\"events\"]\n[\"objects\"]\n[\"quality\"]\n[\"runs\"]\n"));
  EXPECT_THAT(Run("SELECT *\nFROM system.run"),
              HasError(Code::kUnprocessable, "events, objects, quality, runs"));
  EXPECT_THAT(Run("SELECT *\nFROM system.run"), HasError(Code::kUnprocessable, "line 2, column 6"));
}

}  // namespace
}  // namespace tarn::query
