#include "common/text/utf8.h"

#include <gtest/gtest.h>

namespace tarn::text {
namespace {

TEST(Utf8, TakesEveryCodePointAndNoSurrogate) {
  for (uint32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    std::string text;
    AppendUtf8(text, code_point);
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    ASSERT_EQ(Utf8SequenceLength(text), surrogate ? 0 : text.size()) << code_point;
  }
}

TEST(Utf8, RefusesMalformedSequences) {
  for (const char* text : {"\x80", "\xBF", "\xC0\x80", "\xC0\xAF", "\xC1\xBF", "\xC3", "\xC3(", "\xC3\xC3",
                           "\xE0\x80\x80", "\xE0\x9F\xBF", "\xE2\x82", "\xE2\x28\xA1", "\xE2\x82\x28",
                           "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF",
                           "\xF0\x9F\x98", "\xF0\x9F\x98\x28", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                           "\xF8\x88\x80\x80\x80", "\xFE", "\xFF"}) {
    EXPECT_EQ(Utf8SequenceLength(text), 0U) << text;
    EXPECT_FALSE(IsUtf8(std::string("good \xC3\xA9 ") + text + " good")) << text;
  }
}

TEST(Utf8, KnowsATextFromBytes) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_EQ(Utf8SequenceLength(""), 0U);
  EXPECT_TRUE(IsUtf8(std::string_view("a\0b", 3)));
  EXPECT_TRUE(IsUtf8("plain, é, €, 😀 and U+10FFFF: \xF4\x8F\xBF\xBF"));
  EXPECT_FALSE(IsUtf8("cut \xE2\x82"));
}

}  // namespace
}  // namespace tarn::text
