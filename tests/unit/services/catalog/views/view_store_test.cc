#include "services/catalog/views/view_store.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "services/catalog/views/view_endpoints.h"
#include "services/catalog/views/view_json.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

class ViewsTest : public testing::Test {
 protected:
  ViewsTest() {
    EXPECT_THAT(
        catalog.Commit({{{"shop", "orders"}, {MakeFile("shop/orders/a", "v1", {{"a", "DATE"}})}, {}, {}}}),
        IsOk());
  }

  Result<http::Response> Put(const std::string& name, const std::string& body,
                             const char* if_match = nullptr) {
    http::Request request;
    request.path_parameters = {{"database", "shop"}, {"view", name}};
    request.body = body;
    request.headers.Add("Tarn-User", "me");
    if (if_match) request.headers.Add("If-Match", if_match);
    return endpoints.Put(request);
  }

  CatalogFixture catalog;
  ViewStore views{*catalog.writer, *catalog.writer};
  ViewEndpoints endpoints{views};
};

TEST_F(ViewsTest, AreMadeReplacedAndDeleted) {
  const auto created = Put("daily", R"({"sql": "SELECT 1 AS n", "comment": "c",
                                        "columns": [{"name": "n", "type": "int", "comment": "one"}]})");
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->status, 201);
  const json body = json::parse(created->body);
  EXPECT_EQ(body["version"], 1);
  EXPECT_EQ(body["dialect"], "duckdb");
  EXPECT_EQ(body["updated_by"], "me");
  EXPECT_EQ(body["columns"][0]["type"], "INTEGER");
  EXPECT_EQ(body["columns"][0]["hive_type"], "int");

  const auto replaced = Put("daily", R"({"sql": "SELECT 2", "dialect": "athena"})", "\"1\"");
  ASSERT_THAT(replaced, IsOk());
  EXPECT_EQ(replaced->status, 200);
  EXPECT_EQ(replaced->headers.Find("etag"), "\"2\"");
  EXPECT_EQ(json::parse(replaced->body)["columns"], json::array());
  EXPECT_THAT(Put("daily", R"({"sql": "SELECT 3"})", "\"1\""),
              HasError(Code::kPreconditionFailed, "version"));

  ASSERT_THAT(views.Delete({"shop", "daily"}, {}), IsOk());
  EXPECT_THAT(views.Delete({"shop", "daily"}, {}), HasError(Code::kNotFound, "daily"));
}

TEST_F(ViewsTest, ShareTheirNamesWithTables) {
  EXPECT_THAT(Put("orders", R"({"sql": "SELECT 1"})"), HasError(Code::kConflict, "orders"));
  ASSERT_THAT(Put("daily", R"({"sql": "SELECT 1"})"), IsOk());
  const auto reports =
      catalog.Commit({{{"shop", "daily"}, {MakeFile("shop/daily/a", "v1", {{"a", "DATE"}})}, {}, {}}});
  ASSERT_THAT(reports, IsOk());
  EXPECT_EQ(reports->at(0).outcome, TableOutcome::kRefused);
  EXPECT_THAT(reports->at(0).reason, testing::HasSubstr("there is a view"));
}

TEST_F(ViewsTest, ArePaged) {
  for (const char* name : {"a", "b", "c"}) ASSERT_THAT(Put(name, R"({"sql": "SELECT 1"})"), IsOk());
  const auto page = views.List("shop", "a", 1);
  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->size(), 1u);
  EXPECT_EQ(page->at(0).name.table, "b");
  EXPECT_THAT(views.List("none", "", 1), HasError(Code::kNotFound, "none"));
}

TEST_F(ViewsTest, RefuseWhatIsNoView) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", "/sql"},
      {R"({"sql": ""})", "/sql"},
      {R"({"sql": "SELECT 1", "dialect": "oracle"})", "/dialect"},
      {R"({"sql": "SELECT 1", "columns": [{"type": "INTEGER"}]})", "/columns/0/name"},
      {R"({"sql": "SELECT 1", "columns": [{"name": "a", "type": "INTGER"}]})", "/columns/0/type"},
      {R"({"sql": "SELECT 1", "columns": {"a": 1}})", "/columns"},
      {R"({"sql": "SELECT 1", "comment": 1})", "/comment"},
      {R"({"sql": "SELECT 1", "materialized": true})", "/materialized"}};
  for (const auto& [body, where] : cases)
    EXPECT_THAT(Put("v", body), HasError(Code::kInvalidArgument, where)) << body;
  EXPECT_THAT(Put("Daily", R"({"sql": "SELECT 1"})"), HasError(Code::kInvalidArgument, "lower case"));
  EXPECT_THAT(ReadView(json{{"sql", std::string(262'145, 'x')}}), HasError(Code::kInvalidArgument, "/sql"));
}

}  // namespace
}  // namespace tarn::catalog
