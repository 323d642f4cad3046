#include "services/query/functions/time_patterns.h"

#include <array>
#include <cctype>
#include <cstdlib>

#include "services/query/functions/calendar.h"

namespace tarn::query {
namespace {

constexpr auto kMonths =
    std::to_array<std::string_view>({"January", "February", "March", "April", "May", "June", "July", "August",
                                     "September", "October", "November", "December"});
constexpr auto kDays = std::to_array<std::string_view>(
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"});

std::string Digits(int64_t number, size_t width) {
  std::string text = std::to_string(std::abs(number));
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return (number < 0 ? "-" : "") + text;
}

int64_t HalfDay(int64_t hour) { return hour % 12 == 0 ? 12 : hour % 12; }

Error Unsupported(std::string_view what) {
  return Error(Code::kInvalidArgument,
               "this part of a time's pattern is not supported: " + std::string(what));
}

// What a text tells of a time.
struct Fields {
  int64_t year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, micros = 0;
  int64_t half = -1;         // 0 AM, 1 PM
  int64_t twelve_hour = -1;  // 1 to 12
  int64_t day_of_year = -1;

  Result<int64_t> Micros() const {
    const auto bad = [] {
      return Error(Code::kInvalidArgument, "Invalid format: a field of the time is out of range");
    };
    int64_t h = hour;
    if (twelve_hour >= 0)
      h = twelve_hour % 12 + (half == 1 ? 12 : 0);
    else if (half >= 0)
      return bad();
    if (!ValidDate(year, month, day) || h > 23 || minute > 59 || second > 59) return bad();
    int64_t days = DaysFromCivil(year, month, day);
    if (day_of_year > 0) days = DaysFromCivil(year, 1, 1) + day_of_year - 1;
    return days * kMicrosPerDay + ((h * 60 + minute) * 60 + second) * 1'000'000 + micros;
  }
};

bool TakeNumber(std::string_view& text, size_t most, int64_t& number) {
  size_t count = 0;
  number = 0;
  while (count < most && count < text.size() && std::isdigit(static_cast<unsigned char>(text[count])))
    number = number * 10 + (text[count++] - '0');
  text.remove_prefix(count);
  return count > 0;
}

bool TakeFraction(std::string_view& text, size_t most, int64_t& micros) {
  size_t count = 0;
  int64_t unit = 100'000;
  micros = 0;
  while (count < most && count < text.size() && std::isdigit(static_cast<unsigned char>(text[count]))) {
    micros += (text[count++] - '0') * unit;
    unit /= 10;
  }
  text.remove_prefix(count);
  return count > 0;
}

bool SameLetters(std::string_view text, std::string_view name) {
  if (text.size() < name.size()) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(text[i])) !=
        std::tolower(static_cast<unsigned char>(name[i])))
      return false;
  }
  return true;
}

template <size_t kSize>
bool TakeName(std::string_view& text, const std::array<std::string_view, kSize>& names, int64_t& number) {
  for (const bool whole : {true, false}) {
    for (size_t i = 0; i < kSize; ++i) {
      const std::string_view name = whole ? names[i] : names[i].substr(0, 3);
      if (!SameLetters(text, name)) continue;
      text.remove_prefix(name.size());
      number = static_cast<int64_t>(i) + 1;
      return true;
    }
  }
  return false;
}

bool TakeHalf(std::string_view& text, int64_t& half) {
  if (!SameLetters(text, "AM") && !SameLetters(text, "PM")) return false;
  half = std::tolower(static_cast<unsigned char>(text[0])) == 'p';
  text.remove_prefix(2);
  return true;
}

// %y: 70 to 99 are of the last century.
int64_t FullYear(int64_t two_digits) { return two_digits + (two_digits >= 70 ? 1900 : 2000); }

}  // namespace

Result<std::string> FormatMysql(int64_t micros, std::string_view pattern) {
  const CivilTime time = TakeApart(micros);
  const auto month = static_cast<size_t>(time.date.month) - 1,
             weekday = static_cast<size_t>(time.weekday) - 1;
  std::string text;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%' || i + 1 == pattern.size()) {
      text += pattern[i];
      continue;
    }
    const char c = pattern[++i];
    switch (c) {
      case 'a':
        text += kDays[weekday].substr(0, 3);
        break;
      case 'b':
        text += kMonths[month].substr(0, 3);
        break;
      case 'c':
        text += std::to_string(time.date.month);
        break;
      case 'd':
        text += Digits(time.date.day, 2);
        break;
      case 'e':
        text += std::to_string(time.date.day);
        break;
      case 'f':
        text += Digits(time.micros, 6);
        break;
      case 'H':
        text += Digits(time.hour, 2);
        break;
      case 'h':
      case 'I':
        text += Digits(HalfDay(time.hour), 2);
        break;
      case 'i':
        text += Digits(time.minute, 2);
        break;
      case 'j':
        text += Digits(time.day_of_year, 3);
        break;
      case 'k':
        text += std::to_string(time.hour);
        break;
      case 'l':
        text += std::to_string(HalfDay(time.hour));
        break;
      case 'M':
        text += kMonths[month];
        break;
      case 'm':
        text += Digits(time.date.month, 2);
        break;
      case 'p':
        text += time.hour < 12 ? "AM" : "PM";
        break;
      case 'r':
        text += Digits(HalfDay(time.hour), 2) + ':' + Digits(time.minute, 2) + ':' + Digits(time.second, 2) +
                (time.hour < 12 ? " AM" : " PM");
        break;
      case 'S':
      case 's':
        text += Digits(time.second, 2);
        break;
      case 'T':
        text += Digits(time.hour, 2) + ':' + Digits(time.minute, 2) + ':' + Digits(time.second, 2);
        break;
      case 'v':
        text += Digits(time.week, 2);
        break;
      case 'W':
        text += kDays[weekday];
        break;
      case 'x':
        text += Digits(time.week_year, 4);
        break;
      case 'Y':
        text += Digits(time.date.year, 4);
        break;
      case 'y':
        text += Digits(time.date.year % 100, 2);
        break;
      case '%':
        text += '%';
        break;
      case 'D':
      case 'U':
      case 'u':
      case 'V':
      case 'w':
      case 'X':
        return Unsupported(pattern.substr(i - 1, 2));
      default:
        text += c;
        break;
    }
  }
  return text;
}

Result<int64_t> ParseMysql(std::string_view text, std::string_view pattern) {
  const std::string_view whole = text;
  Fields fields;
  int64_t ignored = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    bool good = true;
    if (pattern[i] != '%' || i + 1 == pattern.size()) {
      good = text.starts_with(pattern[i]);
      if (good) text.remove_prefix(1);
    } else {
      switch (pattern[++i]) {
        case 'a':
        case 'W':
          good = TakeName(text, kDays, ignored);
          break;
        case 'b':
        case 'M':
          good = TakeName(text, kMonths, fields.month);
          break;
        case 'c':
        case 'm':
          good = TakeNumber(text, 2, fields.month);
          break;
        case 'd':
        case 'e':
          good = TakeNumber(text, 2, fields.day);
          break;
        case 'f':
          good = TakeFraction(text, 9, fields.micros);
          break;
        case 'H':
        case 'k':
          good = TakeNumber(text, 2, fields.hour);
          break;
        case 'h':
        case 'I':
        case 'l':
          good =
              TakeNumber(text, 2, fields.twelve_hour) && fields.twelve_hour >= 1 && fields.twelve_hour <= 12;
          break;
        case 'i':
          good = TakeNumber(text, 2, fields.minute);
          break;
        case 'j':
          good =
              TakeNumber(text, 3, fields.day_of_year) && fields.day_of_year >= 1 && fields.day_of_year <= 366;
          break;
        case 'p':
          good = TakeHalf(text, fields.half);
          break;
        case 'S':
        case 's':
          good = TakeNumber(text, 2, fields.second);
          break;
        case 'T':
          good = TakeNumber(text, 2, fields.hour) && text.starts_with(':') &&
                 (text.remove_prefix(1), TakeNumber(text, 2, fields.minute)) && text.starts_with(':') &&
                 (text.remove_prefix(1), TakeNumber(text, 2, fields.second));
          break;
        case 'Y':
          good = TakeNumber(text, 4, fields.year);
          break;
        case 'y':
          good = TakeNumber(text, 2, fields.year);
          fields.year = FullYear(fields.year);
          break;
        case '%':
          good = text.starts_with('%');
          if (good) text.remove_prefix(1);
          break;
        default:
          return Unsupported(pattern.substr(i - 1, 2));
      }
    }
    if (!good)
      return Error(Code::kInvalidArgument, "Invalid format: \"" + std::string(whole.substr(0, 80)) + '"');
  }
  if (!text.empty())
    return Error(Code::kInvalidArgument, "Invalid format: \"" + std::string(whole.substr(0, 80)) +
                                             "\" is malformed at \"" + std::string(text.substr(0, 80)) + '"');
  return fields.Micros();
}

Result<std::string> FormatJoda(int64_t micros, std::string_view pattern, int64_t offset_minutes,
                               std::string_view zone) {
  const CivilTime time = TakeApart(micros);
  const auto month = static_cast<size_t>(time.date.month) - 1,
             weekday = static_cast<size_t>(time.weekday) - 1;
  std::string text;
  for (size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '\'') {
      const size_t end = pattern.find('\'', i + 1);
      if (end == pattern.npos) return Unsupported("a quote without end");
      text += end == i + 1 ? "'" : std::string(pattern.substr(i + 1, end - i - 1));
      i = end + 1;
      continue;
    }
    size_t count = 1;
    while (i + count < pattern.size() && pattern[i + count] == c) ++count;
    const auto name = [&](std::string_view full) { text += count >= 4 ? full : full.substr(0, 3); };
    switch (c) {
      case 'y':
      case 'Y':
        text += count == 2 ? Digits(time.date.year % 100, 2) : Digits(time.date.year, count);
        break;
      case 'x':
        text += count == 2 ? Digits(time.week_year % 100, 2) : Digits(time.week_year, count);
        break;
      case 'w':
        text += Digits(time.week, count);
        break;
      case 'e':
        text += Digits(time.weekday, count);
        break;
      case 'E':
        name(kDays[weekday]);
        break;
      case 'D':
        text += Digits(time.day_of_year, count);
        break;
      case 'M':
        if (count >= 3)
          name(kMonths[month]);
        else
          text += Digits(time.date.month, count);
        break;
      case 'd':
        text += Digits(time.date.day, count);
        break;
      case 'a':
        text += time.hour < 12 ? "AM" : "PM";
        break;
      case 'K':
        text += Digits(time.hour % 12, count);
        break;
      case 'h':
        text += Digits(HalfDay(time.hour), count);
        break;
      case 'H':
        text += Digits(time.hour, count);
        break;
      case 'k':
        text += Digits(time.hour == 0 ? 24 : time.hour, count);
        break;
      case 'm':
        text += Digits(time.minute, count);
        break;
      case 's':
        text += Digits(time.second, count);
        break;
      case 'S': {
        std::string fraction = Digits(time.micros / 1000, 3);
        fraction.resize(count, '0');
        text += fraction;
        break;
      }
      case 'Z': {
        if (offset_minutes >= 10'000) return Unsupported("Z: the time has no zone");
        if (count >= 3) {
          text += zone;
          break;
        }
        const std::string minutes = Digits(std::abs(offset_minutes) % 60, 2);
        text += (offset_minutes < 0 ? "-" : "+") + Digits(std::abs(offset_minutes) / 60, 2) +
                (count == 2 ? ":" : "") + minutes;
        break;
      }
      default:
        if (std::isalpha(static_cast<unsigned char>(c))) return Unsupported(pattern.substr(i, count));
        text += pattern.substr(i, count);
    }
    i += count;
  }
  return text;
}

Result<int64_t> ParseJoda(std::string_view text, std::string_view pattern) {
  const std::string_view whole = text;
  Fields fields;
  int64_t ignored = 0;
  for (size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    size_t count = 1;
    bool good = true;
    if (c == '\'') {
      const size_t end = pattern.find('\'', i + 1);
      if (end == pattern.npos) return Unsupported("a quote without end");
      const std::string_view literal = end == i + 1 ? "'" : pattern.substr(i + 1, end - i - 1);
      good = text.starts_with(literal);
      if (good) text.remove_prefix(literal.size());
      count = end + 1 - i;
    } else {
      while (i + count < pattern.size() && pattern[i + count] == c) ++count;
      switch (c) {
        case 'y':
        case 'Y':
          if (count == 2) return Unsupported("yy: its century depends on the current year");
          good = TakeNumber(text, std::max<size_t>(4, count), fields.year);
          break;
        case 'M':
          good = count >= 3 ? TakeName(text, kMonths, fields.month) : TakeNumber(text, 2, fields.month);
          break;
        case 'd':
          good = TakeNumber(text, 2, fields.day);
          break;
        case 'E':
          good = TakeName(text, kDays, ignored);
          break;
        case 'H':
          good = TakeNumber(text, 2, fields.hour);
          break;
        case 'h':
          good =
              TakeNumber(text, 2, fields.twelve_hour) && fields.twelve_hour >= 1 && fields.twelve_hour <= 12;
          break;
        case 'a':
          good = TakeHalf(text, fields.half);
          break;
        case 'm':
          good = TakeNumber(text, 2, fields.minute);
          break;
        case 's':
          good = TakeNumber(text, 2, fields.second);
          break;
        case 'S':
          good = TakeFraction(text, count, fields.micros);
          fields.micros = fields.micros / 1000 * 1000;
          break;
        default:
          if (std::isalpha(static_cast<unsigned char>(c))) return Unsupported(pattern.substr(i, count));
          good = text.starts_with(pattern.substr(i, count));
          if (good) text.remove_prefix(count);
      }
    }
    if (!good)
      return Error(Code::kInvalidArgument, "Invalid format: \"" + std::string(whole.substr(0, 80)) + '"');
    i += count;
  }
  if (!text.empty())
    return Error(Code::kInvalidArgument, "Invalid format: \"" + std::string(whole.substr(0, 80)) +
                                             "\" is malformed at \"" + std::string(text.substr(0, 80)) + '"');
  return fields.Micros();
}

}  // namespace tarn::query
