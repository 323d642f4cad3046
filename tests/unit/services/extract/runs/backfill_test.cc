#include "services/extract/runs/backfill.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"

namespace tarn::extract {
namespace {

nlohmann::json Days(const std::string& from, const std::string& to, const std::string& split) {
  nlohmann::json json = {{"from", from + "T00:00:00Z"}, {"to", to + "T00:00:00Z"}};
  if (!split.empty()) json["split"] = split;
  return json;
}

TEST(Backfill, CoversTheWindowWithoutGapOrOverlap) {
  const auto backfill = ParseBackfill(Days("2026-01-01", "2026-02-01", "168h"), "/backfill");
  ASSERT_THAT(backfill, IsOk());
  const auto parts = Parts(*backfill);
  ASSERT_EQ(parts.size(), 5u);
  EXPECT_EQ(parts.front().from, backfill->window.from);
  EXPECT_EQ(parts.back().to, backfill->window.to);
  for (size_t i = 1; i < parts.size(); ++i) EXPECT_EQ(parts[i].from, parts[i - 1].to);
  EXPECT_EQ(parts.back().to - parts.back().from, std::chrono::days(3));
}

TEST(Backfill, IsOneRunUnlessItIsSplit) {
  const auto runs = RunsOf(*ParseBackfill(Days("2026-01-01", "2026-02-01", ""), "/backfill"), "s", "{}");
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_TRUE(runs[0].side_by_side);
  EXPECT_EQ(runs[0].trigger, "backfill");
}

TEST(Backfill, RefusesWhatMakesNoSense) {
  const struct {
    nlohmann::json json;
    std::string where;
  } cases[] = {
      {nlohmann::json::array(), "/backfill"},
      {nlohmann::json::object(), "/backfill/from"},
      {{{"from", "yesterday"}, {"to", "2026-01-01T00:00:00Z"}}, "/backfill/from"},
      {Days("2026-01-02", "2026-01-02", ""), "/backfill/to"},
      {Days("2026-01-02", "2026-01-01", ""), "/backfill/to"},
      {Days("2026-01-01", "2026-01-02", "0s"), "/backfill/split"},
      {Days("2026-01-01", "2026-01-02", "soon"), "/backfill/split"},
      {Days("1970-01-01", "2026-01-02", "1h"), "/backfill/split"},
      {{{"from", "2026-01-01T00:00:00Z"}, {"to", "2026-01-02T00:00:00Z"}, {"step", "1h"}}, "/backfill/step"},
  };
  for (const auto& each : cases) {
    const auto backfill = ParseBackfill(each.json, "/backfill");
    ASSERT_FALSE(backfill.ok()) << each.json;
    EXPECT_EQ(backfill.error().code(), Code::kInvalidArgument);
    EXPECT_EQ(backfill.error().where(), each.where) << each.json;
  }
}

}  // namespace
}  // namespace tarn::extract
