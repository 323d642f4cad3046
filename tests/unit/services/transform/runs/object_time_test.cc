#include "services/transform/runs/object_time.h"

#include <gtest/gtest.h>

namespace tarn::transform {
namespace {

TEST(ObjectTime, IsTheRunsTimeWhereTheKeySaysIt) {
  const Timestamp modified = FromUnixMillis(1'000);
  const auto time = [&](std::string_view key) { return FormatRfc3339(ObjectTime(key, modified)); };
  EXPECT_EQ(time("spotify/playlist_items/playlist_id=x/run=20260203T040506Z_01abc/page-00000.json"),
            "2026-02-03T04:05:06.000Z");
  EXPECT_EQ(time("run=20260203T040506Z_/a"), "2026-02-03T04:05:06.000Z");
  EXPECT_EQ(time("rerun=20250203T040506Z_x/run=20260203T040506Z_x/a"), "2026-02-03T04:05:06.000Z");
}

TEST(ObjectTime, IsTheModificationTimeWhereItDoesNot) {
  const Timestamp modified = FromUnixMillis(1'000);
  for (const char* key :
       {"", "a.json", "run=", "run=20260203T040506Z", "run=20261303T040506Z_x/a", "run=2026-02-03T04:05Z_x/a",
        "dry_run=20260203T040506Z_x/a", "run=20260203T040506X_x"}) {
    EXPECT_EQ(ObjectTime(key, modified), modified) << key;
  }
}

}  // namespace
}  // namespace tarn::transform
