#include "services/catalog/crawlers/page_cut.h"

#include <gtest/gtest.h>

namespace tarn::catalog {
namespace {

using object_store::Event;
using object_store::EventPage;

// Events of commits of `per_commit` files each, numbered from 1.
EventPage PageOf(int64_t files, int64_t per_commit, const std::string& suffix) {
  EventPage page;
  for (int64_t i = 0; i < files; ++i) {
    Event event;
    event.sequence = i + 1;
    event.object.key = "t/" + std::to_string(i) + suffix;
    event.commit_id = std::to_string(i / per_commit);
    page.events.push_back(std::move(event));
  }
  page.last_sequence = files + 5;  // events of other buckets follow
  return page;
}

void ExpectLeft(EventPage page, size_t events, int64_t last_sequence) {
  CutPage(page);
  EXPECT_EQ(page.events.size(), events);
  EXPECT_EQ(page.last_sequence, last_sequence);
}

TEST(CutPage, LeavesSmallPagesAsTheyAre) {
  ExpectLeft(EventPage{{}, 7, {}}, 0, 7);
  ExpectLeft(PageOf(100, 1, ".csv"), 100, 105);
  ExpectLeft(PageOf(2'000, 1, ".parquet"), 2'000, 2'005);
}

TEST(CutPage, LeavesFewTextsAndManyFooters) {
  ExpectLeft(PageOf(2'000, 1, ".csv"), 100, 100);
  ExpectLeft(PageOf(2'000, 1, ".json.gz"), 100, 100);
  ExpectLeft(PageOf(3'000, 1, ".parquet"), 2'000, 2'000);
}

TEST(CutPage, SplitsNoCommit) {
  ExpectLeft(PageOf(2'000, 150, ".csv"), 150, 150);
  ExpectLeft(PageOf(2'000, 2'000, ".csv"), 2'000, 2'005);
}

TEST(CutPage, TakesDeletionsForWhatTheyCost) {
  EventPage page = PageOf(1'500, 1, ".csv");
  for (Event& event : page.events) event.type = Event::Type::kObjectDeleted;
  ExpectLeft(page, 1'500, 1'505);
}

TEST(CutPage, LeavesPagesAloneThatOnlyTellThatEventsAreGone) {
  EventPage page = PageOf(500, 1, ".csv");
  page.trimmed_before = 1;
  ExpectLeft(page, 500, 505);
}

}  // namespace
}  // namespace tarn::catalog
