#include "common/schedule/cron_days.h"

#include <array>

#include "common/schedule/cron_field.h"

namespace tarn::schedule {
namespace {

using std::chrono::year_month;

constexpr std::array<std::string_view, 7> kDayNames = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};
constexpr CronField kDayOfMonth = {.name = "day-of-month", .min = 1, .max = 31};
constexpr int kMaxDaysBeforeLast = 30;

constexpr CronField DayOfWeekField(WeekdayNumbers numbers) {
  const bool zero = numbers == WeekdayNumbers::kSundayIsZero;
  return {.name = "day-of-week",
          .min = zero ? 0 : 1,
          .max = 7,
          .value_names = kDayNames,
          .first_value = zero ? 0 : 1,
          .cycle = 7};
}

constexpr DayMask Bit(unsigned day) { return DayMask{1} << day; }

unsigned LastDay(year_month month) {
  return static_cast<unsigned>(std::chrono::year_month_day_last(month / std::chrono::last).day());
}

/// 0 is Sunday.
unsigned WeekdayOf(year_month month, unsigned day) {
  return std::chrono::weekday(std::chrono::local_days(month / std::chrono::day(day))).c_encoding();
}

/// The day from Monday to Friday that is nearest to `day` in the same month.
unsigned NearestWeekday(year_month month, unsigned day, unsigned last) {
  switch (WeekdayOf(month, day)) {
    case 6:
      return day == 1 ? 3 : day - 1;
    case 0:
      return day == last ? day - 2 : day + 1;
    default:
      return day;
  }
}

std::string_view WithoutSuffix(std::string_view text) { return text.substr(0, text.size() - 1); }

}  // namespace

Result<DaysOfMonth> DaysOfMonth::Parse(std::string_view text) {
  DaysOfMonth days;
  TARN_ASSIGN(const auto parts, SplitList(kDayOfMonth, text));
  for (const std::string_view part : parts) TARN_TRY(days.Add(part));
  return days;
}

Status DaysOfMonth::Add(std::string_view part) {
  if (part == "L" || part == "l") {
    before_last_ |= Bit(0);
  } else if (part == "LW" || part == "lw") {
    last_weekday_ = true;
  } else if (part.starts_with("L-") || part.starts_with("l-")) {
    const CronField offset = {.name = "day-of-month", .min = 1, .max = kMaxDaysBeforeLast};
    TARN_ASSIGN(const int days, ParseCronValue(offset, part.substr(2)));
    before_last_ |= Bit(static_cast<unsigned>(days));
  } else if (part.ends_with('W') || part.ends_with('w')) {
    TARN_ASSIGN(const int day, ParseCronValue(kDayOfMonth, WithoutSuffix(part)));
    nearest_weekdays_ |= Bit(static_cast<unsigned>(day));
  } else {
    TARN_ASSIGN(const auto values, ParseCronPart(kDayOfMonth, part));
    for (const int day : values) days_ |= Bit(static_cast<unsigned>(day));
  }
  return Ok();
}

DayMask DaysOfMonth::In(year_month month) const {
  const unsigned last = LastDay(month);
  DayMask mask = days_;
  for (unsigned day = 1; day <= last; ++day) {
    if (nearest_weekdays_ & Bit(day)) mask |= Bit(NearestWeekday(month, day, last));
    if (before_last_ & Bit(last - day)) mask |= Bit(day);
  }
  if (last_weekday_) mask |= Bit(NearestWeekday(month, last, last));
  const DayMask up_to_last = Bit(last) | (Bit(last) - 1);
  return mask & up_to_last & ~Bit(0);
}

Result<DaysOfWeek> DaysOfWeek::Parse(std::string_view text, WeekdayNumbers numbers) {
  DaysOfWeek days;
  TARN_ASSIGN(const auto parts, SplitList(DayOfWeekField(numbers), text));
  for (const std::string_view part : parts) TARN_TRY(days.Add(part, numbers));
  return days;
}

Status DaysOfWeek::Add(std::string_view part, WeekdayNumbers numbers) {
  const CronField field = DayOfWeekField(numbers);
  const auto index = [&](int value) { return static_cast<size_t>((value - field.min) % 7); };
  if (part == "L" || part == "l") {
    every_.set(6);
  } else if (const size_t hash = part.find('#'); hash != std::string_view::npos) {
    const CronField nth = {.name = "day-of-week, after #", .min = 1, .max = 5};
    TARN_ASSIGN(const int weekday, ParseCronValue(field, part.substr(0, hash)));
    TARN_ASSIGN(const int number, ParseCronValue(nth, part.substr(hash + 1)));
    nth_[number].set(index(weekday));
  } else if (part.ends_with('L') || part.ends_with('l')) {
    TARN_ASSIGN(const int weekday, ParseCronValue(field, WithoutSuffix(part)));
    last_.set(index(weekday));
  } else {
    TARN_ASSIGN(const auto values, ParseCronPart(field, part));
    for (const int weekday : values) every_.set(index(weekday));
  }
  return Ok();
}

DayMask DaysOfWeek::In(year_month month) const {
  const unsigned last = LastDay(month);
  const unsigned first_weekday = WeekdayOf(month, 1);
  DayMask mask = 0;
  for (unsigned day = 1; day <= last; ++day) {
    const size_t weekday = (first_weekday + day - 1) % 7;
    const unsigned nth = (day - 1) / 7 + 1;
    if (every_[weekday] || nth_[nth][weekday] || (last_[weekday] && day + 7 > last)) mask |= Bit(day);
  }
  return mask;
}

}  // namespace tarn::schedule
