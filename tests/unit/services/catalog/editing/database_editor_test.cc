#include "services/catalog/editing/database_editor.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "services/catalog/views/view_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

const Author kMe = {"me", FromUnixMillis(1'700'000'001'000)};

class DatabaseEditorTest : public testing::Test {
 protected:
  CatalogFixture catalog;
  DatabaseEditor editor{*catalog.writer, *catalog.writer};
};

TEST_F(DatabaseEditorTest, MakesDescribesAndDeletesADatabase) {
  const auto created =
      editor.Put("shop", json::parse(R"({"description": "d", "parameters": {"a": "1"}})"), {}, kMe);
  ASSERT_THAT(created, IsOk());
  EXPECT_TRUE(*created);
  const auto again = editor.Put("shop", json::parse(R"({"parameters": {"a": null, "b": "2"}})"), {}, kMe);
  ASSERT_THAT(again, IsOk());
  EXPECT_FALSE(*again);
  const auto shown = catalog.tables->GetDatabase("shop");
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(shown->description, "d");
  EXPECT_EQ(shown->parameters, (std::map<std::string, std::string>{{"b", "2"}}));
  EXPECT_EQ(shown->revision, 2);
  ASSERT_THAT(editor.Delete("shop", {}), IsOk());
  EXPECT_THAT(catalog.tables->GetDatabase("shop"), HasError(Code::kNotFound, "shop"));
}

TEST_F(DatabaseEditorTest, OneThatHasTablesOrViewsStays) {
  ASSERT_THAT(
      catalog.Commit({{{"shop", "orders"}, {MakeFile("shop/orders/a", "v1", {{"a", "DATE"}})}, {}, {}}}),
      IsOk());
  EXPECT_THAT(editor.Delete("shop", {}), HasError(Code::kConflict, "shop"));
  ViewStore views(*catalog.writer, *catalog.writer);
  View view;
  view.name = {"views", "v"};
  view.dialect = "duckdb";
  view.sql = "SELECT 1";
  ASSERT_THAT(views.Put(view, {}, kMe), IsOk());
  EXPECT_THAT(editor.Delete("views", {}), HasError(Code::kConflict, "views"));
}

TEST_F(DatabaseEditorTest, PatchNeedsADatabase) {
  EXPECT_THAT(editor.Patch("none", json::object(), {}, kMe), HasError(Code::kNotFound, "none"));
  EXPECT_THAT(editor.Delete("none", {}), HasError(Code::kNotFound, "none"));
  EXPECT_THAT(editor.Get("none"), HasError(Code::kNotFound, "none"));
}

TEST_F(DatabaseEditorTest, ARefusedPatchChangesNothing) {
  EXPECT_THAT(editor.Put("shop", json::parse(R"({"colour": "red"})"), {}, kMe),
              HasError(Code::kInvalidArgument, "/colour"));
  EXPECT_THAT(editor.Put("a/b", json::object(), {}, kMe), HasError(Code::kInvalidArgument, "name"));
  EXPECT_THAT(editor.Get("shop"), HasError(Code::kNotFound, "shop"));
}

}  // namespace
}  // namespace tarn::catalog
