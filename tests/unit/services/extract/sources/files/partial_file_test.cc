#include "services/extract/sources/files/partial_file.h"

#include <gtest/gtest.h>

#include "tests/unit/services/extract/sources/files/run_lab.h"

namespace tarn::extract::files {
namespace {

TEST(PartialFile, OutlivesTheObject) {
  TempDirectory home;
  ASSERT_THAT(PartialFile::Prepare(home / "scratch"), IsOk());
  const FileVersion version{6, "", 0, "", "\"e\""};
  {
    PartialFile file(home / "scratch", "id");
    EXPECT_EQ(file.origin(), nullptr);
    ASSERT_THAT(file.Start({version, "\"e\"", std::nullopt}), IsOk());
    ASSERT_THAT(file.Append("abc"), IsOk());
  }
  ASSERT_THAT(PartialFile::Prepare(home / "scratch"), IsOk());
  {
    PartialFile file(home / "scratch", "id");
    ASSERT_NE(file.origin(), nullptr);
    EXPECT_EQ(file.origin()->validator, "\"e\"");
    EXPECT_EQ(file.size_bytes(), 3u);
    ASSERT_THAT(file.Resume(), IsOk());
    ASSERT_THAT(file.Append("def"), IsOk());
    ASSERT_THAT(file.Complete(), IsOk());
  }
  PartialFile file(home / "scratch", "id");
  EXPECT_TRUE(file.complete());
  EXPECT_EQ(file.size_bytes(), 6u);
  EXPECT_EQ(PartialFile(home / "scratch", "other").origin(), nullptr);
  file.Discard();
  EXPECT_EQ(PartialFile(home / "scratch", "id").origin(), nullptr);
}

TEST(PartialFile, IsNotTrustedAfterARestartOfTheMachine) {
  TempDirectory home;
  ASSERT_THAT(PartialFile::Prepare(home.path()), IsOk());
  {
    PartialFile file(home.path(), "id");
    ASSERT_THAT(file.Start({}), IsOk());
    ASSERT_THAT(file.Append("abc"), IsOk());
  }
  WriteFile(home / "boot", "another");
  ASSERT_THAT(PartialFile::Prepare(home.path()), IsOk());
  EXPECT_EQ(PartialFile(home.path(), "id").size_bytes(), 0u);
}

TEST(PartialFile, TakesADamagedDescriptionForNone) {
  TempDirectory home;
  {
    PartialFile file(home.path(), "id");
    ASSERT_THAT(file.Start({}), IsOk());
  }
  for (const auto& entry : std::filesystem::directory_iterator(home.path())) {
    if (entry.path().extension() == ".json") WriteFile(entry.path(), "{\"version\": 7}");
  }
  EXPECT_EQ(PartialFile(home.path(), "id").origin(), nullptr);
}

}  // namespace
}  // namespace tarn::extract::files
