#include "common/object_store/names.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::object_store {
namespace {

TEST(Utf8, IsTakenOnlyInItsShortestFormAndWithoutSurrogates) {
  for (const std::string_view good : {"", "a", "\x7f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff",
                                      "\U00010000", "\U0010ffff", "mixed \u00e4 \U0001f3b5"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const std::string_view bad : {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xef\xbf",
                                     "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xe2\x82z"}) {
    EXPECT_FALSE(IsUtf8(bad)) << testing::PrintToString(bad);
  }
}

TEST(KeyErrors, ShowABoundedPartOfTheKeyCutBetweenCharacters) {
  std::string key(199, 'x');
  for (int i = 0; i < 500; ++i) key += "\u00e4";
  const Status status = CheckKey(key);
  ASSERT_THAT(status, HasError(Code::kInvalidArgument, "1024 bytes"));
  EXPECT_LT(status.error().message().size(), 300u);
  EXPECT_TRUE(IsUtf8(status.error().message()));
}

}  // namespace
}  // namespace tarn::object_store
