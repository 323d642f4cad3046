#include "common/object_store/store_check.h"

#include <filesystem>
#include <fstream>

#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::object_store {
namespace {

namespace fs = std::filesystem;

class StoreChecks : public testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(OpenLocalStore({lake_, "extract"})).value();
    ASSERT_THAT(store_->CreateBucket("raw"), IsOk());
    ASSERT_THAT(store_->SetVersioning("raw", Versioning::kEnabled), IsOk());
    for (const char* key : {"a", "b/c", "d"}) ASSERT_THAT(store_->Put("raw", key, std::string("first ") + key), IsOk());
    ASSERT_THAT(store_->Put("raw", "d", "second d"), IsOk());
  }

  // "kind key" of each difference.
  std::vector<std::string> Check(bool repair = false) {
    std::vector<std::string> found;
    CheckOptions options;
    options.repair = repair;
    options.report = [&](const StoreDifference& difference) { found.push_back(difference.kind + " " + difference.key); };
    const auto report = CheckStore(*store_, options);
    EXPECT_THAT(report, IsOk());
    EXPECT_EQ(report->differences, static_cast<int64_t>(found.size()));
    return found;
  }

  void Write(const fs::path& file, const std::string& content) { std::ofstream(file, std::ios::binary) << content; }

  TempDirectory directory_;
  const fs::path lake_ = directory_ / "lake";
  std::unique_ptr<VersionedStore> store_;
};

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST_F(StoreChecks, FindNothingInASoundStore) {
  EXPECT_THAT(Check(), IsEmpty());
  const auto report = CheckStore(*store_, {});
  EXPECT_EQ(report->objects, 3);
  EXPECT_EQ(report->versions, 1);
}

TEST_F(StoreChecks, FindAndRepairWhatOtherProgramsDidToTheFiles) {
  fs::remove(lake_ / "raw/a");
  Write(lake_ / "raw/b/c", "changed");
  Write(lake_ / "raw/new", "unindexed");
  EXPECT_THAT(Check(), UnorderedElementsAre("missing_file a", "changed_file b/c", "unindexed_file new"));
  EXPECT_THAT(Check(true), UnorderedElementsAre("missing_file a", "changed_file b/c", "unindexed_file new"));
  EXPECT_THAT(Check(), IsEmpty());
  EXPECT_EQ(store_->GetAll("raw", "b/c").value(), "changed");
  EXPECT_EQ(store_->GetAll("raw", "new").value(), "unindexed");
  EXPECT_THAT(store_->Head("raw", "a"), HasError(Code::kNotFound, "a"));
}

TEST_F(StoreChecks, FindContentThatRotted) {
  const auto file = lake_ / "raw/a";
  const auto time = fs::last_write_time(file);
  Write(file, "fIrst a");
  fs::last_write_time(file, time);
  EXPECT_THAT(Check(), ElementsAre("damaged_content a"));
  EXPECT_THAT(Check(true), ElementsAre("damaged_content a")) << "nobody can repair that";
  CheckOptions quick;
  quick.hashes = false;
  EXPECT_EQ(CheckStore(*store_, quick)->differences, 0) << "it takes the hashes to see it";
}

TEST_F(StoreChecks, FindLostAndUnneededVersions) {
  fs::path kept;
  for (const auto& entry : fs::recursive_directory_iterator(lake_ / ".tarn/versions")) {
    if (entry.is_regular_file()) kept = entry.path();
  }
  fs::remove(kept);
  Write(kept.parent_path() / "01ZZZZZZZZZZZZZZZZZZZZZZZZ", "nobody's");
  EXPECT_THAT(Check(true), UnorderedElementsAre("missing_version d", "unneeded_version_file "));
  EXPECT_THAT(Check(), IsEmpty());
  EXPECT_EQ(store_->GetAll("raw", "d").value(), "second d");
}

TEST_F(StoreChecks, KnowTheEtagsOfUploadsInParts) {
  const Upload upload = store_->CreateUpload("raw", "big", {}, "", false).value();
  std::vector<CompletedPart> parts;
  for (int number = 1; number <= 2; ++number) {
    auto writer = store_->Stage();
    ASSERT_THAT((*writer)->Write(std::string(number == 1 ? 5 << 20 : 10, 'x')), IsOk());
    const auto part = store_->AddPart(upload, number, std::move((*writer)->Finish()).value(), {});
    parts.push_back({number, part->etag, {}});
  }
  EXPECT_EQ(CheckStore(*store_, {})->parts, 2);
  EXPECT_THAT(Check(), IsEmpty());
  ASSERT_THAT(store_->CompleteUpload(upload, parts, {}), IsOk());
  EXPECT_THAT(Check(), IsEmpty());
}

}  // namespace
}  // namespace tarn::object_store
