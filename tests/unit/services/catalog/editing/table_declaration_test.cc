#include "services/catalog/editing/table_declaration.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;
using testing::ElementsAre;

const Author kMe = {"me", FromUnixMillis(1'700'000'001'000)};
const TableName kSales = {"shop", "sales"};

class TableDeclarerTest : public testing::Test {
 protected:
  Result<bool> Put(const char* body) {
    TARN_ASSIGN(const TableDeclaration declaration, ReadDeclaration(json::parse(body)));
    return declarer.Put(kSales, declaration, body, {}, kMe);
  }

  std::vector<std::string> Columns() {
    const auto table = catalog.tables->GetTable(kSales);
    EXPECT_THAT(table, IsOk());
    std::vector<std::string> columns;
    for (size_t i = 0; table.ok() && i < table->columns.size(); ++i)
      columns.push_back(std::to_string(table->columns[i].id) + " " + table->columns[i].name + " " +
                        table->columns[i].type);
    return columns;
  }

  CatalogFixture catalog;
  TableEditor editor{*catalog.writer, 100};
  std::map<std::string, json> crawlers;
  Status refuse_crawlers = Ok();
  TableDeclarer declarer{editor,
                         [this](const std::string& name, const json& definition) {
                           if (refuse_crawlers.ok()) crawlers[name] = definition;
                           return refuse_crawlers;
                         },
                         [this](const std::string& name, const TableDeclarer::DropTable& drop) -> Status {
                           if (!crawlers.contains(name)) return Error(Code::kNotFound, name);
                           TARN_TRY(drop([] { return Ok(); }));
                           crawlers.erase(name);
                           return Ok();
                         }};
};

constexpr const char* kDeclaration = R"json({"location": "raw/sales", "owner": "me", "exclude": ["**.tmp"],
    "columns": [{"name": "Id", "type": "int"},
                {"name": "price", "type": "decimal(10,2)", "comment": "euros"},
                {"name": "day", "type": "date", "partition_key": true}]})json";

TEST_F(TableDeclarerTest, MakesATableAndItsCrawler) {
  const auto created = Put(kDeclaration);
  ASSERT_THAT(created, IsOk());
  EXPECT_TRUE(*created);
  EXPECT_THAT(Columns(), ElementsAre("1 Id INTEGER", "2 price DECIMAL(10,2)", "3 day DATE"));
  const json& crawler = crawlers.at("shop.sales");
  EXPECT_EQ(crawler["targets"],
            json::parse(R"([{"bucket": "raw", "prefix": "sales/", "exclude": ["**.tmp"]}])"));
  EXPECT_EQ(crawler["grouping"], json::parse(R"({"mode": "single", "table": "sales"})"));
  EXPECT_EQ(crawler["database"], "shop");
  EXPECT_EQ(catalog.tables->GetTable(kSales)->location, "raw/sales/");
}

TEST_F(TableDeclarerTest, FilesFillTheDeclaredColumnsAndNoOthers) {
  ASSERT_THAT(Put(kDeclaration), IsOk());
  TableChange change{kSales, {MakeFile("sales/a", "v1", {{"extra", "UUID"}, {"id", "BIGINT"}})}, {}, {}};
  change.crawler = "shop.sales";
  ASSERT_THAT(catalog.Commit({change}), IsOk());
  EXPECT_THAT(Columns(), ElementsAre("1 Id INTEGER", "2 price DECIMAL(10,2)", "3 day DATE"));
  EXPECT_EQ(catalog.tables->GetTable(kSales)->columns[0].file_names, std::vector<std::string>{"id"});
}

TEST_F(TableDeclarerTest, DeclaringAnewKeepsIds) {
  ASSERT_THAT(Put(kDeclaration), IsOk());
  const auto created = Put(R"json({"location": "raw/sales/", "columns": [
      {"name": "note", "type": "text"}, {"name": "PRICE", "type": "struct(a int)"},
      {"name": "id", "type": "bigint"}]})json");
  ASSERT_THAT(created, IsOk());
  EXPECT_FALSE(*created);
  EXPECT_THAT(Columns(), ElementsAre("4 note VARCHAR", "2 PRICE STRUCT(a INTEGER)", "1 id BIGINT"));
}

TEST_F(TableDeclarerTest, ATableWhoseCrawlerIsRefusedIsNotMade) {
  refuse_crawlers = Error(Code::kInvalidArgument, "no such bucket");
  EXPECT_THAT(Put(kDeclaration), HasError(Code::kInvalidArgument, "no such bucket"));
  EXPECT_THAT(catalog.tables->GetTable(kSales), HasError(Code::kNotFound, "sales"));
}

TEST_F(TableDeclarerTest, TheNameOfACrawledTableIsTaken) {
  ASSERT_THAT(catalog.Commit({{kSales, {MakeFile("shop/sales/a", "v1", {{"a", "DATE"}})}, {}, {}}}), IsOk());
  EXPECT_THAT(Put(kDeclaration), HasError(Code::kConflict, "default"));
  EXPECT_TRUE(crawlers.empty());
}

TEST_F(TableDeclarerTest, DroppingItRemovesItsCrawler) {
  ASSERT_THAT(Put(kDeclaration), IsOk());
  ASSERT_THAT(declarer.Drop(kSales, true, {}, kMe), IsOk());
  EXPECT_TRUE(crawlers.empty());
  EXPECT_THAT(catalog.tables->GetTable(kSales), HasError(Code::kNotFound, "sales"));
  EXPECT_TRUE(*Put(kDeclaration));
}

TEST_F(TableDeclarerTest, ATableThatIsNotDroppedKeepsItsCrawler) {
  ASSERT_THAT(Put(kDeclaration), IsOk());
  http::Request request;
  request.headers.Add("If-Match", "\"7\"");
  EXPECT_THAT(declarer.Drop(kSales, true, *Precondition::Of(request), kMe),
              HasError(Code::kPreconditionFailed, "version"));
  EXPECT_TRUE(crawlers.contains("shop.sales"));
  EXPECT_THAT(catalog.tables->GetTable(kSales), IsOk());
}

TEST_F(TableDeclarerTest, ATableWhoseCrawlerIsMissingCanBeDropped) {
  ASSERT_THAT(Put(kDeclaration), IsOk());
  crawlers.clear();
  ASSERT_THAT(declarer.Drop(kSales, true, {}, kMe), IsOk());
  EXPECT_THAT(catalog.tables->GetTable(kSales), HasError(Code::kNotFound, "sales"));
  EXPECT_THAT(declarer.Drop(kSales, true, {}, kMe), HasError(Code::kNotFound, "sales"));
}

TEST(ReadDeclaration, RefusesWhatIsNone) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"columns": [{"name": "a", "type": "int"}]})", "/location"},
      {R"({"location": "raw/a"})", "/columns"},
      {R"({"location": "raw/a", "columns": []})", "/columns"},
      {R"({"location": "raw", "columns": [{"name": "a", "type": "int"}]})", "/location"},
      {R"({"location": "/a", "columns": [{"name": "a", "type": "int"}]})", "/location"},
      {R"({"location": "raw/a", "columns": [{"name": "a", "type": "itn"}]})", "/columns/0/type"},
      {R"({"location": "raw/a", "columns": [{"name": "a", "type": "int"}, {"name": "A", "type": "int"}]})",
       "/columns/1/name"},
      {R"({"location": "raw/a", "columns": [{"name": "a", "type": "int"}], "format": "orc"})", "/format"}};
  for (const auto& [body, where] : cases)
    EXPECT_THAT(ReadDeclaration(json::parse(body)), HasError(Code::kInvalidArgument, where)) << body;
}

}  // namespace
}  // namespace tarn::catalog
