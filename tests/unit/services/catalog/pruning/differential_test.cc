#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/unit/services/catalog/pruning/random_lake.h"

namespace tarn::catalog {
namespace {

constexpr int kRounds = 500, kCountRounds = 40;

// Making a lake takes longer than asking it a hundred questions: both tests ask the same.
class Pruning : public testing::TestWithParam<unsigned> {
 protected:
  static void TearDownTestSuite() { lakes_.clear(); }
  RandomLake& Lake() { return lakes_.try_emplace(GetParam(), GetParam()).first->second; }

 private:
  static inline std::map<unsigned, RandomLake> lakes_;
};

TEST_P(Pruning, NeverLeavesOutAFileThatHasARowAndLeavesOutMany) {
  RandomLake& lake = Lake();
  int64_t answered = 0, asked = 0, refused = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::string where = lake.RandomCondition();
    if (round % 3 == 0) where += " AND " + lake.RandomCondition();
    if (round % 17 == 0) where = "(" + where + ") OR " + lake.RandomCondition();
    const auto matching = lake.FilesMatching(where);
    if (!matching) {
      ++refused;
      continue;
    }
    const auto files = lake.FilesAnswered(where);
    ASSERT_TRUE(std::includes(files.begin(), files.end(), matching->begin(), matching->end())) << where;
    answered += static_cast<int64_t>(files.size());
    asked += RandomLake::kFiles;
  }
  EXPECT_LT(refused, kRounds * 2 / 3);
  EXPECT_LT(answered, asked * 7 / 10) << "hardly a file is left out";
}

TEST_P(Pruning, DoesNotChangeAnAnswer) {
  RandomLake& lake = Lake();
  for (int round = 0; round < kCountRounds; ++round) {
    const std::string where = lake.RandomCondition();
    const std::string all = lake.CountOverAll(where);
    if (all == "error") continue;
    EXPECT_EQ(lake.CountOverAnswer(where), all) << where;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Pruning, testing::Values(1u, 2u));

}  // namespace
}  // namespace tarn::catalog
