#include "services/catalog/crawlers/work_shares.h"

#include <gmock/gmock.h>

#include <latch>
#include <mutex>
#include <set>
#include <vector>

namespace tarn::catalog {
namespace {

TEST(ShareWork, DoesEachItemOnceAndInOrderOnOneThread) {
  std::vector<size_t> items;
  ShareWork(5, 1, [&](size_t thread, size_t item) {
    EXPECT_EQ(thread, 0u);
    items.push_back(item);
    return true;
  });
  EXPECT_THAT(items, testing::ElementsAre(0, 1, 2, 3, 4));
  ShareWork(0, 4, [](size_t, size_t) -> bool { throw "nothing to do"; });
}

// The first item takes as long as all others together: that it ends shows that none of them waits for it.
TEST(ShareWork, GoesOnWhileOneItemTakesLong) {
  constexpr size_t kItems = 100;
  std::latch others(kItems - 1);
  std::mutex mutex;
  std::multiset<size_t> done;
  ShareWork(kItems, 2, [&](size_t, size_t item) {
    if (item == 0)
      others.wait();
    else
      others.count_down();
    const std::lock_guard lock(mutex);
    done.insert(item);
    return true;
  });
  EXPECT_EQ(done.size(), kItems);
  EXPECT_EQ(std::set<size_t>(done.begin(), done.end()).size(), kItems);
}

TEST(ShareWork, HandsNothingOutOnceItIsStopped) {
  size_t done = 0;
  ShareWork(10, 1, [&](size_t, size_t item) {
    ++done;
    return item < 3;
  });
  EXPECT_EQ(done, 4u);
}

}  // namespace
}  // namespace tarn::catalog
