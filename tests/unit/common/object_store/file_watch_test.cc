#include "common/object_store/file_watch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "common/object_store/foreign_files.h"
#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::object_store {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

class Watch : public testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(OpenLocalStore({lake_, "extract"})).value();
    ASSERT_THAT(store_->EnsureBucket("raw"), IsOk());
    store_->OnCommit([this](int64_t) {
      const std::lock_guard lock(mutex_);
      committed_.notify_all();
    });
  }
  void Start(FileWatchOptions options = {}) { watch_ = std::move(FileWatch::Start(*store_, options)).value(); }
  void Drop(const std::string& key, const std::string& content) {
    fs::create_directories((lake_ / "raw" / key).parent_path());
    std::ofstream(lake_ / "raw" / key) << content;
  }
  // Waits until the last event is of that type and key.
  bool Hears(Event::Type type, const std::string& key) {
    std::unique_lock lock(mutex_);
    return committed_.wait_for(lock, seconds(10), [&] {
      const auto page = store_->ReadEvents(0, {}, 10'000);
      for (const Event& event : page->events) {
        if (event.type == type && event.object.key == key) return true;
      }
      return false;
    });
  }
  bool HearsOf(const std::string& key) { return Hears(Event::Type::kObjectCreated, key); }

  TempDirectory directory_;
  const fs::path lake_ = directory_ / "lake";
  std::unique_ptr<ObjectStore> store_;
  std::mutex mutex_;
  std::condition_variable committed_;
  std::unique_ptr<FileWatch> watch_;
};

TEST_F(Watch, AnnouncesAFileThatIsClosedAfterWriting) {
  Start();
  Drop("a.csv", "1,2");
  ASSERT_TRUE(HearsOf("a.csv"));
  EXPECT_EQ(store_->GetAll("raw", "a.csv").value(), "1,2");
  EXPECT_EQ(store_->Head("raw", "a.csv")->content_type, "text/csv");
}

TEST_F(Watch, AnnouncesAFileThatIsMovedIn) {
  std::ofstream(directory_ / "elsewhere.json") << "{}";
  Start();
  fs::rename(directory_ / "elsewhere.json", lake_ / "raw/in.json");
  EXPECT_TRUE(HearsOf("in.json"));
  // Written under a name that says it is not finished, then given its own.
  Drop("b.tmp", "x");
  fs::rename(lake_ / "raw/b.tmp", lake_ / "raw/b");
  EXPECT_TRUE(HearsOf("b"));
  EXPECT_FALSE(store_->Head("raw", "b.tmp").ok());
}

TEST_F(Watch, SeesFilesInDirectoriesThatAreNew) {
  Start();
  for (int i = 0; i < 20; ++i) Drop("year=2024/month=" + std::to_string(i) + "/part.csv", std::to_string(i));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(HearsOf("year=2024/month=" + std::to_string(i) + "/part.csv")) << i;
}

TEST_F(Watch, SeesADirectoryThatIsMovedInWhole) {
  fs::create_directories(directory_ / "batch/deep");
  std::ofstream(directory_ / "batch/deep/x.csv") << "1";
  Start();
  fs::rename(directory_ / "batch", lake_ / "raw/batch");
  EXPECT_TRUE(HearsOf("batch/deep/x.csv"));
  fs::rename(lake_ / "raw/batch", lake_ / "raw/renamed");
  EXPECT_TRUE(HearsOf("renamed/deep/x.csv"));
  Drop("renamed/deep/y.csv", "2");
  EXPECT_TRUE(HearsOf("renamed/deep/y.csv")) << "it is watched under its new name";
}

TEST_F(Watch, SeesABucketThatIsNew) {
  Start();
  ASSERT_THAT(store_->EnsureBucket("fresh"), IsOk());
  std::ofstream(lake_ / "fresh/a") << "x";
  EXPECT_TRUE(HearsOf("a"));
}

TEST_F(Watch, AnnouncesRemovedFiles) {
  ASSERT_THAT(store_->Put("raw", "d/a", "x"), IsOk());
  Start();
  fs::remove(lake_ / "raw/d/a");
  EXPECT_TRUE(Hears(Event::Type::kObjectDeleted, "d/a"));
}

TEST_F(Watch, LeavesAFileAloneThatAWriterHoldsOpen) {
  Start();
  std::ofstream first(lake_ / "raw/slow", std::ios::app), second(lake_ / "raw/slow", std::ios::app);
  first << "one";
  first.close();  // the other still writes
  second << "two" << std::flush;
  Drop("marker", "x");
  ASSERT_TRUE(HearsOf("marker"));
  if (WritersOf(FileDescriptor(open((lake_ / "raw/slow").c_str(), O_RDONLY)).get()) == Writers::kUnknown) {
    GTEST_SKIP() << "this file system does not tell whether a file is open";
  }
  EXPECT_FALSE(store_->Head("raw", "slow").ok());
  EXPECT_EQ(AdoptForeignFiles(*store_, std::chrono::milliseconds(0)).value(), 0) << "the sweep leaves it, too";
  second.close();
  ASSERT_TRUE(HearsOf("slow"));
  EXPECT_EQ(store_->GetAll("raw", "slow").value(), "onetwo");
}

TEST_F(Watch, HasNoNewsOfWhatTheStoreDoesItself) {
  Start();
  for (int i = 0; i < 20; ++i) ASSERT_THAT(store_->Put("raw", "own/" + std::to_string(i), "x"), IsOk());
  ASSERT_THAT(store_->Delete("raw", "own/3"), IsOk());
  Drop("marker", "x");
  ASSERT_TRUE(HearsOf("marker"));
  EXPECT_EQ(store_->LastSequence().value(), 22) << "21 of its own, and the marker's";
}

TEST_F(Watch, LeavesDirectoriesBeyondItsLimitToTheSweep) {
  for (int i = 0; i < 10; ++i) fs::create_directories(lake_ / "raw" / std::to_string(i));
  FileWatchOptions options;
  options.max_directories = 4;
  Start(options);
  EXPECT_EQ(watch_->directories(), 4);
  for (int i = 0; i < 10; ++i) Drop(std::to_string(i) + "/f", "x");
  Drop("marker", "x");
  ASSERT_TRUE(HearsOf("marker")) << "the bucket itself is watched";
  ASSERT_THAT(AdoptForeignFiles(*store_, std::chrono::milliseconds(0)), IsOk());
  EXPECT_EQ(store_->List({"raw", "", "", "", 100})->objects.size(), 11u);
}

TEST_F(Watch, FollowsNoLink) {
  fs::create_directories(directory_ / "outside");
  Start();
  fs::create_directory_symlink(directory_ / "outside", lake_ / "raw/link");
  std::ofstream(directory_ / "outside/secret") << "x";
  fs::create_symlink(directory_ / "outside/secret", lake_ / "raw/alias");
  Drop("marker", "x");
  ASSERT_TRUE(HearsOf("marker"));
  EXPECT_EQ(store_->List({"raw", "", "", "", 100})->objects.size(), 1u);
}

TEST_F(Watch, TakesManyFilesAtOnce) {
  Start();
  for (int i = 0; i < 300; ++i) Drop("many/" + std::to_string(i), std::to_string(i));
  for (int i = 0; i < 300; i += 50) EXPECT_TRUE(HearsOf("many/" + std::to_string(i))) << i;
}

}  // namespace
}  // namespace tarn::object_store
