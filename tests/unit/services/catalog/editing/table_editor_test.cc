#include "services/catalog/editing/table_editor.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

const TableName kPlays = {"spotify", "plays"};
const Author kMe = {"me", FromUnixMillis(1'700'000'001'000)};

class TableEditorTest : public testing::Test {
 protected:
  TableEditorTest() {
    Crawl({MakeFile("spotify/plays/a", "v1", {{"preis", "BIGINT"}, {"name", "VARCHAR"}})});
  }

  std::vector<TableReport> Crawl(std::vector<DataFile> added, std::vector<TableChange::Object> removed = {},
                                 bool asked = false) {
    TableChange change{kPlays, std::move(added), std::move(removed), {}};
    auto reports = catalog.tables->Commit({change}, {"crawl", FromUnixMillis(1'700'000'000'000), asked},
                                          [](const std::vector<TableReport>&) { return Ok(); });
    EXPECT_THAT(reports, IsOk());
    return reports.ok() ? *reports : std::vector<TableReport>();
  }

  Status Edit(const char* patch, const Precondition& condition = {}) {
    TARN_ASSIGN(const TablePatch read, TablePatch::Read(nlohmann::json::parse(patch)));
    return editor.Edit(kPlays, read, patch, condition, kMe);
  }

  Table Get() {
    const auto table = catalog.tables->GetTable(kPlays);
    EXPECT_THAT(table, IsOk());
    return table.ok() ? *table : Table();
  }

  std::vector<std::string> Columns() {
    std::vector<std::string> columns;
    for (const Column& column : Get().columns) columns.push_back(column.name + " " + column.type);
    return columns;
  }

  CatalogFixture catalog;
  TableEditor editor{*catalog.writer, 100};
};

using testing::ElementsAre;

TEST_F(TableEditorTest, AnEditIsANewVersionThatSaysWhoMadeIt) {
  ASSERT_THAT(Edit(R"({"columns": {"preis": {"name": "price", "type": "HUGEINT"}}})"), IsOk());
  EXPECT_THAT(Columns(), ElementsAre("price HUGEINT", "name VARCHAR"));
  EXPECT_EQ(Get().version, 2);
  EXPECT_EQ(Get().files, 1);
  const auto versions = catalog.tables->ListVersions(kPlays, 0, 10);
  ASSERT_THAT(versions, IsOk());
  EXPECT_EQ(versions->at(0).edited_by, "me");
  EXPECT_EQ(versions->at(0).edit, R"({"columns": {"preis": {"name": "price", "type": "HUGEINT"}}})");
  EXPECT_EQ(versions->at(0).crawl_id, "");
  EXPECT_EQ(versions->at(0).created_at, kMe.time);
  EXPECT_EQ(versions->at(0).changes.size(), 2u);
  EXPECT_EQ(versions->at(1).edited_by, std::nullopt);
}

TEST_F(TableEditorTest, ACrawlNeverOverwritesAnEdit) {
  ASSERT_THAT(Edit(R"({"description": "d", "columns": {"preis": {"name": "price", "comment": "euros"}}})"),
              IsOk());
  Crawl({MakeFile("spotify/plays/b", "v1", {{"preis", "DOUBLE"}, {"extra", "DATE"}})});
  EXPECT_THAT(Columns(), ElementsAre("price DOUBLE", "name VARCHAR", "extra DATE"));
  EXPECT_EQ(Get().columns[0].comment, "euros");
  EXPECT_EQ(Get().edits.description, "d");
  EXPECT_EQ(Get().version, 3);
}

TEST_F(TableEditorTest, ATypeThatFilesNoLongerFitIsSetAsideAndComesBack) {
  ASSERT_THAT(Edit(R"({"columns": {"preis": {"type": "INTEGER"}}})"), IsOk());
  Crawl({MakeFile("spotify/plays/b", "v1", {{"preis", "DOUBLE"}})});
  EXPECT_EQ(Columns()[0], "preis DOUBLE");
  Crawl({}, {{"transformed", "spotify/plays/b"}});
  EXPECT_EQ(Columns()[0], "preis INTEGER");
}

TEST_F(TableEditorTest, TakingAnEditAwayGivesBackWhatWasFound) {
  const auto before = Get().columns;
  ASSERT_THAT(Edit(R"({"columns": {"preis": {"name": "price", "type": "HUGEINT", "comment": "x"}}})"),
              IsOk());
  ASSERT_THAT(Edit(R"({"columns": {"price": null}})"), IsOk());
  EXPECT_EQ(Get().columns, before);
  EXPECT_EQ(Get().version, 3);
}

TEST_F(TableEditorTest, AnEditThatChangesNothingMakesNoVersion) {
  ASSERT_THAT(Edit(R"({"owner": "me"})"), IsOk());
  ASSERT_THAT(Edit(R"({"owner": "me", "parameters": {"x": null}})"), IsOk());
  EXPECT_EQ(Get().version, 2);
}

TEST_F(TableEditorTest, RefusesAnUpdateThatWouldBeLost) {
  http::Request request;
  request.headers.Add("If-Match", "\"1\"");
  const auto condition = Precondition::Of(request);
  ASSERT_THAT(condition, IsOk());
  ASSERT_THAT(Edit(R"({"owner": "first"})", *condition), IsOk());
  EXPECT_THAT(Edit(R"({"owner": "second"})", *condition), HasError(Code::kPreconditionFailed, ""));
  EXPECT_EQ(Get().edits.owner, "first");
}

TEST_F(TableEditorTest, EditsOfATableWithoutFilesShow) {
  Crawl({}, {{"transformed", "spotify/plays/a"}});
  ASSERT_THAT(Edit(R"({"columns": {"preis": {"type": "HUGEINT"}}})"), IsOk());
  EXPECT_EQ(Columns()[0], "preis HUGEINT");
}

TEST_F(TableEditorTest, RollingBackBringsBackTheEditsOfThatVersion) {
  ASSERT_THAT(Edit(R"({"owner": "first", "columns": {"preis": {"name": "price"}}})"), IsOk());
  ASSERT_THAT(Edit(R"({"owner": "second", "columns": {"price": {"name": "cost"}}})"), IsOk());
  const auto all_there = [](const std::vector<DataFile>&) { return std::vector<DataFile>(); };
  ASSERT_THAT(catalog.tables->Rollback(kPlays, 2, {"", kMe.time}, all_there), IsOk());
  EXPECT_EQ(Get().edits.owner, "first");
  EXPECT_EQ(Columns()[0], "price BIGINT");
  Crawl({MakeFile("spotify/plays/b", "v1", {{"preis", "BIGINT"}})});
  EXPECT_EQ(Columns()[0], "price BIGINT");
}

TEST_F(TableEditorTest, AVersionKeepsItsEditsWhenOlderOnesAreForgotten) {
  TableEditor forgetful(*catalog.writer, 2);
  const auto edit = [&](const char* patch) {
    return forgetful.Edit(kPlays, *TablePatch::Read(nlohmann::json::parse(patch)), patch, {}, kMe);
  };
  ASSERT_THAT(edit(R"({"columns": {"preis": {"name": "price"}}})"), IsOk());
  ASSERT_THAT(edit(R"({"owner": "x"})"), IsOk());
  ASSERT_THAT(edit(R"({"columns": {"price": null}})"), IsOk());
  const auto all_there = [](const std::vector<DataFile>&) { return std::vector<DataFile>(); };
  ASSERT_THAT(catalog.tables->Rollback(kPlays, 3, {"", kMe.time}, all_there), IsOk());
  EXPECT_EQ(Columns()[0], "price BIGINT");
}

TEST_F(TableEditorTest, ADroppedTableComesBackOnlyWithACrawlOfAllThatIsThere) {
  ASSERT_THAT(Edit(R"({"owner": "me"})"), IsOk());
  ASSERT_THAT(editor.Drop(kPlays, {}, kMe), IsOk());
  EXPECT_THAT(catalog.tables->GetTable(kPlays), HasError(Code::kNotFound, ""));
  EXPECT_THAT(editor.Drop(kPlays, {}, kMe), HasError(Code::kNotFound, ""));

  const auto refused = Crawl({MakeFile("spotify/plays/new", "v1", {{"preis", "BIGINT"}})});
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].outcome, TableOutcome::kRefused);
  EXPECT_THAT(refused[0].reason, testing::HasSubstr("was dropped"));
  EXPECT_THAT(catalog.tables->GetTable(kPlays), HasError(Code::kNotFound, ""));

  Crawl({MakeFile("spotify/plays/a", "v1", {{"preis", "BIGINT"}})}, {}, true);
  EXPECT_EQ(Get().version, 1);
  EXPECT_EQ(Get().edits, TableEdits());
  Crawl({MakeFile("spotify/plays/new", "v1", {{"preis", "BIGINT"}})});
  EXPECT_EQ(Get().files, 2);
}

TEST_F(TableEditorTest, NothingIsThereOfAnUnknownTable) {
  EXPECT_THAT(editor.Drop({"spotify", "none"}, {}, kMe), HasError(Code::kNotFound, ""));
  EXPECT_THAT(editor.Edit({"spotify", "none"}, TablePatch(), "{}", {}, kMe), HasError(Code::kNotFound, ""));
}

}  // namespace
}  // namespace tarn::catalog
