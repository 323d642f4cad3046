#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/unit/services/extract/sources/files/run_lab.h"

namespace tarn::extract::files {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class DirectoryRun : public testing::Test {
 protected:
  DirectoryRun() { fs::create_directories(in_); }
  json Options(json more = json::object()) const {
    more["directory"] = in_;
    return more;
  }
  RunLab::Ended Run(json more = json::object()) { return lab_.Run(Options(std::move(more))); }

  RunLab lab_;
  const fs::path in_ = lab_.home / "in";
};

TEST_F(DirectoryRun, StoresWhatIsNewOrChanged) {
  WriteFile(in_ / "a.csv", "x\n1\n");
  WriteFile(in_ / "2026/02/b.json", "[{\"x\": 1}]");
  auto run = Run();
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.files, ElementsAre(Pair("2026/02/b.json", "[{\"x\": 1}]"), Pair("a.csv", "x\n1\n")));
  EXPECT_EQ(run.facts["a.csv"].request, "READ a.csv");
  EXPECT_EQ(run.facts["2026/02/b.json"].first_record, R"({"x":1})");
  EXPECT_TRUE(Run().outcome->unchanged);

  WriteFile(in_ / "a.csv", "x\n1\n2\n");
  WriteFile(in_ / "c.csv", "x\n");
  run = Run();
  EXPECT_THAT(run.files, ElementsAre(Pair("a.csv", "x\n1\n2\n"), Pair("c.csv", "x\n")));

  fs::remove(in_ / "c.csv");
  run = Run();
  EXPECT_TRUE(run.outcome->unchanged);
  EXPECT_EQ(lab_.Count("gone_files"), 1);
}

TEST_F(DirectoryRun, SeesAFileThatTookThePlaceOfAnotherOfTheSameSizeAndTime) {
  WriteFile(in_ / "a", "one");
  const auto time = fs::last_write_time(in_ / "a");
  ASSERT_THAT(Run().files, SizeIs(1));
  WriteFile(in_ / ".new", "two");
  fs::last_write_time(in_ / ".new", time);
  fs::rename(in_ / ".new", in_ / "a");
  EXPECT_THAT(Run().files, ElementsAre(Pair("a", "two")));
}

TEST_F(DirectoryRun, ComparesContentsIfToldTo) {
  const json by_hash = {{"compare", "hash"}};
  WriteFile(in_ / "a", "one");
  const auto time = fs::last_write_time(in_ / "a");
  ASSERT_THAT(Run(by_hash).files, SizeIs(1));
  fs::last_write_time(in_ / "a", time - std::chrono::hours(1));
  EXPECT_TRUE(Run(by_hash).outcome->unchanged);
  WriteFile(in_ / "a", "two");
  fs::last_write_time(in_ / "a", time - std::chrono::hours(1));
  EXPECT_THAT(Run(by_hash).files, ElementsAre(Pair("a", "two")));
}

TEST_F(DirectoryRun, LeavesFilesThatChangedAMomentAgoForTheNextRun) {
  WriteFile(in_ / "old", "1");
  WriteFile(in_ / "young", "2");
  const Timestamp now = Now();
  fs::last_write_time(in_ / "old", fs::file_time_type::clock::now() - std::chrono::hours(1));
  lab_.lab.created_at = now;
  auto run = Run({{"settle", "10m"}});
  EXPECT_THAT(run.files, ElementsAre(Pair("old", "1")));
  EXPECT_EQ(lab_.Count("unsettled_files"), 1);
  run = Run({{"settle", "10m"}});
  EXPECT_FALSE(run.outcome->unchanged) << "there is something that was not read";
  EXPECT_THAT(run.files, IsEmpty());
  lab_.lab.created_at = now + std::chrono::minutes(11);
  EXPECT_THAT(Run({{"settle", "10m"}}).files, ElementsAre(Pair("young", "2")));
}

TEST_F(DirectoryRun, TakesThePatternOnly) {
  for (const char* path : {"a.csv", "b.json", "x/a.csv", "x/y/a.csv", "x/y/b.csv.gz"})
    WriteFile(in_ / path, "\x1f\x8b");
  EXPECT_THAT(Run({{"pattern", "*.csv"}}).files, ElementsAre(Pair("a.csv", "\x1f\x8b")));
  lab_.ResetCursor();
  EXPECT_THAT(Run({{"pattern", "**/?.csv"}}).files, SizeIs(3));
}

TEST_F(DirectoryRun, LeavesOutWhatIsHiddenOrStillWritten) {
  for (const char* path : {".hidden", "a.tmp", "b.part", "c.crdownload", "~$d.xlsx", "e~", "f._COPYING_",
                           ".git/config", "_temporary/0", "kept"}) {
    WriteFile(in_ / path, "x");
  }
  EXPECT_THAT(Run().files, ElementsAre(Pair("kept", "x")));
}

TEST_F(DirectoryRun, FollowsLinksOnlyInside) {
  WriteFile(lab_.home / "outside/secret", "hush");
  WriteFile(in_ / "a", "1");
  fs::create_symlink("a", in_ / "inside");
  fs::create_symlink(lab_.home / "outside/secret", in_ / "absolute");
  fs::create_symlink("../outside/secret", in_ / "relative");
  fs::create_directory_symlink("../outside", in_ / "folder");
  fs::create_directory_symlink(".", in_ / "loop");
  fs::create_symlink("nowhere", in_ / "broken");
  const auto run = Run();
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.files, ElementsAre(Pair("a", "1"), Pair("inside", "1")));
  EXPECT_EQ(lab_.Count("skipped_links"), 3);
}

TEST_F(DirectoryRun, LeavesOutWhatIsNoFile) {
  ASSERT_EQ(::mkfifo((in_ / "pipe").c_str(), 0600), 0);
  WriteFile(in_ / "a", "1");
  EXPECT_THAT(Run().files, SizeIs(1));
}

TEST_F(DirectoryRun, KeepsNamesWithBlanksQuotesAndUnicode) {
  for (const char* name :
       {"a b.csv", "it's \"so\".csv", "größe 東京 🎵.csv", "100%.csv", "back\\slash", "x=1&y=2.csv"}) {
    WriteFile(in_ / name, name);
  }
  const auto run = Run();
  ASSERT_THAT(run.outcome, IsOk());
  ASSERT_THAT(run.files, SizeIs(6));
  for (const auto& [name, content] : run.files) EXPECT_EQ(name, content);
  EXPECT_TRUE(Run().outcome->unchanged);
}

TEST_F(DirectoryRun, GivesNamesThatNoKeyCanHaveAnother) {
  const std::string long_name = std::string(240, 'x') + ".csv";
  for (const std::string& name : {std::string("new\nline.csv"), std::string("latin\xe9.csv"), long_name,
                                  std::string("manifest.json")}) {
    WriteFile(in_ / name, "1");
  }
  const auto run = Run();
  ASSERT_THAT(run.outcome, IsOk());
  ASSERT_THAT(run.files, SizeIs(4));
  for (const auto& [name, content] : run.files) {
    EXPECT_LE(name.size(), 200u);
    EXPECT_THAT(name, testing::ContainsRegex("-[0-9a-f]{8}\\."));
  }
  EXPECT_TRUE(Run().outcome->unchanged);
}

TEST_F(DirectoryRun, ReadsTenThousandSmallFiles) {
  for (int i = 0; i < 10'000; ++i) {
    WriteFile(in_ / std::to_string(i % 100) / (std::to_string(i) + ".json"),
              "{\"n\": " + std::to_string(i) + "}");
  }
  auto run = Run();
  ASSERT_THAT(run.outcome, IsOk());
  ASSERT_THAT(run.files, SizeIs(10'000));
  EXPECT_EQ(run.files.at("99/9999.json"), "{\"n\": 9999}");
  WriteFile(in_ / "7/7.json", "{\"n\": -7}");
  EXPECT_THAT(Run().files, ElementsAre(Pair("7/7.json", "{\"n\": -7}")));
}

TEST_F(DirectoryRun, TellsWhichFileIsTooLargeOrMustNotBeRead) {
  WriteFile(in_ / "large", std::string(2'000, 'x'));
  WriteFile(in_ / "fine", "x");
  const auto run = Run({{"max_file_bytes", 1'000}});
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.files, SizeIs(1));
  ASSERT_THAT(run.outcome->problems, SizeIs(1));
  EXPECT_EQ(run.outcome->problems[0].code(), Code::kTooLarge);
  EXPECT_EQ(run.outcome->problems[0].where(), (in_ / "large").string());
}

TEST_F(DirectoryRun, GoesOnWhereItStopped) {
  for (int i = 0; i < 5; ++i) WriteFile(in_ / std::to_string(i), "v1");
  lab_.dies_after = 2;
  EXPECT_THAT(Run({{"connections", 1}}).outcome, HasError(Code::kInternal, "dead"));
  lab_.dies_after.reset();
  // Meanwhile one of those that are stored has changed, and one has come.
  WriteFile(in_ / "0", "version 2");
  WriteFile(in_ / "00", "v1");
  auto run = lab_.Resume(Options());
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.files, SizeIs(6));
  EXPECT_EQ(run.files.at("0"), "v1");
  EXPECT_THAT(run.facts, SizeIs(6));
  EXPECT_THAT(Run().files, ElementsAre(Pair("0", "version 2")));
}

TEST_F(DirectoryRun, SaysThatThereIsNoSuchDirectory) {
  const auto run = lab_.Run({{"directory", lab_.home / "none"}});
  EXPECT_THAT(run.outcome, HasError(Code::kNotFound, "none"));
  EXPECT_TRUE(Run().outcome->unchanged) << "an empty one is fine";
}

TEST_F(DirectoryRun, EndsAtOnceWhenCancelled) {
  WriteFile(in_ / "a", "1");
  lab_.lab.cancel.request_stop();
  EXPECT_THAT(Run().outcome, HasError(Code::kCancelled, ""));
}

}  // namespace
}  // namespace tarn::extract::files
