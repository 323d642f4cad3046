#include "services/transform/runs/poison_search.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/result_matchers.h"

namespace tarn::transform {
namespace {

using testing::ElementsAre;

// Fails as soon as one of the bad items is among those tried.
std::function<Status(const std::vector<size_t>&)> FailsOn(std::set<size_t> bad, int* attempts) {
  return [bad = std::move(bad), attempts](const std::vector<size_t>& items) -> Status {
    ++*attempts;
    for (const size_t item : items) {
      if (bad.contains(item)) return Error(Code::kUnprocessable, "item " + std::to_string(item));
    }
    return Ok();
  };
}

std::vector<size_t> Items(const std::vector<Poison>& found) {
  std::vector<size_t> items;
  for (const Poison& poison : found) items.push_back(poison.item);
  return items;
}

TEST(PoisonSearch, FindsEveryItemThatFailsAlone) {
  int attempts = 0;
  const auto found = FindPoison(200, 64, FailsOn({0, 77, 199}, &attempts));
  ASSERT_THAT(found, IsOk());
  EXPECT_THAT(Items(*found), ElementsAre(0, 77, 199));
  EXPECT_EQ((*found)[1].error.message(), "item 77");
  EXPECT_LE(attempts, 64);
}

TEST(PoisonSearch, FindsOneItemInAboutTwiceTheLogarithmOfTries) {
  for (const size_t bad : {0, 1, 100, 149, 1023}) {
    int attempts = 0;
    const auto found = FindPoison(1024, 64, FailsOn({bad}, &attempts));
    ASSERT_THAT(found, IsOk());
    EXPECT_THAT(Items(*found), ElementsAre(bad));
    EXPECT_LE(attempts, 20);
  }
}

TEST(PoisonSearch, BlamesNobodyForWhatFailsOnlyTogether) {
  const auto together = [](const std::vector<size_t>& items) -> Status {
    return items.size() > 1 ? Status(Error(Code::kUnprocessable, "they differ")) : Ok();
  };
  const auto found = FindPoison(8, 64, together);
  ASSERT_THAT(found, IsOk());
  EXPECT_TRUE(found->empty());
}

TEST(PoisonSearch, BlamesTheOnlyItem) {
  int attempts = 0;
  const auto found = FindPoison(1, 64, FailsOn({0}, &attempts));
  ASSERT_THAT(found, IsOk());
  EXPECT_THAT(Items(*found), ElementsAre(0));
}

TEST(PoisonSearch, GivesUpAfterTheAllowedAttempts) {
  int attempts = 0;
  std::set<size_t> all;
  for (size_t i = 0; i < 1000; ++i) all.insert(i);
  EXPECT_THAT(FindPoison(1000, 64, FailsOn(all, &attempts)), HasError(Code::kUnprocessable, "too many"));
  EXPECT_EQ(attempts, 64);
}

TEST(PoisonSearch, BlamesNobodyForAFailureThatMayPass) {
  const auto busy = [](const std::vector<size_t>&) -> Status { return Error(Code::kUnavailable, "busy"); };
  EXPECT_THAT(FindPoison(8, 64, busy), HasError(Code::kUnavailable, "busy"));
}

}  // namespace
}  // namespace tarn::transform
