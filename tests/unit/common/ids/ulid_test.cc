#include "common/ids/ulid.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace tarn {
namespace {

TEST(Ulid, IsStrictlyIncreasingWithinAProcess) {
  std::string last = NewUlid();
  for (int i = 0; i < 10'000; ++i) {
    const std::string next = NewUlid();
    ASSERT_LT(last, next);
    last = next;
  }
}

TEST(Ulid, IsUniqueAcrossThreads) {
  std::vector<std::vector<std::string>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& ids : made) {
      threads.emplace_back([&ids] {
        for (int i = 0; i < 5'000; ++i) ids.push_back(NewUlid());
      });
    }
  }
  std::set<std::string> all;
  for (const auto& ids : made) all.insert(ids.begin(), ids.end());
  EXPECT_EQ(all.size(), 20'000u);
}

TEST(Ulid, Has26DigitsAndStartsWithTheTime) {
  const std::string id = NewUlid();
  EXPECT_EQ(id.size(), 26u);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz"), std::string::npos);
  EXPECT_EQ(id.substr(0, 2), "01");  // until the year 2081
}

TEST(Hex, RendersEveryByteWithTwoDigits) { EXPECT_EQ(ToHex(std::string("\x00\x0f\xff", 3)), "000fff"); }

}  // namespace
}  // namespace tarn
