#include "services/extract/sources/rest/cursor_value.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::extract::rest {
namespace {

TEST(CursorValue, ReadsAndWritesEachFormat) {
  const struct {
    CursorFormat format;
    std::string text;
    long double order;
    std::string written;
  } cases[] = {
      {CursorFormat::kRfc3339, "2026-02-03T04:05:06Z", 1770091506000.0L, "2026-02-03T04:05:06Z"},
      {CursorFormat::kRfc3339, "2026-02-03T05:05:06.250+01:00", 1770091506250.0L, "2026-02-03T04:05:06.250Z"},
      {CursorFormat::kRfc3339, "2026-02-03T04:05:06.000+0000", 1770091506000.0L, "2026-02-03T04:05:06Z"},
      {CursorFormat::kRfc3339, "2026-02-03T04:05:06", 1770091506000.0L, "2026-02-03T04:05:06Z"},
      {CursorFormat::kDate, "2026-02-03", 1770076800000.0L, "2026-02-03"},
      {CursorFormat::kEpochSeconds, "1770091506", 1770091506000.0L, "1770091506"},
      {CursorFormat::kEpochMillis, "1770091506250", 1770091506250.0L, "1770091506250"},
      {CursorFormat::kNumber, "9223372036854775807", 9223372036854775807.0L, "9223372036854775807"},
      {CursorFormat::kNumber, "-2.5", -2.5L, "-2.500000"},
  };
  for (const auto& each : cases) {
    const auto value = ParseCursor(each.text, each.format);
    ASSERT_THAT(value, IsOk()) << each.text;
    EXPECT_EQ(value->order, each.order) << each.text;
    EXPECT_EQ(FormatCursor(value->order, each.format), each.written);
  }
}

TEST(CursorValue, RefusesWhatIsOfAnotherFormat) {
  const std::pair<CursorFormat, const char*> cases[] = {{CursorFormat::kRfc3339, "yesterday"},
                                                        {CursorFormat::kRfc3339, "1770091506"},
                                                        {CursorFormat::kRfc3339, ""},
                                                        {CursorFormat::kDate, "2026-2-3"},
                                                        {CursorFormat::kDate, "2026-13-01"},
                                                        {CursorFormat::kEpochSeconds, "0x10"},
                                                        {CursorFormat::kEpochSeconds, "inf"},
                                                        {CursorFormat::kNumber, "1 2"},
                                                        {CursorFormat::kNumber, ""}};
  for (const auto& [format, text] : cases) {
    EXPECT_THAT(ParseCursor(text, format), HasError(Code::kUnprocessable, "as cursor")) << text;
  }
}

TEST(CursorValue, RoundsTheEndOfAWindowUp) {
  EXPECT_EQ(FormatCursor(1770091506250.0L, CursorFormat::kDate), "2026-02-03");
  EXPECT_EQ(FormatCursor(1770091506250.0L, CursorFormat::kDate, true), "2026-02-04");
  EXPECT_EQ(FormatCursor(1770076800000.0L, CursorFormat::kDate, true), "2026-02-03");
  EXPECT_EQ(FormatCursor(1770091506250.0L, CursorFormat::kEpochSeconds, true), "1770091507");
}

TEST(CursorValue, OrdersTextsAsTexts) {
  const auto a = ParseCursor("a", CursorFormat::kText), b = ParseCursor("b", CursorFormat::kText);
  EXPECT_TRUE(*a < *b);
  EXPECT_FALSE(*b < *a);
}

}  // namespace
}  // namespace tarn::extract::rest
