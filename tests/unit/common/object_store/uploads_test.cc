#include <filesystem>

#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::object_store {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMiB = 1 << 20;

class UploadsInParts : public testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(OpenLocalStore({lake_, "extract"})).value();
    ASSERT_THAT(store_->CreateBucket("raw"), IsOk());
  }

  Result<UploadPart> Add(const Upload& upload, int number, const std::string& content) {
    auto writer = store_->Stage();
    EXPECT_THAT((*writer)->Write(content), IsOk());
    return store_->AddPart(upload, number, std::move((*writer)->Finish()).value(), {});
  }
  Upload Begin(const std::string& key) { return store_->CreateUpload("raw", key, {}, "", false).value(); }
  size_t PartFiles() const {
    size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(lake_ / ".tarn/uploads")) files += entry.is_regular_file();
    return files;
  }

  TempDirectory directory_;
  const fs::path lake_ = directory_ / "lake";
  std::unique_ptr<VersionedStore> store_;
};

TEST_F(UploadsInParts, BecomeOneObjectWithTheEtagThatS3Gives) {
  const Upload upload = Begin("big");
  const std::string first(5 * kMiB, 'a'), second = "end";
  const auto two = Add(upload, 2, second);
  const auto one = Add(upload, 1, first);
  EXPECT_THAT(store_->Head("raw", "big"), HasError(Code::kNotFound, "big"));
  size_t observed = 0;
  CompleteOptions options;
  options.observe = [&](std::string_view data) { observed += data.size(); };
  options.finish = [](ObjectAttributes& attributes) {
    attributes.checksums["crc32"] = "whole";
    return Ok();
  };
  const std::vector<CompletedPart> parts = {{1, one->etag, {}}, {2, two->etag, {}}};
  const auto object = store_->CompleteUpload(upload, parts, options);
  ASSERT_THAT(object, IsOk());
  EXPECT_EQ(observed, first.size() + second.size());
  EXPECT_EQ(store_->GetAll("raw", "big").value(), first + second);
  EXPECT_TRUE(object->etag.ends_with("-2")) << object->etag;
  EXPECT_EQ(object->attributes.parts.size(), 2u);
  EXPECT_EQ(store_->Head("raw", "big")->attributes.checksums.at("crc32"), "whole");
  EXPECT_EQ(PartFiles(), 0u);
  const auto again = store_->CompletedObject("raw", "big", upload.id, parts);
  ASSERT_TRUE(again.ok() && *again);
  EXPECT_EQ((*again)->version, object->version);
  EXPECT_THAT(store_->CompleteUpload(upload, parts, {}), HasError(Code::kInvalidArgument, "not uploaded"));
  EXPECT_THAT(store_->GetUpload("raw", "big", upload.id), HasError(Code::kNotFound, upload.id));
}

TEST_F(UploadsInParts, NameThePartThatIsWrong) {
  const Upload upload = Begin("k");
  const auto small = Add(upload, 1, "small"), last = Add(upload, 2, "last");
  const auto where = [&](const std::vector<CompletedPart>& parts, CompleteOptions options = {}) {
    const auto completed = store_->CompleteUpload(upload, parts, options);
    return completed.ok() ? "ok" : completed.error().where();
  };
  EXPECT_EQ(where({{1, small->etag, {}}, {2, last->etag, {}}}), "size:1");
  EXPECT_EQ(where({{2, last->etag, {}}, {1, small->etag, {}}}), "order");
  EXPECT_EQ(where({{1, small->etag, {}}, {1, small->etag, {}}}), "order");
  EXPECT_EQ(where({{3, "x", {}}}), "part:3");
  EXPECT_EQ(where({{1, "other", {}}}), "part:1");
  EXPECT_EQ(where({}), "parts");
  CompleteOptions options;
  options.size_bytes = 1;
  EXPECT_EQ(where({{1, small->etag, {}}}, options), "size");
  EXPECT_EQ(where({{1, small->etag, {}}}), "ok");
}

TEST_F(UploadsInParts, TakeTheLastPartOfANumber) {
  const Upload upload = Begin("k");
  ASSERT_THAT(Add(upload, 1, "first try"), IsOk());
  const auto second = Add(upload, 1, "second try");
  EXPECT_EQ(PartFiles(), 1u);
  ASSERT_THAT(store_->CompleteUpload(upload, {{1, second->etag, {}}}, {}), IsOk());
  EXPECT_EQ(store_->GetAll("raw", "k").value(), "second try");
}

TEST_F(UploadsInParts, SurviveAReopenAndAreGoneWhenAborted) {
  const Upload upload = Begin("a"), other = Begin("b");
  ASSERT_THAT(Add(upload, 1, "x"), IsOk());
  store_.reset();
  store_ = std::move(OpenLocalStore({lake_, "extract"})).value();
  EXPECT_EQ(store_->ListUploads({"raw", "", "", "", 10})->size(), 2u);
  EXPECT_EQ(store_->ListUploads({"raw", "", "a", "", 10})->size(), 1u);
  EXPECT_EQ(store_->ListParts(upload, 0, 10)->size(), 1u);
  ASSERT_THAT(store_->AbortUpload(upload), IsOk());
  EXPECT_THAT(store_->AbortUpload(upload), HasError(Code::kNotFound, upload.id));
  EXPECT_THAT(Add(upload, 2, "y"), HasError(Code::kNotFound, ""));
  EXPECT_EQ(PartFiles(), 0u);
  EXPECT_THAT(store_->DeleteBucket("raw"), IsOk()) << "unfinished uploads go with it";
}

TEST_F(UploadsInParts, HaveNumbersFrom1To10000) {
  const Upload upload = Begin("k");
  EXPECT_THAT(Add(upload, 0, "x"), HasError(Code::kInvalidArgument, "10,000"));
  EXPECT_THAT(Add(upload, 10'001, "x"), HasError(Code::kInvalidArgument, "10,000"));
}

TEST_F(UploadsInParts, RespectTheConditionsOfTheirCompletion) {
  ASSERT_THAT(store_->Put("raw", "k", "there"), IsOk());
  const Upload upload = Begin("k");
  const auto part = Add(upload, 1, "x");
  CompleteOptions options;
  options.if_none_match = true;
  EXPECT_THAT(store_->CompleteUpload(upload, {{1, part->etag, {}}}, options), HasError(Code::kPreconditionFailed, "k"));
  EXPECT_EQ(store_->GetAll("raw", "k").value(), "there");
  EXPECT_THAT(store_->CompleteUpload(upload, {{1, part->etag, {}}}, {}), IsOk()) << "the upload is still there";
}

}  // namespace
}  // namespace tarn::object_store
