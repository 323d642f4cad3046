#include "services/extract/sources/files/file_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "common/object_store/names.h"
#include "tests/support/result_matchers.h"

namespace tarn::extract::files {
namespace {

TEST(SafeName, LeavesFineNamesAlone) {
  for (const char* path : {"a", "a b/c.csv", "größe.csv", "it's \"so\"", "a=1/b=2/c", ".hidden", "..."}) {
    EXPECT_EQ(SafeName(path), path);
  }
}

TEST(SafeName, MakesEveryPathTheEndOfAKey) {
  std::set<std::string> names;
  const std::string paths[] = {"",
                               "/",
                               "..",
                               ".",
                               "../../etc/passwd",
                               "a/../b",
                               "a//b",
                               "/a",
                               "a/",
                               "new\nline",
                               "nul",
                               std::string("a\0b", 3),
                               "latin\xe9",
                               std::string(300, 'x') + ".csv",
                               std::string(300, 'y'),
                               std::string(250, 'x') + "ü" + std::string(250, 'x'),
                               "\x7f"};
  for (const std::string& path : paths) {
    const std::string name = SafeName(path);
    EXPECT_THAT(object_store::CheckKey("source/files/run=1/" + name), IsOk()) << path;
    EXPECT_TRUE(names.insert(name).second) << "two have the same name: " << name;
    for (const char c : name) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
  }
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += std::string(50, 'd') + "/";
  EXPECT_LE(SafeName(deep + "file.csv").size(), 700u);
  EXPECT_THAT(SafeName(deep + "file.csv"), testing::MatchesRegex("file-[0-9a-f]{8}\\.csv"));
  EXPECT_THAT(SafeName(std::string(300, 'x') + ".csv"), testing::EndsWith(".csv"));
}

TEST(WithHash, StandsBeforeTheFirstDotOfTheLastSegment) {
  EXPECT_THAT(WithHash("a.b/daily.csv.gz", "x"), testing::MatchesRegex("a\\.b/daily-[0-9a-f]{8}\\.csv\\.gz"));
  EXPECT_THAT(WithHash(".profile", "x"), testing::MatchesRegex("\\.profile-[0-9a-f]{8}"));
  EXPECT_THAT(WithHash("a", "x"), testing::MatchesRegex("a-[0-9a-f]{8}"));
}

TEST(NameFiles, GivesEachFileANameOfItsOwn) {
  std::vector<ToName> files = {{"data.csv", "1"}, {"data.csv", "2"},       {"a", "3"},
                               {"a/b", "4"},      {"manifest.json", "5"},  {"x", "6", "kept"},
                               {"kept", "7"},     {"x/manifest.json", "8"}};
  NameFiles(files);
  std::set<std::string> names;
  for (const ToName& file : files) EXPECT_TRUE(names.insert(file.name).second) << file.name;
  EXPECT_THAT(files[2].name, testing::MatchesRegex("a-[0-9a-f]{8}"));
  EXPECT_EQ(files[3].name, "a/b");
  EXPECT_THAT(files[4].name, testing::MatchesRegex("manifest-[0-9a-f]{8}\\.json"));
  EXPECT_EQ(files[5].name, "kept");
  EXPECT_THAT(files[6].name, testing::MatchesRegex("kept-[0-9a-f]{8}"));
  EXPECT_EQ(files[7].name, "x/manifest.json");
}

}  // namespace
}  // namespace tarn::extract::files
