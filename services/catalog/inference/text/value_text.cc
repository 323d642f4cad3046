#include "services/catalog/inference/text/value_text.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "common/text/utf8.h"
#include "services/catalog/tables/column_statistics.h"

namespace tarn::inference {
namespace {

using catalog::kMaxBoundBytes;

constexpr int64_t kMicrosPerDay = 86'400'000'000;
constexpr uint32_t kLastCodePoint = 0x10ffff;

int64_t FloorDivide(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

// ".5" of 500000 microseconds: digits behind the point without zeros at the end.
std::string Fraction(int64_t value, int digits) {
  if (value == 0) return "";
  char text[16];
  std::snprintf(text, sizeof text, ".%0*lld", digits, static_cast<long long>(value));
  std::string fraction = text;
  fraction.resize(fraction.find_last_not_of('0') + 1);
  return fraction;
}

std::string Clock(int64_t seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  return text;
}

std::optional<std::string> DayAndClock(int64_t value, int64_t per_second, int digits) {
  const int64_t seconds = FloorDivide(value, per_second);
  const auto day = ShowDate(FloorDivide(seconds, 86'400));
  if (!day) return std::nullopt;
  return *day + " " + Clock(seconds - FloorDivide(seconds, 86'400) * 86'400) +
         Fraction(value - seconds * per_second, digits);
}

// Digits and exponent as fmt's "{}" lays them out: an exponent from 1e16 on and below 1e-4.
template <class T>
std::string ShowFloating(T value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string_view text(buffer, static_cast<size_t>(end.ptr - buffer));
  const size_t e = text.find('e');
  const int exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
  const bool negative = text[0] == '-';
  std::string digits;
  for (const char c : text.substr(0, e)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  std::string shown = negative ? "-" : "";
  if (exponent < -4 || exponent >= 16) {
    shown += digits.substr(0, 1) + (digits.size() > 1 ? "." + digits.substr(1) : "");
    char tail[16];
    std::snprintf(tail, sizeof tail, "e%c%02d", exponent < 0 ? '-' : '+', std::abs(exponent));
    return shown + tail;
  }
  if (exponent < 0) return shown + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  const auto whole = static_cast<size_t>(exponent + 1);
  if (digits.size() <= whole) return shown + digits + std::string(whole - digits.size(), '0') + ".0";
  return shown + digits.substr(0, whole) + "." + digits.substr(whole);
}

// The length of the longest start that may be shown.
size_t CleanLength(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && text[at] != 0) {
    const size_t length = text::Utf8SequenceLength(text.substr(at));
    if (length == 0 || at + length > kMaxBoundBytes) break;
    at += length;
  }
  return at;
}

uint32_t LastCodePoint(std::string_view text, size_t* at) {
  *at = text.size() - 1;
  while (*at > 0 && (text[*at] & 0xc0) == 0x80) --*at;
  const size_t length = text.size() - *at;
  const auto first = static_cast<unsigned char>(text[*at]);
  uint32_t point = length == 1 ? first : first & (0xffu >> (length + 1));
  for (size_t i = *at + 1; i < text.size(); ++i)
    point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  return point;
}

}  // namespace

std::optional<std::string> ShowDate(int64_t days) {
  using namespace std::chrono;
  constexpr int64_t kFirst = sys_days(year(1) / 1 / 1).time_since_epoch().count();
  constexpr int64_t kLast = sys_days(year(9999) / 12 / 31).time_since_epoch().count();
  if (days < kFirst || days > kLast) return std::nullopt;
  const year_month_day date{sys_days(std::chrono::days(days))};
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::optional<std::string> ShowTime(int64_t microseconds) {
  if (microseconds < 0 || microseconds >= kMicrosPerDay) return std::nullopt;
  return Clock(microseconds / 1'000'000) + Fraction(microseconds % 1'000'000, 6);
}

std::optional<std::string> ShowTimestamp(int64_t microseconds) {
  return DayAndClock(microseconds, 1'000'000, 6);
}

std::optional<std::string> ShowTimestampNs(int64_t nanoseconds) {
  return DayAndClock(nanoseconds, 1'000'000'000, 9);
}

std::optional<std::string> ShowDecimal(__int128 unscaled, int precision, int scale) {
  const bool negative = unscaled < 0;
  auto rest = negative ? -static_cast<unsigned __int128>(unscaled) : static_cast<unsigned __int128>(unscaled);
  std::string digits;
  for (; rest > 0; rest /= 10)
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  if (static_cast<int>(digits.size()) > precision) return std::nullopt;
  const auto least = static_cast<size_t>(scale) + (precision > scale ? 1 : 0);
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - static_cast<size_t>(scale), ".");
  return (negative ? "-" : "") + digits;
}

std::string ShowFloat(float value) { return ShowFloating(value); }
std::string ShowDouble(double value) { return ShowFloating(value); }

std::string LowerTextBound(std::string_view text) { return std::string(text.substr(0, CleanLength(text))); }

std::optional<std::string> UpperTextBound(std::string_view text) {
  const size_t clean = CleanLength(text);
  std::string bound(text.substr(0, clean));
  if (clean == text.size()) return bound;
  // What is left out could be anything: the last character is raised to the next one.
  while (!bound.empty()) {
    size_t at = 0;
    const uint32_t point = LastCodePoint(bound, &at);
    bound.resize(at);
    if (point == kLastCodePoint) continue;
    std::string raised = bound;
    text::AppendUtf8(raised, point == 0xd7ff ? 0xe000 : point + 1);
    if (raised.size() <= kMaxBoundBytes) return raised;
  }
  return std::nullopt;
}

}  // namespace tarn::inference
