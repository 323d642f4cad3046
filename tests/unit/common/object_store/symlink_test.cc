#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::object_store {
namespace {

namespace fs = std::filesystem;

// Another program put links into the lake that lead out of it.
class Links : public testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(OpenLocalStore({lake_, "extract"})).value();
    ASSERT_THAT(store_->EnsureBucket("raw"), IsOk());
    ASSERT_THAT(store_->Put("raw", "dir/file", "inside"), IsOk());
    fs::create_directory(outside_);
    std::ofstream(outside_ / "file") << "secret";
  }
  std::string OutsideContent() const {
    std::ifstream in(outside_ / "file");
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  TempDirectory directory_;
  const fs::path lake_ = directory_ / "lake", outside_ = directory_ / "outside";
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(Links, OfDirectoriesAreNotWrittenThrough) {
  fs::create_directory_symlink(outside_, lake_ / "raw/link");
  EXPECT_THAT(store_->Put("raw", "link/new", "x"), HasError(Code::kConflict, "link"));
  EXPECT_THAT(store_->Put("raw", "link/file", "x"), HasError(Code::kConflict, "link"));
  EXPECT_FALSE(fs::exists(outside_ / "new"));
  EXPECT_EQ(OutsideContent(), "secret");
}

TEST_F(Links, InPlaceOfAnObjectsFileAreNotRead) {
  fs::remove(lake_ / "raw/dir/file");
  fs::create_symlink(outside_ / "file", lake_ / "raw/dir/file");
  EXPECT_THAT(store_->Get("raw", "dir/file"), HasError(Code::kUnavailable, "dir/file"));
  EXPECT_THAT(store_->PinFiles({{"raw", "dir/file", store_->Head("raw", "dir/file")->version}}),
              HasError(Code::kUnavailable, "dir/file"));
}

TEST_F(Links, InPlaceOfAnObjectsFileAreReplacedNotFollowed) {
  fs::remove(lake_ / "raw/dir/file");
  fs::create_symlink(outside_ / "file", lake_ / "raw/dir/file");
  ASSERT_THAT(store_->Put("raw", "dir/file", "new"), IsOk());
  EXPECT_EQ(OutsideContent(), "secret");
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(lake_ / "raw/dir/file")));
}

TEST_F(Links, InPlaceOfAParentAreNotDeletedThrough) {
  fs::remove_all(lake_ / "raw/dir");
  fs::create_directory_symlink(outside_, lake_ / "raw/dir");
  EXPECT_THAT(store_->Get("raw", "dir/file"), HasError(Code::kUnavailable, "dir/file"));
  EXPECT_THAT(store_->Delete("raw", "dir/file"), IsOk());
  EXPECT_EQ(OutsideContent(), "secret");
  EXPECT_TRUE(fs::is_symlink(lake_ / "raw/dir"));
}

TEST_F(Links, InPlaceOfABucketAreNoBucket) {
  fs::create_directory_symlink(outside_, lake_ / "linked");
  EXPECT_THAT(store_->Put("linked", "k", "x"), HasError(Code::kNotFound, "linked"));
  EXPECT_THAT(store_->EnsureBucket("linked"), HasError(Code::kConflict, "linked"));
  EXPECT_EQ(*store_->ListBuckets(), std::vector<std::string>{"raw"});
}

TEST_F(Links, AreNotAdopted) {
  fs::create_symlink(outside_ / "file", lake_ / "raw/link");
  fs::create_directory_symlink(outside_, lake_ / "raw/links");
  EXPECT_EQ(AdoptForeignFiles(*store_, std::chrono::milliseconds(0)).value(), 0);
  EXPECT_THAT(store_->Head("raw", "link"), HasError(Code::kNotFound, "link"));
}

TEST_F(Links, OfOddKindsDoNotHangAReader) {
  fs::remove(lake_ / "raw/dir/file");
  ASSERT_EQ(mkfifo((lake_ / "raw/dir/file").c_str(), 0600), 0);
  EXPECT_THAT(store_->Get("raw", "dir/file"), HasError(Code::kUnavailable, "dir/file"));
}

}  // namespace
}  // namespace tarn::object_store
