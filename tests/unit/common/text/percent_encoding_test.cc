#include "common/text/percent_encoding.h"

#include <gtest/gtest.h>

namespace tarn::text {
namespace {

TEST(PercentEncode, KeepsOnlyUnreservedCharacters) {
  const std::string_view unreserved = "ABCXYZabcxyz0189-._~";
  EXPECT_EQ(PercentEncode(unreserved), unreserved);
  EXPECT_EQ(PercentEncode("a b+c/d?e=f&g%h\"<>"), "a%20b%2Bc%2Fd%3Fe%3Df%26g%25h%22%3C%3E");
  EXPECT_EQ(PercentEncode(std::string_view("\0\x7f\xff é", 6)), "%00%7F%FF%20%C3%A9");
  EXPECT_EQ(PercentEncode(""), "");
}

TEST(PercentEncode, KeepsWhatItIsToldTo) { EXPECT_EQ(PercentEncode("a/b c:d", "/"), "a/b%20c%3Ad"); }

}  // namespace
}  // namespace tarn::text
