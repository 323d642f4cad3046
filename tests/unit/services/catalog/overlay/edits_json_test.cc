#include "services/catalog/overlay/edits_json.h"

#include <gtest/gtest.h>

namespace tarn::catalog {
namespace {

TEST(StoreEdits, IsReadBackAsItWas) {
  TableEdits edits;
  edits.description = "what \"it\" is";
  edits.owner = "team";
  edits.parameters = {{"a", "b"}, {"", "empty"}};
  edits.columns = {{1, "preis", "price", {}, ""}, {2, "x", {}, "DATE", {}}};
  edits.declared = {{7, "a", "BIGINT", "c", true}};
  const auto loaded = LoadEdits(StoreEdits(edits));
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(*loaded, edits);
}

TEST(StoreEdits, NoEditsAreTheEmptyText) {
  EXPECT_EQ(StoreEdits({}), "");
  EXPECT_EQ(*LoadEdits(""), TableEdits());
}

TEST(LoadEdits, RefusesWhatStoreEditsDidNotWrite) {
  for (const char* text : {"{", "[]", "{}", "{\"description\": 1}", "null"})
    EXPECT_EQ(LoadEdits(text).error().code(), Code::kInternal) << text;
}

}  // namespace
}  // namespace tarn::catalog
