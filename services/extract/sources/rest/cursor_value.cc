#include "services/extract/sources/rest/cursor_value.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace tarn::extract::rest {
namespace {

constexpr long double kSecond = 1000;
constexpr long double kDay = 86'400 * kSecond;
constexpr long double kMaxTime = 253'402'300'799'999;  // the year 9999

const char* NameOf(CursorFormat format) {
  switch (format) {
    case CursorFormat::kRfc3339:
      return "a time like 2026-02-03T04:05:06Z";
    case CursorFormat::kDate:
      return "a date like 2026-02-03";
    case CursorFormat::kEpochSeconds:
      return "seconds since 1970";
    case CursorFormat::kEpochMillis:
      return "milliseconds since 1970";
    case CursorFormat::kNumber:
      return "a number";
    case CursorFormat::kText:
      return "a text";
  }
  return "";
}

Error NotOne(std::string_view text, CursorFormat format) {
  return Error(Code::kUnprocessable, std::string("expected ") + NameOf(format) +
                                         " as cursor, got: " + std::string(text.substr(0, 64)));
}

Result<long double> Number(std::string_view text, CursorFormat format) {
  const std::string copy(text);
  // strtold would take hexadecimal numbers, infinities and blanks as well.
  if (copy.empty() || copy.size() > 40 || copy.find_first_not_of("0123456789+-.eE") != std::string::npos) {
    return NotOne(text, format);
  }
  char* end = nullptr;
  const long double number = std::strtold(copy.c_str(), &end);
  if (end != copy.c_str() + copy.size() || !std::isfinite(number)) return NotOne(text, format);
  return number;
}

/// RFC 3339, and what is close to it: "+0000" for "+00:00", and no offset at all for UTC.
Result<long double> Time(std::string_view text) {
  std::string time(text);
  const size_t size = time.size();
  const bool has_sign = size > 19 && (time[size - 5] == '+' || time[size - 5] == '-') &&
                        time.find(':', size - 5) == std::string::npos;
  if (has_sign) time.insert(size - 2, ":");
  if (time.find_first_of("Zz+", 10) == std::string::npos && time.find('-', 10) == std::string::npos)
    time += "Z";
  const auto parsed = ParseRfc3339(time);
  if (!parsed.ok()) return NotOne(text, CursorFormat::kRfc3339);
  return static_cast<long double>(ToUnixMillis(*parsed));
}

std::string Plain(long double number) {
  char text[64];
  const bool integral = number == std::floor(number);
  std::snprintf(text, sizeof text, integral ? "%.0Lf" : "%.6Lf", number);
  return text;
}

Timestamp ToTime(long double order) {
  return FromUnixMillis(static_cast<int64_t>(std::fmin(std::fmax(order, 0), kMaxTime)));
}

long double Rounded(long double number, bool up) { return up ? std::ceil(number) : std::floor(number); }

}  // namespace

Result<CursorValue> ParseCursor(std::string_view text, CursorFormat format) {
  CursorValue value{std::string(text), 0, format == CursorFormat::kText};
  switch (format) {
    case CursorFormat::kRfc3339: {
      TARN_ASSIGN(value.order, Time(text));
      break;
    }
    case CursorFormat::kDate: {
      if (text.size() < 10) return NotOne(text, format);
      const auto parsed = Time(std::string(text.substr(0, 10)) + "T00:00:00Z");
      if (!parsed.ok()) return NotOne(text, format);
      value.order = *parsed;
      break;
    }
    case CursorFormat::kEpochSeconds: {
      TARN_ASSIGN(const long double seconds, Number(text, format));
      value.order = seconds * kSecond;
      break;
    }
    case CursorFormat::kEpochMillis:
    case CursorFormat::kNumber: {
      TARN_ASSIGN(value.order, Number(text, format));
      break;
    }
    case CursorFormat::kText:
      break;
  }
  return value;
}

std::string FormatCursor(long double order, CursorFormat format, bool up) {
  switch (format) {
    case CursorFormat::kRfc3339: {
      std::string text = FormatRfc3339(ToTime(order));
      // Many APIs know no fractions of a second.
      if (text.ends_with(".000Z")) text.replace(text.size() - 5, 5, "Z");
      return text;
    }
    case CursorFormat::kDate:
      return FormatRfc3339(ToTime(Rounded(order / kDay, up) * kDay)).substr(0, 10);
    case CursorFormat::kEpochSeconds:
      return Plain(Rounded(order / kSecond, up));
    case CursorFormat::kEpochMillis:
      return Plain(Rounded(order, up));
    case CursorFormat::kNumber:
    case CursorFormat::kText:
      break;
  }
  return Plain(order);
}

}  // namespace tarn::extract::rest
