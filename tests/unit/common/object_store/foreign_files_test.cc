#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "common/object_store/bucket_walk.h"
#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::object_store {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::milliseconds;

class ForeignFiles : public testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(OpenLocalStore({lake_, "extract"})).value();
    ASSERT_THAT(store_->EnsureBucket("raw"), IsOk());
  }
  void Drop(const std::string& key, const std::string& content) {
    fs::create_directories((lake_ / "raw" / key).parent_path());
    std::ofstream(lake_ / "raw" / key) << content;
  }
  int64_t Adopt() { return AdoptForeignFiles(*store_, milliseconds(0)).value(); }
  std::vector<Event> Events() { return std::move(store_->ReadEvents(0, {}, 10'000)->events); }

  TempDirectory directory_;
  const fs::path lake_ = directory_ / "lake";
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(ForeignFiles, AreAnnouncedLikeAnyOther) {
  Drop("sales/day=1/a.csv", "1,2");
  Drop("b", "x");
  int64_t heard = 0;
  store_->OnCommit([&](int64_t sequence) { heard = sequence; });
  EXPECT_EQ(Adopt(), 2);
  EXPECT_EQ(heard, 2);
  EXPECT_EQ(store_->GetAll("raw", "sales/day=1/a.csv").value(), "1,2");
  const auto events = Events();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].object.key, "b");
  EXPECT_EQ(events[1].object.key, "sales/day=1/a.csv");
  EXPECT_EQ(events[1].object.etag, store_->Head("raw", "sales/day=1/a.csv")->etag);
  EXPECT_EQ(events[1].writer, "extract");
  EXPECT_EQ(Adopt(), 0) << "once";
}

TEST_F(ForeignFiles, AreNotTheFilesOfFolders) {
  for (const char* key : {"a/", "a/!b", "a/b/", "c"}) ASSERT_THAT(store_->Put("raw", key, "x"), IsOk());
  EXPECT_EQ(Adopt(), 0);
  fs::remove(lake_ / "raw/a/.tarn_folder");
  EXPECT_EQ(Adopt(), 1);
  EXPECT_EQ(Events().back().object.key, "a/");
  EXPECT_EQ(Events().back().type, Event::Type::kObjectDeleted);
}

TEST_F(ForeignFiles, ThatReplaceAnObjectAreANewVersion) {
  const auto put = store_->Put("raw", "a", "mine");
  Drop("a", "theirs");
  EXPECT_THAT(store_->Get("raw", "a"), HasError(Code::kUnavailable, "raw/a"));
  EXPECT_EQ(Adopt(), 1);
  EXPECT_EQ(store_->GetAll("raw", "a").value(), "theirs");
  EXPECT_NE(store_->Head("raw", "a")->version, put->version);
}

TEST_F(ForeignFiles, WithTheSameContentAreNoNews) {
  const auto put = store_->Put("raw", "a", "same");
  fs::remove(lake_ / "raw/a");
  Drop("a", "same");
  EXPECT_EQ(Adopt(), 0);
  EXPECT_EQ(store_->Head("raw", "a")->version, put->version);
  EXPECT_EQ(store_->GetAll("raw", "a").value(), "same");
}

TEST_F(ForeignFiles, ThatAreMissingAreAnnouncedAsDeleted) {
  const auto put = store_->Put("raw", "a/b", "x");
  ASSERT_THAT(store_->Put("raw", "c", "x"), IsOk());
  fs::remove_all(lake_ / "raw/a");
  EXPECT_EQ(Adopt(), 1);
  EXPECT_THAT(store_->Head("raw", "a/b"), HasError(Code::kNotFound, "a/b"));
  EXPECT_EQ(Events().back().type, Event::Type::kObjectDeleted);
  EXPECT_EQ(Events().back().object.version, put->version);
}

TEST_F(ForeignFiles, AreLeftAloneUntilTheyHaveSettled) {
  Drop("young", "still being written");
  EXPECT_EQ(AdoptForeignFiles(*store_, hours(1)).value(), 0);
  // An old time stamp does not make a file that was moved here just now an old one.
  fs::last_write_time(lake_ / "raw/young", fs::file_time_type::clock::now() - hours(5));
  EXPECT_EQ(AdoptForeignFiles(*store_, hours(1)).value(), 0);
  EXPECT_EQ(Adopt(), 1);
}

TEST_F(ForeignFiles, WithNamesOfUnfinishedOnesAreLeftAlone) {
  for (const char* key : {".hidden", "a/.part-0.crc", "b.tmp", "b.part", "_temporary/0/x", "c/_temporary/x", ".git/x"}) {
    Drop(key, "x");
    EXPECT_TRUE(IsUnfinishedName(key));
  }
  for (const char* key : {"_SUCCESS", "tmp", "a.tmpl", "x/part", "_temporary2/x"}) EXPECT_FALSE(IsUnfinishedName(key)) << key;
  ASSERT_THAT(store_->Put("raw", ".mine", "put by its name"), IsOk());
  EXPECT_EQ(Adopt(), 0);
  EXPECT_THAT(store_->Head("raw", ".mine"), IsOk());
}

TEST_F(ForeignFiles, WithNamesThatCannotBeKeysAreLeftAlone) {
  Drop("bad\xff", "x");
  Drop("good", "x");
  EXPECT_EQ(Adopt(), 1);
}

TEST_F(ForeignFiles, AreFoundInTheOrderOfKeysAmongIndexedOnes) {
  for (const char* key : {"a-b", "a/x", "a0", "b/c/d", "b-"}) ASSERT_THAT(store_->Put("raw", key, key), IsOk());
  for (const char* key : {"a.b", "a/w", "a1", "b/c/a", "b/c0", "z"}) Drop(key, key);
  EXPECT_EQ(Adopt(), 6);
  EXPECT_EQ(Adopt(), 0);
  EXPECT_EQ(store_->List({"raw", "", "", "", 100})->objects.size(), 11u);
}

TEST_F(ForeignFiles, AreAdoptedInGreatNumbers) {
  for (int i = 0; i < 1300; ++i) Drop("n/" + std::to_string(i), std::to_string(i));
  EXPECT_EQ(Adopt(), 1300);
  fs::remove_all(lake_ / "raw/n");
  EXPECT_EQ(Adopt(), 1300);
  EXPECT_EQ(Events().size(), 2600u);
}

TEST_F(ForeignFiles, TurnedFromAFileIntoADirectoryAreBothTold) {
  ASSERT_THAT(store_->Put("raw", "a", "file"), IsOk());
  fs::remove(lake_ / "raw/a");
  Drop("a/b", "below");
  EXPECT_EQ(Adopt(), 2);
  EXPECT_THAT(store_->Head("raw", "a"), HasError(Code::kNotFound, "raw/a"));
  EXPECT_EQ(store_->GetAll("raw", "a/b").value(), "below");
}

TEST_F(ForeignFiles, AreNotConfusedWithCommitsThatAreUnderWay) {
  const auto other = OpenLocalStore({lake_, "transform"});
  std::jthread writer([&](std::stop_token stop) {
    for (int i = 0; !stop.stop_requested(); ++i) {
      ASSERT_THAT((*other)->Put("raw", "k/" + std::to_string(i % 7), std::to_string(i)), IsOk());
      ASSERT_THAT((*other)->Delete("raw", "k/" + std::to_string((i + 3) % 7)), IsOk());
    }
  });
  for (int round = 0; round < 60; ++round) EXPECT_EQ(Adopt(), 0);
  writer.request_stop();
  writer.join();
  for (const Event& event : Events()) EXPECT_EQ(event.writer, "transform");
}

}  // namespace
}  // namespace tarn::object_store
