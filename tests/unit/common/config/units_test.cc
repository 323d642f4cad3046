#include "common/config/option_set.h"
#include "tests/support/result_matchers.h"

namespace tarn::config {
namespace {

using std::chrono::milliseconds;

TEST(Size, IsReadWithAndWithoutAUnit) {
  EXPECT_EQ(*ParseSize("512"), 512u);
  EXPECT_EQ(*ParseSize("64KiB"), 65'536u);
  EXPECT_EQ(*ParseSize("2GiB"), 2ull << 30);
  for (const char* text : {"", "KiB", "-1", "5 MiB", "5MB", "99999999999TiB", "18446744073709551616"}) {
    EXPECT_THAT(ParseSize(text), HasError(Code::kInvalidArgument, "number with a unit")) << text;
  }
}

TEST(Duration, NeedsAUnit) {
  EXPECT_EQ(*ParseDuration("250ms"), milliseconds(250));
  EXPECT_EQ(*ParseDuration("3d"), milliseconds(259'200'000));
  EXPECT_THAT(ParseDuration("10"), HasError(Code::kInvalidArgument, "number with a unit"));
}

TEST(Units, WhatIsRenderedReadsAsTheSame) {
  for (const uint64_t size : {0ull, 1ull, 1'023ull, 65'536ull, 3ull << 40})
    EXPECT_EQ(*ParseSize(FormatSize(size)), size);
  for (const int64_t ms : {0, 1, 1'500, 60'000, 86'400'000})
    EXPECT_EQ(*ParseDuration(FormatDuration(milliseconds(ms))), milliseconds(ms));
}

}  // namespace
}  // namespace tarn::config
