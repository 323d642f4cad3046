#include "services/catalog/inference/csv/temporal.h"

#include <array>
#include <chrono>

namespace tarn::inference {
namespace {

constexpr size_t kMaxLength = 45;
constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

// Takes text apart from its front.
struct Cursor {
  std::string_view rest;

  bool Take(char c) {
    if (rest.empty() || rest[0] != c) return false;
    rest.remove_prefix(1);
    return true;
  }

  // A number of `least` to `most` digits; -1 if there is none.
  int Number(size_t least, size_t most, size_t* digits = nullptr) {
    size_t length = 0;
    int value = 0;
    while (length < rest.size() && length <= most && IsDigit(rest[length]))
      value = value * 10 + (rest[length++] - '0');
    if (length < least || length > most) return -1;
    if (digits) *digits = length;
    rest.remove_prefix(length);
    return value;
  }

  // A month's name, also cut to three letters; 0 if there is none.
  int MonthName(bool* is_long) {
    size_t length = 0;
    while (length < rest.size() && IsLetter(rest[length])) ++length;
    for (size_t month = 0; length >= 3 && month < kMonths.size(); ++month) {
      if (length != 3 && length != kMonths[month].size()) continue;
      size_t same = 0;
      while (same < length && (rest[same] | 0x20) == kMonths[month][same]) ++same;
      if (same < length) continue;
      *is_long = length > 3;
      rest.remove_prefix(length);
      return static_cast<int>(month) + 1;
    }
    return 0;
  }
};

bool Exists(int year, int month, int day) {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  return std::chrono::year_month_day(std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

int FullYear(int year, bool is_short) { return is_short ? 2000 + year : year; }

uint8_t OrderIf(bool possible, DateOrder order) { return possible ? static_cast<uint8_t>(order) : 0; }

// Jan 5, 2024
bool TakeMonthFirst(Cursor& cursor, TemporalShape& shape) {
  bool is_long = false;
  const int month = cursor.MonthName(&is_long);
  if (month == 0 || !cursor.Take(' ')) return false;
  const int day = cursor.Number(1, 2);
  shape.separator = cursor.Take(',') ? ',' : ' ';
  if (!cursor.Take(' ')) return false;
  const int year = cursor.Number(4, 4);
  if (year < 0 || !Exists(year, month, day)) return false;
  shape.month = is_long ? TemporalShape::Month::kLongName : TemporalShape::Month::kShortName;
  shape.month_first = true;
  shape.orders = static_cast<uint8_t>(DateOrder::kMonthDayYear);
  return true;
}

// 5-Jan-2024, 5 January 24: after the day and the separator
bool TakeNamedMonth(Cursor& cursor, TemporalShape& shape, int day) {
  bool is_long = false;
  const int month = cursor.MonthName(&is_long);
  if (month == 0 || !cursor.Take(shape.separator)) return false;
  size_t digits = 0;
  const int year = cursor.Number(2, 4, &digits);
  if (year < 0 || digits == 3) return false;
  shape.short_year = digits == 2;
  shape.month = is_long ? TemporalShape::Month::kLongName : TemporalShape::Month::kShortName;
  shape.orders = static_cast<uint8_t>(DateOrder::kDayMonthYear);
  return Exists(FullYear(year, shape.short_year), month, day);
}

bool TakeDate(Cursor& cursor, TemporalShape& shape) {
  if (!cursor.rest.empty() && IsLetter(cursor.rest[0])) return TakeMonthFirst(cursor, shape);
  size_t first_digits = 0;
  const int first = cursor.Number(1, 4, &first_digits);
  if (first < 0 || first_digits == 3 || cursor.rest.empty()) return false;
  shape.separator = cursor.rest[0];
  if (std::string_view("-/. ").find(shape.separator) == std::string_view::npos) return false;
  cursor.Take(shape.separator);
  if (!cursor.rest.empty() && IsLetter(cursor.rest[0]))
    return first_digits <= 2 && TakeNamedMonth(cursor, shape, first);
  const int second = cursor.Number(1, 2);
  if (shape.separator == ' ' || second < 0 || !cursor.Take(shape.separator)) return false;
  size_t third_digits = 0;
  const int third = cursor.Number(1, 4, &third_digits);
  if (third < 0 || third_digits == 3) return false;
  if (first_digits == 4) {
    shape.orders = OrderIf(third_digits <= 2 && Exists(first, second, third), DateOrder::kYearMonthDay);
    return shape.orders != 0;
  }
  shape.short_year = third_digits <= 2;
  if (shape.short_year && (third_digits == 1 || (first_digits == 1 && shape.separator == '.'))) return false;
  const int year = FullYear(third, shape.short_year);
  shape.orders = OrderIf(Exists(year, second, first), DateOrder::kDayMonthYear) |
                 OrderIf(Exists(year, first, second), DateOrder::kMonthDayYear) |
                 OrderIf(shape.short_year && shape.separator == '-' && first_digits == 2 &&
                             Exists(FullYear(first, true), second, third),
                         DateOrder::kYearMonthDay);
  return shape.orders != 0;
}

bool TakeZone(Cursor& cursor, TemporalShape& shape) {
  if (cursor.rest.empty()) return true;
  // Readers take no space before an offset, and no offset without seconds.
  Cursor ahead = cursor;
  shape.zone = true;
  if (!shape.seconds) return false;
  if (ahead.Take('Z')) return ahead.rest.empty();
  if (!ahead.Take('+') && !ahead.Take('-')) return false;
  size_t digits = 0;
  const int number = ahead.Number(2, 4, &digits);
  if (number < 0 || digits == 3) return false;
  const int hours = digits == 4 ? number / 100 : number;
  const int minutes = digits == 4 ? number % 100 : ahead.Take(':') ? ahead.Number(2, 2) : 0;
  return hours <= 15 && minutes >= 0 && minutes <= 59 && ahead.rest.empty();
}

bool TakeTime(Cursor& cursor, TemporalShape& shape, bool alone) {
  const int hour = cursor.Number(alone ? 2 : 1, 2);
  if (hour < 0 || hour > 23 || !cursor.Take(':')) return false;
  const int minute = cursor.Number(2, 2);
  if (minute < 0 || minute > 59) return false;
  shape.has_time = true;
  if (cursor.Take(':')) {
    const int second = cursor.Number(2, 2);
    if (second < 0 || second > 59) return false;
    shape.seconds = true;
    if (cursor.Take('.')) {
      shape.fraction = true;
      if (cursor.Number(1, 9) < 0) return false;
    }
  }
  Cursor ahead = cursor;
  if (ahead.Take(' ') && ahead.rest.size() == 2 && (ahead.rest[1] | 0x20) == 'm' &&
      ((ahead.rest[0] | 0x20) == 'a' || (ahead.rest[0] | 0x20) == 'p')) {
    shape.twelve_hours = true;
    return hour >= 1 && hour <= 12;
  }
  return TakeZone(cursor, shape);
}

}  // namespace

bool TemporalShape::MatchesWriting(const TemporalShape& other) const {
  return separator == other.separator && short_year == other.short_year && month == other.month &&
         month_first == other.month_first && has_time == other.has_time && seconds == other.seconds &&
         fraction == other.fraction && twelve_hours == other.twelve_hours && zone == other.zone &&
         time_separator == other.time_separator;
}

bool TemporalShape::IsIso() const {
  const bool date = orders == static_cast<uint8_t>(DateOrder::kYearMonthDay) && !short_year &&
                    (separator == '-' || separator == '/');
  return date && !twelve_hours;
}

std::optional<TemporalShape> ParseTemporal(std::string_view text) {
  if (text.size() < 5 || text.size() > kMaxLength) return std::nullopt;
  TemporalShape shape;
  if (text[2] == ':') {
    Cursor time{text};
    // Without seconds it might as well be a duration, a score or a ratio; a zone belongs to a date.
    if (!TakeTime(time, shape, true) || !shape.seconds || shape.zone || shape.twelve_hours)
      return std::nullopt;
    return shape;
  }
  Cursor cursor{text};
  if (!TakeDate(cursor, shape)) return std::nullopt;
  if (cursor.rest.empty()) return shape;
  shape.time_separator = cursor.rest[0];
  if (!cursor.Take('T') && !cursor.Take(' ')) return std::nullopt;
  if (!TakeTime(cursor, shape, false)) return std::nullopt;
  return shape;
}

std::string StrptimeFormat(const TemporalShape& shape, DateOrder order) {
  if (shape.IsIso()) return "";
  const std::string year = shape.short_year ? "%y" : "%Y", day = "%d";
  const std::string month = shape.month == TemporalShape::Month::kNumber      ? "%m"
                            : shape.month == TemporalShape::Month::kShortName ? "%b"
                                                                              : "%B";
  const std::string between(1, shape.separator);
  std::string format;
  if (shape.month_first)
    format = month + " " + day + (shape.separator == ',' ? ", " : " ") + year;
  else if (order == DateOrder::kYearMonthDay)
    format = year + between + month + between + day;
  else if (order == DateOrder::kDayMonthYear)
    format = day + between + month + between + year;
  else
    format = month + between + day + between + year;
  if (!shape.has_time) return format;
  format += shape.time_separator;
  format += shape.twelve_hours ? "%I:%M" : "%H:%M";
  if (shape.seconds) format += ":%S";
  if (shape.fraction) format += ".%f";
  if (shape.twelve_hours) format += " %p";
  if (shape.zone) format += "%z";
  return format;
}

}  // namespace tarn::inference
