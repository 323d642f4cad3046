#include <algorithm>

#include "tests/contract/object_store/store_factory.h"
#include "tests/support/result_matchers.h"

namespace tarn::object_store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Listing : public ObjectStoreContract {
 protected:
  void Fill(const std::vector<std::string>& keys) {
    for (const std::string& key : keys) ASSERT_THAT(store_->Put("raw", key, key), IsOk()) << key;
  }
  static std::vector<std::string> KeysOf(const ListPage& page) {
    std::vector<std::string> keys;
    for (const ObjectInfo& object : page.objects) keys.push_back(object.key);
    return keys;
  }
  ListPage List(const std::string& prefix = "", const std::string& delimiter = "", const std::string& after = "",
                int64_t limit = 1000) {
    auto page = store_->List({"raw", prefix, delimiter, after, limit});
    EXPECT_THAT(page, IsOk());
    return *std::move(page);
  }
};
TARN_FOR_ALL_STORES(Listing);

TEST_P(Listing, IsInByteOrder) {
  Fill({"b", "a/x", "a-x", "a0", "B", "\u00e4", "z", "\U0001f3b5"});
  EXPECT_THAT(KeysOf(List()), ElementsAre("B", "a-x", "a/x", "a0", "b", "z", "\u00e4", "\U0001f3b5"));
}

TEST_P(Listing, FindsAPrefix) {
  Fill({"a/1", "a/2", "ab", "b/1"});
  EXPECT_THAT(KeysOf(List("a/")), ElementsAre("a/1", "a/2"));
  EXPECT_THAT(KeysOf(List("a")), ElementsAre("a/1", "a/2", "ab"));
  EXPECT_THAT(KeysOf(List("a/2")), ElementsAre("a/2"));
  EXPECT_THAT(KeysOf(List("c")), IsEmpty());
  EXPECT_THAT(KeysOf(List("\xff")), IsEmpty());
  EXPECT_THAT(KeysOf(List("a_%")), IsEmpty());
}

TEST_P(Listing, GroupsByADelimiter) {
  Fill({"a/1", "a/2/x", "b", "c/1", "c-"});
  auto page = List("", "/");
  EXPECT_THAT(KeysOf(page), ElementsAre("b", "c-"));
  EXPECT_THAT(page.common_prefixes, ElementsAre("a/", "c/"));
  page = List("a/", "/");
  EXPECT_THAT(KeysOf(page), ElementsAre("a/1"));
  EXPECT_THAT(page.common_prefixes, ElementsAre("a/2/"));
  page = List("a", "/");
  EXPECT_THAT(page.common_prefixes, ElementsAre("a/"));
}

TEST_P(Listing, GroupsByAnyText) {
  Fill({"x--a--1", "x--a--2", "x--b", "y"});
  const auto page = List("x--", "--");
  EXPECT_THAT(page.common_prefixes, ElementsAre("x--a--"));
  EXPECT_THAT(KeysOf(page), ElementsAre("x--b"));
}

TEST_P(Listing, GoesOnAfterAKey) {
  Fill({"a", "b", "c"});
  EXPECT_THAT(KeysOf(List("", "", "a")), ElementsAre("b", "c"));
  EXPECT_THAT(KeysOf(List("", "", "aa")), ElementsAre("b", "c"));
  EXPECT_THAT(KeysOf(List("", "", "c")), IsEmpty());
}

TEST_P(Listing, PagesWithoutLossOrRepetition) {
  std::vector<std::string> keys;
  for (char first = 'a'; first < 'f'; ++first) {
    for (int i = 0; i < 5; ++i) keys.push_back(std::string(1, first) + "/" + std::to_string(i));
    keys.push_back(std::string(1, first) + "0");
  }
  Fill(keys);
  for (const std::string& delimiter : {std::string(), std::string("/")}) {
    for (int64_t limit = 1; limit <= 7; ++limit) {
      std::vector<std::string> seen;
      std::string after;
      int pages = 0;
      for (bool more = true; more; ++pages) {
        const auto page = List("", delimiter, after, limit);
        EXPECT_LE(static_cast<int64_t>(page.objects.size() + page.common_prefixes.size()), limit);
        for (const auto& key : KeysOf(page)) seen.push_back(key);
        for (const auto& prefix : page.common_prefixes) seen.push_back(prefix);
        more = page.truncated;
        EXPECT_EQ(page.next_after.empty(), !more);
        after = page.next_after;
      }
      std::sort(seen.begin(), seen.end());
      const size_t total = delimiter.empty() ? 30 : 10;
      EXPECT_EQ(seen.size(), total);
      EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
      EXPECT_EQ(pages, static_cast<int>((total + limit - 1) / limit));
    }
  }
}

TEST_P(Listing, EndsExactlyAtTheLimitWithoutAnotherPage) {
  Fill({"a/1", "a/2", "b"});
  auto page = List("", "/", "", 2);
  EXPECT_FALSE(page.truncated);
  page = List("", "", "", 3);
  EXPECT_FALSE(page.truncated);
}

TEST_P(Listing, OfNothingIsEmpty) {
  Fill({"a"});
  const auto page = List("", "", "", 0);
  EXPECT_TRUE(page.objects.empty());
  EXPECT_FALSE(page.truncated);
  EXPECT_THAT(store_->List({"raw", "", "", "", -1}), HasError(Code::kInvalidArgument, "limit"));
}

TEST_P(Listing, SeesNoOtherBucket) {
  ASSERT_THAT(store_->EnsureBucket("raw2"), IsOk());
  ASSERT_THAT(store_->Put("raw2", "x", ""), IsOk());
  Fill({"a"});
  EXPECT_THAT(KeysOf(List()), ElementsAre("a"));
}

}  // namespace
}  // namespace tarn::object_store
