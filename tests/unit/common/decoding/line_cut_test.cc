#include "common/decoding/line_cut.h"

#include <gmock/gmock.h>

#include <string>

namespace tarn::decoding {
namespace {

// What is left; "none" where there are not so many lines.
std::string Left(std::string_view text, int64_t lines, bool at_start = true) {
  const auto cut = FindLastLines(text, lines, at_start);
  return cut ? std::string(text.substr(0, *cut)) : "none";
}

TEST(FindLastLines, FindsWhereTheyBegin) {
  EXPECT_EQ(Left("a\nb\nc\n", 1), "a\nb\n");
  EXPECT_EQ(Left("a\nb\nc", 2), "a\n");
  EXPECT_EQ(Left("a\r\nb\r\nc\r\n", 2), "a\r\n");
  EXPECT_EQ(Left("a\rb\rc", 1), "a\rb\r");
  EXPECT_EQ(Left("a\nb\nc\n", 3), "");
}

TEST(FindLastLines, CountsBlankLinesAmongThemButNotAtTheVeryEnd) {
  EXPECT_EQ(Left("1,2\n\nnote\n\n \n", 2), "1,2\n");
  EXPECT_EQ(Left("1,2\r\n\r\nnote\r\n\r\n", 2), "1,2\r\n");
  EXPECT_EQ(Left("1,2\n\n\n", 0), "1,2");
}

TEST(FindLastLines, FindsNoneWhereThereAreTooFew) {
  EXPECT_EQ(Left("a\nb", 3), "none");
  EXPECT_EQ(Left("", 2), "none");
  EXPECT_EQ(Left("rest of a line\nb", 2, false), "none") << "its begin stands before the text";
  EXPECT_EQ(Left("rest of a line\nb", 1, false), "rest of a line\n");
}

}  // namespace
}  // namespace tarn::decoding
