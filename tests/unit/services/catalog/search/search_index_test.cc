#include "services/catalog/search/search_index.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "services/catalog/editing/database_editor.h"
#include "services/catalog/editing/table_editor.h"
#include "services/catalog/search/search_endpoint.h"
#include "services/catalog/search/tag_store.h"
#include "services/catalog/views/view_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const Author kMe = {"me", FromUnixMillis(1'700'000'001'000)};

class SearchTest : public testing::Test {
 protected:
  SearchTest() {
    Crawl("customers", {{"id", "BIGINT"}, {"e_mail", "VARCHAR"}});
    Crawl("orders", {{"id", "BIGINT"}, {"customer_id", "BIGINT"}});
  }

  void Crawl(const std::string& table, std::vector<Column> columns, const std::string& version = "v1") {
    const auto reports = catalog.Commit(
        {{{"shop", table}, {MakeFile("shop/" + table + "/a", version, std::move(columns))}, {}, {}}});
    EXPECT_THAT(reports, IsOk());
  }

  void Edit(const std::string& table, const char* patch) {
    const auto read = TablePatch::Read(json::parse(patch));
    ASSERT_THAT(read, IsOk());
    ASSERT_THAT(tables.Edit({"shop", table}, *read, patch, {}, kMe), IsOk());
  }

  std::vector<std::string> Find(const SearchQuery& query) {
    const auto hits = index.Find(query, 0, 100);
    EXPECT_THAT(hits, IsOk());
    std::vector<std::string> names;
    for (size_t i = 0; hits.ok() && i < hits->size(); ++i) {
      std::string columns;
      for (const std::string& column : hits->at(i).columns) columns += " " + column;
      names.push_back(hits->at(i).kind + ":" + hits->at(i).name + columns);
    }
    return names;
  }
  std::vector<std::string> Find(const std::string& text) { return Find({SearchWords(text)}); }

  CatalogFixture catalog;
  TableEditor tables{*catalog.writer, 100};
  TagStore tags{*catalog.writer, *catalog.writer};
  SearchIndex index{*catalog.writer, *catalog.writer};
};

TEST_F(SearchTest, FindsNamesBeforeColumns) {
  EXPECT_THAT(Find("customer"), ElementsAre("table:customers", "table:orders customer_id"));
}

TEST_F(SearchTest, FindsDatabasesAndWhatIsInThem) {
  EXPECT_THAT(Find("shop"), UnorderedElementsAre("database:", "table:customers", "table:orders"));
  EXPECT_THAT(Find("shop order"), ElementsAre("table:orders"));
}

TEST_F(SearchTest, WordsAreTheirBeginningsWithoutCase) {
  EXPECT_THAT(Find("CUST id"), ElementsAre("table:customers id", "table:orders id customer_id"));
  EXPECT_THAT(Find("ustomer"), IsEmpty());
  EXPECT_THAT(Find("e_mail"), ElementsAre("table:customers e_mail"));
}

TEST_F(SearchTest, OperatorsOfTheIndexAreOnlyText) {
  for (const char* text :
       {"\"", "a OR b", "NEAR(a b)", "name:orders", "orders*", "-orders", "^orders", "(", "a\"b'"})
    Find(text);
  EXPECT_THAT(Find("orders AND"), IsEmpty());
  EXPECT_THAT(Find("name:orders"), IsEmpty());
}

TEST_F(SearchTest, IsInStepWithEditsAndCrawls) {
  EXPECT_THAT(Find("invoice"), IsEmpty());
  Edit("orders", R"({"description": "every invoice", "columns": {"customer_id": {"name": "buyer",
                     "comment": "who paid the \u00dcberweisung"}}})");
  EXPECT_THAT(Find("invoice"), ElementsAre("table:orders"));
  EXPECT_THAT(Find("buyer"), ElementsAre("table:orders buyer"));
  EXPECT_THAT(Find("uberweisung"), ElementsAre("table:orders"));
  // Files know it by this name still.
  EXPECT_THAT(Find("customer_id"), ElementsAre("table:customers id", "table:orders id"));
  Crawl("orders", {{"total", "BIGINT"}}, "v2");
  EXPECT_THAT(Find("buyer"), IsEmpty());
  EXPECT_THAT(Find("total"), ElementsAre("table:orders total"));
  ASSERT_THAT(tables.Drop({"shop", "orders"}, {}, kMe), IsOk());
  EXPECT_THAT(Find("total"), IsEmpty());
}

TEST_F(SearchTest, ACommitLeavesNothingForTheNextSearchToIndex) {
  std::vector<TableChange> changes;
  for (int i = 0; i < 100; ++i) {
    const std::string table = "t" + std::to_string(i);
    changes.push_back({{"d" + std::to_string(i), table}, {MakeFile(table, "v1", {{"a", "DATE"}})}, {}, {}});
  }
  ASSERT_THAT(catalog.Commit(changes), IsOk());
  auto waiting = catalog.writer->Prepare("SELECT count(*) FROM search_dirty");
  ASSERT_THAT(waiting, IsOk());
  ASSERT_THAT(waiting->Step(), IsOk());
  EXPECT_EQ(waiting->Integer(0), 0);
}

TEST_F(SearchTest, AChangeThatIsTakenBackIsNotFound) {
  const auto failed = catalog.tables->Commit(
      {{{"shop", "phantom"}, {MakeFile("shop/phantom/a", "v1", {{"a", "DATE"}})}, {}, {}}}, {"c", kMe.time},
      [](const std::vector<TableReport>&) -> Status { return Error(Code::kInternal, "no"); });
  EXPECT_FALSE(failed.ok());
  EXPECT_THAT(Find("phantom"), IsEmpty());
}

TEST_F(SearchTest, FindsByTagsOfTablesAndColumns) {
  ASSERT_THAT(tags.Put({"shop", "orders", "", ""}, "domain", "sales"), IsOk());
  ASSERT_THAT(tags.Put({"shop", "customers", "", "e_mail"}, "pii", "yes"), IsOk());
  EXPECT_THAT(Find({{}, "pii", "", ""}), ElementsAre("table:customers e_mail"));
  EXPECT_THAT(Find({{}, "domain", "sales", ""}), ElementsAre("table:orders"));
  EXPECT_THAT(Find({{}, "domain", "other", ""}), IsEmpty());
  EXPECT_THAT(Find({{"order"}, "pii", "", ""}), IsEmpty());
  EXPECT_THAT(Find("sales"), ElementsAre("table:orders"));
  ASSERT_THAT(tags.Delete({"shop", "orders", "", ""}, "domain"), IsOk());
  EXPECT_THAT(Find("sales"), IsEmpty());
}

TEST_F(SearchTest, FindsViewsAndDatabasesByTheirComments) {
  ViewStore views(*catalog.writer, *catalog.writer);
  View view;
  view.name = {"shop", "daily"};
  view.dialect = "duckdb";
  view.sql = "SELECT secret FROM orders";
  view.comment = "turnover by day";
  ASSERT_THAT(views.Put(view, {}, kMe), IsOk());
  DatabaseEditor databases(*catalog.writer, *catalog.writer);
  ASSERT_THAT(databases.Patch("shop", json{{"description", "turnover and stock"}}, {}, kMe), IsOk());
  EXPECT_THAT(Find("turnover"), UnorderedElementsAre("view:daily", "database:"));
  EXPECT_THAT(Find({{"turnover"}, "", "", "view"}), ElementsAre("view:daily"));
  EXPECT_THAT(Find("secret"), IsEmpty());
  ASSERT_THAT(views.Delete({"shop", "daily"}, {}), IsOk());
  EXPECT_THAT(Find({{"turnover"}, "", "", "view"}), IsEmpty());
}

TEST_F(SearchTest, PagesThroughHits) {
  SearchEndpoint endpoint(index);
  http::Request request;
  request.query_parameters = {{"q", "shop"}, {"limit", "2"}};
  const auto first = endpoint(request);
  ASSERT_THAT(first, IsOk());
  const json page = json::parse(first->body);
  EXPECT_EQ(page["items"].size(), 2u);
  request.query_parameters.emplace_back("page_token", page["next_page_token"]);
  const auto second = endpoint(request);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(json::parse(second->body)["items"].size(), 1u);
  EXPECT_FALSE(json::parse(second->body).contains("next_page_token"));
}

TEST_F(SearchTest, RefusesASearchForNothing) {
  SearchEndpoint endpoint(index);
  const std::vector<std::vector<std::pair<std::string, std::string>>> all = {
      {}, {{"q", " ?! "}}, {{"q", "a"}, {"type", "column"}}, {{"q", std::string(1'025, 'x')}}};
  for (const auto& parameters : all) {
    http::Request request;
    request.query_parameters = parameters;
    EXPECT_THAT(endpoint(request), HasError(Code::kInvalidArgument, "query:"));
  }
}

TEST(SearchWords, AreBounded) {
  EXPECT_THAT(SearchWords("Customer_ID, e-mail"), ElementsAre("customer", "id", "e", "mail"));
  EXPECT_EQ(SearchWords("a b c d e f g h i j k l m n o p q r s").size(), 16u);
  EXPECT_EQ(SearchWords(std::string(100, 'x'))[0].size(), 64u);
}

}  // namespace
}  // namespace tarn::catalog
