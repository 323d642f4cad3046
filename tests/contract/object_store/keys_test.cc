#include "tests/contract/object_store/store_factory.h"
#include "tests/support/result_matchers.h"

namespace tarn::object_store {
namespace {

class Keys : public ObjectStoreContract {};
TARN_FOR_ALL_STORES(Keys);

std::string LongKey(size_t bytes) {
  std::string key;
  while (key.size() + 200 < bytes) key += std::string(199, 'x') + "/";
  return key + std::string(bytes - key.size(), 'y');
}

TEST_P(Keys, MayHoldAnythingThatS3Allows) {
  for (const std::string& key :
       {std::string("spotify/playlist_items/run=20240101T000000Z_01h/page-00000.json"), std::string("with space/and:colon"),
        std::string("\u00e4\u00f6/\u6f22\u5b57/\U0001f3b5.json"), std::string("quote'\"<>&?#%41+=;@!*(){}[]|\\^`~"),
        std::string(" lead and trail "), std::string("..."), std::string("a/..b/c.."), std::string("line\nbreak\ttab"),
        std::string(".hidden"), std::string("x/.tarn/index.db"), LongKey(under_test_->max_key_bytes()), std::string(255, 'z')}) {
    ASSERT_THAT(store_->Put("raw", key, "content of " + key), IsOk()) << key;
    EXPECT_EQ(*store_->GetAll("raw", key), "content of " + key);
  }
  EXPECT_EQ(store_->List({"raw", "", "", "", 1000})->objects.size(), 12u);
}

TEST_P(Keys, AreRefusedWhereAFileSystemCannotHoldThem) {
  for (const std::string& key :
       {std::string(), std::string("/"), std::string("/a"), std::string("a//"), std::string("a//b"), std::string("."),
        std::string(".."), std::string("../raw2/x"), std::string("a/../../x"), std::string("a/./b"), std::string("a/.."),
        std::string("../"), std::string("a/./"), std::string("a/.tarn_folder"), std::string(".tarn_folder/"),
        LongKey(1025), std::string(256, 'z'), std::string("nul\0byte", 8), std::string("bad\xff"), std::string("\xc0\xaf"),
        std::string("\xed\xa0\x80"), std::string("cut\xe2\x82")}) {
    EXPECT_THAT(store_->Put("raw", key, "x"), HasError(Code::kInvalidArgument, "key")) << key;
    EXPECT_THAT(store_->Get("raw", key), HasError(Code::kInvalidArgument, "key"));
    EXPECT_THAT(store_->Head("raw", key), HasError(Code::kInvalidArgument, "key"));
    EXPECT_THAT(store_->Delete("raw", key), HasError(Code::kInvalidArgument, "key"));
    EXPECT_THAT(store_->PinFiles({{"raw", key, "v"}}), HasError(Code::kInvalidArgument, "key"));
  }
  EXPECT_TRUE(Events().empty());
}

TEST_P(Keys, OfBucketsAreThoseOfS3) {
  for (const char* bucket : {"", "ab", "Raw", ".tarn", "a_b", "-abc", "abc-", "a..b", "a/b", "..", "caf\u00e9"}) {
    EXPECT_THAT(store_->EnsureBucket(bucket), HasError(Code::kInvalidArgument, "bucket")) << bucket;
    EXPECT_THAT(store_->Put(bucket, "k", "x"), HasError(Code::kInvalidArgument, "bucket"));
    EXPECT_THAT(store_->List({bucket, "", "", "", 1}), HasError(Code::kInvalidArgument, "bucket"));
  }
  EXPECT_THAT(store_->EnsureBucket(std::string(64, 'a')), HasError(Code::kInvalidArgument, "bucket"));
  EXPECT_THAT(store_->EnsureBucket(std::string(63, 'a')), IsOk());
  EXPECT_THAT(store_->EnsureBucket("my.bucket-2"), IsOk());
}

TEST_P(Keys, CannotStandBelowAnObjectOrOverObjects) {
  ASSERT_THAT(store_->Put("raw", "a/b", "x"), IsOk());
  EXPECT_THAT(store_->Put("raw", "a", "y"), HasError(Code::kConflict, "a/b and a"));
  EXPECT_THAT(store_->Put("raw", "a/b/c", "y"), HasError(Code::kConflict, "a/b and a/b/c"));
  EXPECT_THAT(store_->Put("raw", "a/b/c/d/e", "y"), HasError(Code::kConflict, "a/b"));
  EXPECT_THAT(store_->Put("raw", "a/bb", "y"), IsOk());
  EXPECT_THAT(store_->Put("raw", "a-b", "y"), IsOk());
  EXPECT_EQ(*store_->GetAll("raw", "a/b"), "x");
}

TEST_P(Keys, MayMarkAFolder) {
  ASSERT_THAT(store_->Put("raw", "a/b/", ""), IsOk());
  ASSERT_THAT(store_->Put("raw", "a/b/c", "x"), IsOk());
  ASSERT_THAT(store_->Put("raw", "a/", "may have content"), IsOk());
  EXPECT_THAT(store_->Put("raw", "a", "y"), HasError(Code::kConflict, "a"));
  EXPECT_THAT(store_->Put("raw", "a/b/c/", "y"), HasError(Code::kConflict, "a/b/c"));
  EXPECT_EQ(*store_->GetAll("raw", "a/"), "may have content");
  EXPECT_EQ(*store_->GetAll("raw", "a/b/"), "");
  const auto all = store_->List({"raw", "", "", "", 1000});
  ASSERT_EQ(all->objects.size(), 3u);
  EXPECT_EQ(all->objects[0].key, "a/");
  EXPECT_EQ(all->objects[1].key, "a/b/");
  EXPECT_EQ(store_->List({"raw", "", "/", "", 1000})->common_prefixes, std::vector<std::string>{"a/"});
  ASSERT_THAT(store_->Delete("raw", "a/b/c"), IsOk());
  EXPECT_THAT(store_->Head("raw", "a/b/"), IsOk());
  ASSERT_THAT(store_->Delete("raw", "a/b/"), IsOk());
  ASSERT_THAT(store_->Delete("raw", "a/"), IsOk());
  EXPECT_THAT(store_->Put("raw", "a", "now free"), IsOk());
}

TEST_P(Keys, OfOneCommitCannotStandBelowEachOther) {
  EXPECT_THAT(store_->Commit(All(PutChange("p", "1"), PutChange("p/q", "2")), {}), HasError(Code::kConflict, "p and p/q"));
  EXPECT_THAT(store_->Head("raw", "p"), HasError(Code::kNotFound, "p"));
  EXPECT_THAT(store_->Commit(All(PutChange("p/q", "2"), PutChange("p", "1")), {}), HasError(Code::kConflict, "p/q and p"));
  EXPECT_THAT(store_->Put("raw", "p", "now free"), IsOk());
}

TEST_P(Keys, AppearOnceInACommit) {
  EXPECT_THAT(store_->Commit(All(PutChange("p", "1"), DeleteChange("p")), {}), HasError(Code::kInvalidArgument, "raw/p"));
}

TEST_P(Keys, ComeWithMetadataOfBoundedSize) {
  PutOptions options;
  options.metadata["note"] = std::string(8189, 'x');
  EXPECT_THAT(store_->Put("raw", "k", "x", options), HasError(Code::kInvalidArgument, "metadata"));
  options.metadata["note"] = "\xff";
  EXPECT_THAT(store_->Put("raw", "k", "x", options), HasError(Code::kInvalidArgument, "metadata"));
}

}  // namespace
}  // namespace tarn::object_store
