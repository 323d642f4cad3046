#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::object_store {
namespace {

namespace fs = std::filesystem;

// A store of which a named step of the next commit fails.
class Failures : public testing::Test {
 protected:
  void SetUp() override {
    LocalStoreOptions options{lake_, "extract"};
    options.fault = [this](std::string_view step) { return step == failing_ ? Status(error_) : Ok(); };
    store_ = std::move(OpenLocalStore(options)).value();
    ASSERT_THAT(store_->EnsureBucket("raw"), IsOk());
  }

  int StagedFiles() const {
    int files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(lake_ / ".tarn/workspaces")) {
      files += entry.is_regular_file() && entry.path().parent_path().filename() == "staging";
    }
    return files;
  }

  TempDirectory directory_;
  const fs::path lake_ = directory_ / "lake";
  std::string failing_;
  int failures_ = 0;
  Error error_{Code::kResourceExhausted, "the disk is full"};
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(Failures, BeforeTheCommitPointLeaveNothing) {
  for (const char* step : {"staged", "before_record"}) {
    failing_ = step;
    EXPECT_THAT(store_->Put("raw", "a/b", "x"), HasError(Code::kResourceExhausted, "full")) << step;
    EXPECT_THAT(store_->Head("raw", "a/b"), HasError(Code::kNotFound, "a/b"));
    EXPECT_EQ(store_->LastSequence().value(), 0);
    EXPECT_EQ(StagedFiles(), 0);
    EXPECT_FALSE(fs::exists(lake_ / "raw/a"));
  }
  failing_.clear();
  EXPECT_THAT(store_->Put("raw", "a/b", "x"), IsOk());
}

TEST_F(Failures, ToKeepWhatWasWrittenEndAllWriting) {
  failing_ = "before_sync";
  error_ = Error(Code::kInternal, "could not make the file system durable");
  ASSERT_THAT(store_->Put("raw", "a", "x"), IsOk()) << "the index holds it";
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (store_->Health().ok() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_THAT(store_->Put("raw", "b", "y"), HasError(Code::kUnavailable, "restart"));
  EXPECT_EQ(store_->GetAll("raw", "a").value(), "x") << "reads go on";
  failing_.clear();
  store_.reset();
  store_ = std::move(OpenLocalStore({lake_, "extract"})).value();
  EXPECT_EQ(store_->GetAll("raw", "a").value(), "x");
  EXPECT_THAT(store_->Put("raw", "b", "y"), IsOk());
}

TEST_F(Failures, AfterTheCommitPointAreMadeUpForByTheNextCommit) {
  failing_ = "recorded";
  EXPECT_THAT(store_->Put("raw", "a", "x"), HasError(Code::kResourceExhausted, ""));
  EXPECT_FALSE(fs::exists(lake_ / "raw/a"));
  failing_.clear();
  EXPECT_EQ(store_->GetAll("raw", "a").value(), "x") << "from staging";
  ASSERT_THAT(store_->Put("raw", "b", "y"), IsOk());
  EXPECT_TRUE(fs::exists(lake_ / "raw/a"));
  EXPECT_EQ(StagedFiles(), 0);
}

TEST_F(Failures, OfAMoveNeverBringAnOldVersionBack) {
  failing_ = "recorded";
  EXPECT_FALSE(store_->Put("raw", "a", "old").ok());
  EXPECT_FALSE(store_->Put("raw", "a", "new").ok());
  failing_.clear();
  const auto other = OpenLocalStore({lake_, "other"});
  ASSERT_THAT(other, IsOk());
  EXPECT_EQ((*other)->GetAll("raw", "a").value(), "new");
  ASSERT_THAT(store_->Put("raw", "b", "more"), IsOk());
  EXPECT_EQ((*other)->GetAll("raw", "a").value(), "new");
  EXPECT_EQ(StagedFiles(), 0);
}

TEST_F(Failures, OfTheOwnersLastCommitOutliveTheOwner) {
  failing_ = "recorded";
  EXPECT_FALSE(store_->Put("raw", "deep/er/a", "kept").ok());
  store_.reset();
  const auto other = OpenLocalStore({lake_, "other"});
  ASSERT_THAT(other, IsOk());
  EXPECT_EQ((*other)->GetAll("raw", "deep/er/a").value(), "kept");
  EXPECT_TRUE(fs::exists(lake_ / "raw/deep/er/a"));
}

TEST_F(Failures, OfTheDiskThatLoseContentTakeTheObjectOutOfTheIndex) {
  failing_ = "recorded";
  EXPECT_FALSE(store_->Put("raw", "small", "kept in the index").ok());
  EXPECT_FALSE(store_->Put("raw", "a", std::string(100'000, 'x')).ok());
  failing_.clear();
  for (const auto& entry : fs::recursive_directory_iterator(lake_ / ".tarn/workspaces")) {
    if (entry.path().parent_path().filename() == "staging") fs::remove(entry.path());
  }
  EXPECT_THAT(store_->Get("raw", "a"), HasError(Code::kNotFound, "raw/a"));
  const auto events = store_->ReadEvents(0, {}, 10);
  ASSERT_EQ(events->events.size(), 3u);
  EXPECT_EQ(events->events[2].type, Event::Type::kObjectDeleted);
  EXPECT_EQ(events->events[2].object.key, "a");
  EXPECT_EQ(store_->GetAll("raw", "small").value(), "kept in the index");
}

TEST_F(Failures, OfOneChangeHoldBackTheLaterOnesOfItsKey) {
  auto versioned = OpenLocalStore({lake_, "owner", [this](std::string_view step) {
                                     // The first file of a commit is that of the version to be kept.
                                     return step == failing_ && --failures_ >= 0 ? Status(error_) : Ok();
                                   }});
  ASSERT_THAT((*versioned)->SetVersioning("raw", Versioning::kEnabled), IsOk());
  const auto first = (*versioned)->Put("raw", "k", std::string(100'000, '1'))->version;
  failing_ = "before_move";
  failures_ = 1;
  ASSERT_THAT((*versioned)->Put("raw", "k", std::string(100'000, '2')), IsOk());
  EXPECT_EQ((*versioned)->GetAll("raw", "k").value(), std::string(100'000, '2')) << "from staging";
  failing_.clear();
  ASSERT_THAT((*versioned)->Put("raw", "other", "x"), IsOk());
  EXPECT_THAT((*versioned)->GetVersion("raw", "k", first, {}), IsOk()) << "its file was not replaced before it was kept";
  EXPECT_EQ(fs::file_size(lake_ / "raw/k"), 100'000u);
}

TEST_F(Failures, OfAMoveAreNotTakenForTheWorkOfAnotherProgram) {
  ASSERT_THAT(store_->Put("raw", "replaced", "old"), IsOk());
  failing_ = "recorded";
  EXPECT_FALSE(store_->Put("raw", "new", std::string(100'000, 'n')).ok());
  EXPECT_FALSE(store_->Put("raw", "replaced", std::string(100'000, 'r')).ok());
  auto observer = OpenLocalStore({lake_, "observer"});
  EXPECT_EQ(AdoptForeignFiles(**observer, std::chrono::milliseconds(0)).value(), 0);
  EXPECT_EQ((*observer)->GetAll("raw", "new").value(), std::string(100'000, 'n'));
  EXPECT_EQ((*observer)->GetAll("raw", "replaced").value(), std::string(100'000, 'r'));
  EXPECT_EQ((*observer)->LastSequence().value(), 3);
}

TEST_F(Failures, BecauseADirectoryOfAnotherProgramIsInTheWayAreConflicts) {
  fs::create_directories(lake_ / "raw/taken/empty/er");
  EXPECT_THAT(store_->Put("raw", "taken", "x"), IsOk()) << "empty directories give way";
  fs::create_directories(lake_ / "raw/full");
  std::ofstream(lake_ / "raw/full/file") << "foreign";
  EXPECT_THAT(store_->Put("raw", "full", "x"), HasError(Code::kConflict, "full"));
  EXPECT_THAT(store_->Put("raw", "full/file/below", "x"), HasError(Code::kConflict, "full/file/below"));
}

TEST_F(Failures, OfOneCommitDoNotTouchOthersOfItsBatch) {
  std::vector<Change> changes(1);
  changes[0].bucket = "nowhere";
  changes[0].key = "k";
  auto writer = store_->Stage();
  changes[0].content = std::move((*writer)->Finish()).value();
  EXPECT_THAT(store_->Commit(std::move(changes), {}), HasError(Code::kNotFound, "nowhere"));
  EXPECT_THAT(store_->Put("raw", "k", "x"), IsOk());
  EXPECT_EQ(StagedFiles(), 0);
}

}  // namespace
}  // namespace tarn::object_store
