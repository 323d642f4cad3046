#include "common/time/time.h"

#include "tests/support/result_matchers.h"

namespace tarn {
namespace {

int64_t Millis(std::string_view text) {
  const auto parsed = ParseRfc3339(text);
  return parsed.ok() ? ToUnixMillis(*parsed) : -1;
}

TEST(Rfc3339, FormatsInUtcWithMilliseconds) {
  EXPECT_EQ(FormatRfc3339(FromUnixMillis(1'770'091'506'789)), "2026-02-03T04:05:06.789Z");
  EXPECT_EQ(FormatRfc3339(FromUnixMillis(0)), "1970-01-01T00:00:00.000Z");
}

TEST(Rfc3339, ParsesOffsetsAndFractions) {
  EXPECT_EQ(Millis("2026-02-03T04:05:06.789Z"), 1'770'091'506'789);
  EXPECT_EQ(Millis("2026-02-03T04:05:06Z"), 1'770'091'506'000);
  EXPECT_EQ(Millis("2026-02-03t04:05:06z"), 1'770'091'506'000);
  EXPECT_EQ(Millis("2026-02-03T06:05:06+02:00"), 1'770'091'506'000);
  EXPECT_EQ(Millis("2026-02-03T04:05:06.123456789Z"), 1'770'091'506'123);
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
  for (const char* text : {"", "2026-02-03", "2026-02-30T00:00:00Z", "2026-02-03T04:05:06",
                           "2026-02-03T25:00:00Z", "now", "2026-02-03T04:05:06Zx"}) {
    EXPECT_THAT(ParseRfc3339(text), HasError(Code::kInvalidArgument, "RFC 3339")) << text;
  }
}

TEST(CompactTime, HasNoColons) {
  EXPECT_EQ(FormatCompact(FromUnixMillis(1'770'091'506'789)), "20260203T040506Z");
}

TEST(HttpDate, ReadsWhatItWrites) {
  const auto parsed = ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT");
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ(FormatHttpDate(*parsed), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_THAT(ParseHttpDate("yesterday"), HasError(Code::kInvalidArgument, "HTTP date"));
}

}  // namespace
}  // namespace tarn
