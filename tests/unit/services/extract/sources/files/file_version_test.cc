#include "services/extract/sources/files/file_version.h"

#include <gtest/gtest.h>

namespace tarn::extract::files {
namespace {

FileVersion Of(int64_t size, const std::string& modified, uint64_t inode, const std::string& etag) {
  return {size, modified, inode, "", etag};
}

TEST(FileVersion, IsReadBackAsItWasWritten) {
  const FileVersion version{12, "Sun, 01 Feb 2026 10:00:00 GMT", 7, "abc", "W/\"a|b\""};
  const auto read = FileVersion::FromText(version.ToText());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->ToText(), version.ToText());
  EXPECT_EQ(read->etag, version.etag);
  for (const char* text : {"", "1|2|3|4", "x|||0||", "1||x||", "1 |||0||"})
    EXPECT_FALSE(FileVersion::FromText(text)) << text;
}

TEST(SameBySource, TrustsTheEtagMostAndSizesAlways) {
  EXPECT_TRUE(SameBySource(Of(1, "a", 0, "\"x\""), Of(1, "b", 0, "W/\"x\"")));
  EXPECT_FALSE(SameBySource(Of(1, "a", 0, "\"x\""), Of(1, "a", 0, "\"y\"")));
  EXPECT_FALSE(SameBySource(Of(1, "a", 0, "\"x\""), Of(2, "a", 0, "\"x\"")));
  EXPECT_TRUE(SameBySource(Of(-1, "a", 0, ""), Of(2, "a", 0, "\"x\"")));
  EXPECT_FALSE(SameBySource(Of(1, "a", 1, ""), Of(1, "a", 2, "")));
  EXPECT_FALSE(SameBySource(Of(1, "", 0, ""), Of(1, "", 0, ""))) << "nothing is known";
}

}  // namespace
}  // namespace tarn::extract::files
