#include "common/compression/gzip.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::compression {
namespace {

constexpr size_t kLimit = 8 << 20;

std::string Long() {
  std::string text;
  for (unsigned i = 0; text.size() < (3 << 20); ++i) text += std::to_string(i * 7919) + ",";
  return text;
}

TEST(Gzip, ComesBackAsItWas) {
  for (const std::string& text : {std::string(), std::string("a"), std::string(200'000, 'x'), Long()}) {
    const auto back = Gunzip(Gzip(text), kLimit);
    ASSERT_THAT(back, IsOk());
    EXPECT_EQ(*back, text);
  }
}

TEST(Gzip, GivesTheSameBytesForTheSameContent) { EXPECT_EQ(Gzip(Long()), Gzip(Long())); }

TEST(Gzip, ReadsSeveralMembers) { EXPECT_EQ(*Gunzip(Gzip("one ") + Gzip("two"), kLimit), "one two"); }

TEST(Gzip, RefusesWhatIsCutOffOrBroken) {
  const std::string whole = Gzip(Long());
  for (const size_t size : {size_t(1), size_t(9), size_t(20), whole.size() / 2, whole.size() - 1}) {
    EXPECT_THAT(Gunzip(whole.substr(0, size), kLimit), HasError(Code::kUnprocessable, "")) << size;
  }
  std::string changed = whole;
  changed[whole.size() / 2] ^= 1;
  EXPECT_THAT(Gunzip(changed, kLimit), HasError(Code::kUnprocessable, ""));
  EXPECT_THAT(Gunzip("{\"no\": \"gzip\"}", kLimit), HasError(Code::kUnprocessable, ""));
}

TEST(Gzip, StopsABombAtTheLimit) {
  EXPECT_THAT(Gunzip(Gzip(std::string(20 << 20, '\0')), 1 << 20), HasError(Code::kTooLarge, ""));
}

}  // namespace
}  // namespace tarn::compression
