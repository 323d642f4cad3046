#include "services/catalog/search/tag_store.h"

#include <gmock/gmock.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

class TagStoreTest : public testing::Test {
 protected:
  TagStoreTest() {
    EXPECT_THAT(
        catalog.Commit({{{"shop", "orders"}, {MakeFile("shop/orders/a", "v1", {{"Id", "DATE"}})}, {}, {}}}),
        IsOk());
  }

  CatalogFixture catalog;
  TagStore tags{*catalog.writer, *catalog.writer};
};

TEST_F(TagStoreTest, KeepsTagsOfEachItemApart) {
  ASSERT_THAT(tags.Put({"shop"}, "a", "1"), IsOk());
  ASSERT_THAT(tags.Put({"shop", "orders"}, "a", "2"), IsOk());
  ASSERT_THAT(tags.Put({"shop", "orders", "", "ID"}, "a", "3"), IsOk());
  ASSERT_THAT(tags.Put({"shop", "orders"}, "a", "4"), IsOk());
  EXPECT_EQ(*tags.Get({"shop"}), (Tags{{"a", "1"}}));
  EXPECT_EQ(*tags.Get({"shop", "orders"}), (Tags{{"a", "4"}}));
  EXPECT_EQ(*tags.Get({"shop", "orders", "", "id"}), (Tags{{"a", "3"}}));
  const auto all = tags.OfTable("shop", "orders");
  ASSERT_THAT(all, IsOk());
  EXPECT_EQ(all->table, (Tags{{"a", "4"}}));
  EXPECT_EQ(all->columns, (std::map<std::string, Tags>{{"Id", {{"a", "3"}}}}));
}

TEST_F(TagStoreTest, OnlyWhatIsThereHasTags) {
  EXPECT_THAT(tags.Put({"none"}, "a", "1"), HasError(Code::kNotFound, "none"));
  EXPECT_THAT(tags.Put({"shop", "none"}, "a", "1"), HasError(Code::kNotFound, "none"));
  EXPECT_THAT(tags.Put({"shop", "orders", "", "none"}, "a", "1"), HasError(Code::kNotFound, "none"));
  EXPECT_THAT(tags.Put({"shop", "", "orders"}, "a", "1"), HasError(Code::kNotFound, "orders"));
  EXPECT_THAT(tags.Delete({"shop", "orders"}, "a"), HasError(Code::kNotFound, "tag"));
}

TEST_F(TagStoreTest, AnItemHasFiftyAtMost) {
  for (int i = 0; i < 50; ++i) ASSERT_THAT(tags.Put({"shop"}, std::to_string(i), ""), IsOk());
  EXPECT_THAT(tags.Put({"shop"}, "one too many", ""), HasError(Code::kTooLarge, "50"));
  EXPECT_EQ(tags.Get({"shop"})->size(), 50u);
  EXPECT_THAT(tags.Put({"shop"}, "7", "again"), IsOk());
}

}  // namespace
}  // namespace tarn::catalog
