#include "services/catalog/tables/version_endpoints.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "common/object_store/local_object_store.h"
#include "services/catalog/tables/table_endpoints.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

// Two versions of spotify.songs: the second has its file replaced by one with another column.
class VersionEndpointsTest : public testing::Test {
 protected:
  VersionEndpointsTest() {
    EXPECT_THAT(store->EnsureBucket("transformed"), IsOk());
    const std::string old_version = Put("old");
    EXPECT_THAT(
        catalog.Commit({{{"spotify", "songs"}, {MakeFile("a", old_version, {{"id", "BIGINT"}})}, {}, {}}}),
        IsOk());
    const std::string new_version = Put("new");
    const std::vector<Column> columns = {{"id", "BIGINT"}, {"name", "VARCHAR"}};
    EXPECT_THAT(catalog.Commit({{{"spotify", "songs"}, {MakeFile("a", new_version, columns)}, {}, {}}}),
                IsOk());
  }

  std::string Put(const std::string& content) {
    return store->Put("transformed", "a", content).value().version;
  }

  static http::Request RequestFor(std::map<std::string, std::string> parameters = {},
                                  const std::string& body = "") {
    http::Request request;
    request.path_parameters = {{"database", "spotify"}, {"table", "songs"}};
    for (auto& [name, value] : parameters) request.path_parameters[name] = value;
    request.body = body;
    return request;
  }

  static json Body(const Result<http::Response>& response) {
    EXPECT_THAT(response, IsOk());
    return response.ok() ? json::parse(response->body) : json();
  }

  TempDirectory lake;
  std::unique_ptr<object_store::ObjectStore> store =
      std::move(object_store::OpenLocalStore({lake.path(), "test"})).value();
  CatalogFixture catalog;
  FilePresence presence{*store};
  VersionEndpoints endpoints{*catalog.tables, *catalog.tables, presence};
  TableEndpoints tables{*catalog.tables, presence};
};

TEST_F(VersionEndpointsTest, ListVersionsWithTheChangesOfTheirSchemas) {
  http::Request request = RequestFor();
  const json page = Body(endpoints.List(request));
  EXPECT_EQ(page["items"][0]["version"], 2);
  EXPECT_EQ(page["items"][0]["schema_changes"][0]["words"], "column \"name\" VARCHAR was added");
  EXPECT_EQ(page["items"][1]["schema_changes"], json::array());
}

TEST_F(VersionEndpointsTest, SayInWordsWhatLiesBetweenTwoVersions) {
  http::Request request = RequestFor({{"from", "1"}, {"to", "2"}});
  const json diff = Body(endpoints.Diff(request));
  EXPECT_EQ(diff["words"],
            json({"column \"name\" VARCHAR was added", "1 file was added", "1 file was removed"}));
  EXPECT_EQ(diff["schema_changes"][0]["kind"], "column_added");
  EXPECT_EQ(diff["added"], json({"transformed/a"}));
  EXPECT_EQ(diff["removed"], json({"transformed/a"}));
  EXPECT_EQ(diff["rows_difference"], 0);
}

TEST_F(VersionEndpointsTest, RefuseWhatIsNoVersion) {
  http::Request unknown = RequestFor({{"from", "1"}, {"to", "9"}});
  EXPECT_THAT(endpoints.Diff(unknown), HasError(Code::kNotFound, "no version 9"));
  for (const char* text : {"0", "-1", "x", "1x", "99999999999999999999"}) {
    http::Request wrong = RequestFor({{"from", text}, {"to", "1"}});
    EXPECT_THAT(endpoints.Diff(wrong), HasError(Code::kInvalidArgument, "a version is a number")) << text;
  }
  for (const char* body :
       {"{}", "[]", "{\"version\": 0}", "{\"version\": \"1\"}", "{\"version\": 1, \"x\": 1}"}) {
    http::Request wrong = RequestFor({}, body);
    EXPECT_THAT(endpoints.Rollback(wrong), HasError(Code::kInvalidArgument, "")) << body;
  }
}

TEST_F(VersionEndpointsTest, RefuseARollbackToAFileThatTheStoreNoLongerHas) {
  http::Request request = RequestFor({}, "{\"version\": 1}");
  EXPECT_THAT(endpoints.Rollback(request), HasError(Code::kConflict, "transformed/a"));
}

TEST_F(VersionEndpointsTest, RollBackToWhatIsStillThere) {
  ASSERT_THAT(catalog.Commit({{{"spotify", "songs"}, {MakeFile("b", "v", {{"id", "VARCHAR"}})}, {}, {}}}),
              IsOk());
  http::Request request = RequestFor({}, "{\"version\": 2}");
  const json report = Body(endpoints.Rollback(request));
  EXPECT_EQ(report["outcome"], "changed");
  EXPECT_EQ(report["version"], 4);
  EXPECT_EQ(report["files_removed"], 1);
  EXPECT_EQ(report["schema_changes"][0]["kind"], "type_narrowed");
}

TEST_F(VersionEndpointsTest, AFormerVersionSaysWhichOfItsFilesAreGone) {
  http::Request request = RequestFor();
  request.query_parameters = {{"version", "1"}};
  const json table = Body(tables.Get(request));
  EXPECT_EQ(table["version"], 1);
  EXPECT_EQ(table["columns"].size(), 1u);
  EXPECT_EQ(table["readable"], false);
  EXPECT_EQ(table["missing_files"], json({"transformed/a"}));
  request.query_parameters = {{"version", "2"}};
  EXPECT_EQ(Body(tables.Get(request))["readable"], true);
}

TEST_F(VersionEndpointsTest, AFormerVersionWithoutItsFilesIsNotClaimedToBeReadable) {
  SqliteTableStore aware(*catalog.writer, *catalog.writer, 100, nullptr,
                         [&](const auto& files) { return presence.FindMissing(files); });
  EXPECT_THAT(aware.Resolve({{{"spotify", "songs"}, 1}}),
              HasError(Code::kNotFound, "version 1 of spotify.songs cannot be read any more"));
  EXPECT_THAT(aware.Resolve({{{"spotify", "songs"}, 2}}), IsOk());
}

}  // namespace
}  // namespace tarn::catalog
