#include <gtest/gtest.h>

#include "common/checksums/checksum.h"

namespace tarn::checksums {
namespace {

// RFC 4648 section 10.
TEST(Base64, FollowsTheRfc) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},         {"f", "Zg=="},         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},  {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(ToBase64(bytes), text);
    EXPECT_EQ(FromBase64(text), bytes);
  }
}

TEST(Base64, KeepsZeroBytes) {
  const std::string zeros(7, '\0');
  EXPECT_EQ(FromBase64(ToBase64(zeros)), zeros);
}

TEST(Base64, TakesOneSpellingOnly) {
  for (const char* text : {"Zg", "Zg=", "Zh==", "Z===", "====", "Zm9v\n", " Zm9v", "Zm 9", "Zm9_", "Zg==Zg=="}) {
    EXPECT_EQ(FromBase64(text), std::nullopt) << text;
  }
  EXPECT_EQ(FromBase64(std::string(1 << 20, 'A')), std::nullopt);
}

}  // namespace
}  // namespace tarn::checksums
