#include "services/catalog/tables/table_endpoints.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "common/object_store/local_object_store.h"
#include "services/catalog/tables/database_endpoints.h"
#include "services/catalog/tables/version_endpoints.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

http::Request RequestFor(const std::string& database, const std::string& table = "") {
  http::Request request;
  request.path_parameters = {{"database", database}, {"table", table}};
  return request;
}

class TableEndpointsTest : public testing::Test {
 protected:
  TableEndpointsTest() {
    const std::vector<Column> columns = {{"id", "BIGINT"}};
    TableChange change{{"spotify", "plays"},
                       {MakeFile("spotify/plays/year=2023/a", "v1", columns, {{"year", "2023"}}),
                        MakeFile("spotify/plays/year=2024/a", "v1", columns, {{"year", kNullPartition}})},
                       {},
                       {{"transformed", "spotify/plays/bad.csv", "v1", "unprocessable", "ragged", "line 3",
                         "c", Timestamp()}}};
    EXPECT_THAT(catalog.Commit({change}), IsOk());
  }

  static json Body(const Result<http::Response>& response) {
    EXPECT_THAT(response, IsOk());
    return response.ok() ? json::parse(response->body) : json();
  }

  CatalogFixture catalog;
  TempDirectory lake;
  std::unique_ptr<object_store::ObjectStore> store = std::move(object_store::OpenLocalStore({lake.path(), "test"})).value();
  FilePresence presence{*store};
  TableEndpoints endpoints{*catalog.tables, presence};
  VersionEndpoints versions{*catalog.tables, *catalog.tables, presence};
};

TEST_F(TableEndpointsTest, ShowsATableWithItsSchemaPartitionsAndFailedFiles) {
  http::Request request = RequestFor("spotify", "plays");
  const json table = Body(endpoints.Get(request));
  EXPECT_EQ(table["database"], "spotify");
  EXPECT_EQ(table["name"], "plays");
  EXPECT_EQ(table["state"], "active");
  EXPECT_EQ(table["version"], 1);
  EXPECT_EQ(table["file_count"], 2);
  EXPECT_EQ(table["rows"], 20);
  EXPECT_EQ(table["size_bytes"], 2000);
  EXPECT_EQ(table["partition_keys"], json::array({"year"}));
  EXPECT_EQ(table["columns"][0]["name"], "id");
  EXPECT_EQ(table["columns"][0]["type"], "BIGINT");
  EXPECT_EQ(table["columns"][0]["hive_type"], "bigint");
  EXPECT_EQ(table["columns"][0]["trino_type"], "bigint");
  EXPECT_EQ(table["columns"][0]["partition_key"], false);
  EXPECT_EQ(table["partition_count"], 2);
  EXPECT_EQ(table["partitions"][0]["values"], json({{"year", "2023"}}));
  EXPECT_EQ(table["partitions"][1]["values"]["year"], nullptr);
  EXPECT_EQ(table["failed_files"][0]["where"], "line 3");
}

TEST_F(TableEndpointsTest, PagesThroughFiles) {
  http::Request request = RequestFor("spotify", "plays");
  request.query_parameters = {{"limit", "1"}};
  const json first = Body(endpoints.Files(request));
  ASSERT_EQ(first["items"].size(), 1u);
  EXPECT_EQ(first["items"][0]["key"], "spotify/plays/year=2023/a");
  EXPECT_EQ(first["items"][0]["columns"], json::array({"id"}));
  request.query_parameters.emplace_back("page_token", first["next_page_token"]);
  const json second = Body(endpoints.Files(request));
  EXPECT_EQ(second["items"][0]["key"], "spotify/plays/year=2024/a");
  EXPECT_FALSE(second.contains("next_page_token"));
}

TEST_F(TableEndpointsTest, ListsTablesVersionsPartitionsAndFailedFiles) {
  http::Request request = RequestFor("spotify", "plays");
  EXPECT_EQ(Body(endpoints.List(request))["items"][0]["name"], "plays");
  EXPECT_EQ(Body(versions.List(request))["items"][0]["files_added"], 2);
  EXPECT_EQ(Body(endpoints.Partitions(request))["items"].size(), 2u);
  EXPECT_EQ(Body(endpoints.FailedFiles(request))["items"][0]["key"], "spotify/plays/bad.csv");
}

TEST_F(TableEndpointsTest, AnswersNotFoundForWhatIsNotCataloged) {
  http::Request request = RequestFor("spotify", "nothing");
  EXPECT_THAT(endpoints.Get(request), HasError(Code::kNotFound, "spotify.nothing"));
  EXPECT_THAT(endpoints.Files(request), HasError(Code::kNotFound, "spotify.nothing"));
  EXPECT_THAT(endpoints.FailedFiles(request), HasError(Code::kNotFound, "spotify.nothing"));
  http::Request other = RequestFor("nobody");
  EXPECT_THAT(endpoints.List(other), HasError(Code::kNotFound, "nobody"));
}

TEST_F(TableEndpointsTest, RefusesAPageTokenOfAnotherListing) {
  http::Request request = RequestFor("spotify", "plays");
  request.query_parameters = {{"page_token", "YWJj"}};  // "abc" is no version
  EXPECT_THAT(versions.List(request), HasError(Code::kInvalidArgument, "query:page_token"));
}

TEST_F(TableEndpointsTest, ShowsDatabases) {
  DatabaseEndpoints databases(*catalog.tables);
  http::Request request = RequestFor("spotify");
  EXPECT_EQ(Body(databases.List(request))["items"][0]["name"], "spotify");
  EXPECT_EQ(Body(databases.Get(request))["tables"], 1);
  http::Request other = RequestFor("nobody");
  EXPECT_THAT(databases.Get(other), HasError(Code::kNotFound, "nobody"));
}

}  // namespace
}  // namespace tarn::catalog
