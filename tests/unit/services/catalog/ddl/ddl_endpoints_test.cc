#include "services/catalog/ddl/ddl_endpoints.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

class DdlEndpointsTest : public testing::Test {
 protected:
  http::Request RequestFor(const std::string& name) {
    http::Request request;
    request.path_parameters = {{"database", "shop"}, {"table", name}, {"view", name}};
    return request;
  }

  CatalogFixture catalog;
  ViewStore views{*catalog.writer, *catalog.writer};
  DdlEndpoints endpoints{*catalog.tables, views};
};

TEST_F(DdlEndpointsTest, AnswerTheStatementsOfTablesAndViews) {
  ASSERT_THAT(
      catalog.Commit({{{"shop", "orders"}, {MakeFile("shop/orders/a", "v1", {{"a", "DATE"}})}, {}, {}}}),
      IsOk());
  View view;
  view.name = {"shop", "daily"};
  view.sql = "SELECT 1";
  view.dialect = "athena";
  ASSERT_THAT(views.Put(view, {}, {}), IsOk());

  http::Request table_request = RequestFor("orders");
  const auto table = endpoints.OfTable(table_request);
  ASSERT_THAT(table, IsOk());
  EXPECT_EQ(json::parse(table->body)["kind"], "table");
  EXPECT_THAT(json::parse(table->body)["statement"].get<std::string>(),
              testing::StartsWith("CREATE EXTERNAL TABLE `shop`.`orders` (\n  `a` date)\nSTORED AS PARQUET"));

  http::Request view_request = RequestFor("daily");
  const auto shown = endpoints.OfView(view_request);
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(json::parse(shown->body), json({{"kind", "view"},
                                            {"statement", "CREATE VIEW \"shop\".\"daily\" AS\nSELECT 1"},
                                            {"notes", json::array()}}));
}

TEST_F(DdlEndpointsTest, AnswerNotFoundForWhatIsNotThere) {
  http::Request request = RequestFor("nothing");
  EXPECT_THAT(endpoints.OfTable(request), HasError(Code::kNotFound, "shop.nothing"));
  EXPECT_THAT(endpoints.OfView(request), HasError(Code::kNotFound, "shop.nothing"));
}

}  // namespace
}  // namespace tarn::catalog
