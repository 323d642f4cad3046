#include "common/schedule/cron.h"

#include <array>
#include <bit>
#include <vector>

#include "common/schedule/cron_field.h"

namespace tarn::schedule {
namespace {

using std::chrono::local_days;
using std::chrono::minutes;
using std::chrono::months;
using std::chrono::year_month;
using std::chrono::year_month_day;

constexpr size_t kMaxBytes = 1000;

constexpr std::array<std::string_view, 12> kMonthNames = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr CronField kMinute = {.name = "minute", .min = 0, .max = 59};
constexpr CronField kHour = {.name = "hour", .min = 0, .max = 23};
constexpr CronField kMonth = {
    .name = "month", .min = 1, .max = 12, .value_names = kMonthNames, .first_value = 1};
constexpr CronField kYear = {.name = "year", .min = kFirstYear, .max = kLastYear};
constexpr CronField kDays = {.name = "day-of-month or day-of-week"};

constexpr year_month kFirstMonth = std::chrono::year(kFirstYear) / 1;
constexpr year_month kLastMonth = std::chrono::year(kLastYear) / 12;

struct Macro {
  std::string_view name;
  std::string_view expression;
};
constexpr Macro kMacros[] = {{"hourly", "0 * * * *"},  {"daily", "0 0 * * *"},   {"midnight", "0 0 * * *"},
                             {"weekly", "0 0 * * 0"},  {"monthly", "0 0 1 * *"}, {"yearly", "0 0 1 1 *"},
                             {"annually", "0 0 1 1 *"}};

std::vector<std::string_view> SplitAtSpaces(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; (begin = text.find_first_not_of(" \t", begin)) != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_of(" \t", begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return parts;
}

std::string_view Unfold(std::string_view text) {
  const std::string_view name = text.starts_with('@') ? text.substr(1) : text;
  for (const Macro& macro : kMacros) {
    if (name == macro.name) return macro.expression;
  }
  return text;
}

template <class Mask>
Result<Mask> ParseMask(const CronField& field, std::string_view text) {
  TARN_ASSIGN(const auto values, ParseCronList(field, text));
  Mask mask = 0;
  for (const int value : values) mask |= Mask{1} << value;
  return mask;
}

/// The lowest set bit from `from` on, or the highest down from it; -1: none.
template <class Mask>
int BitFrom(Mask mask, int from) {
  if (from >= std::numeric_limits<Mask>::digits) return -1;
  mask &= ~Mask{0} << from;
  return mask ? std::countr_zero(mask) : -1;
}
template <class Mask>
int BitBackFrom(Mask mask, int from) {
  if (from < 0) return -1;
  mask &= ~Mask{0} >> (std::numeric_limits<Mask>::digits - 1 - from);
  return mask ? std::numeric_limits<Mask>::digits - 1 - std::countl_zero(mask) : -1;
}

}  // namespace

Result<CronExpression> CronExpression::Parse(std::string_view text) {
  if (text.size() > kMaxBytes)
    return Error(Code::kInvalidArgument, "the expression is too long: over 1000 bytes");
  const auto fields = SplitAtSpaces(Unfold(text));
  CronExpression cron;
  if (fields.size() == 5) {
    cron.years_.set();
    TARN_TRY(cron.ParseTimes(fields[0], fields[1], fields[3]));
    TARN_TRY(cron.ParseDays(fields[2], fields[4], WeekdayNumbers::kSundayIsZero));
    return cron;
  }
  if (fields.size() == 6) {
    TARN_TRY(cron.ParseTimes(fields[0], fields[1], fields[3]));
    TARN_TRY(cron.ParseDays(fields[2], fields[4], WeekdayNumbers::kSundayIsOne));
    TARN_TRY(cron.ParseYears(fields[5]));
    return cron;
  }
  return Error(Code::kInvalidArgument,
               "expected 5 fields (minute hour day-of-month month day-of-week) or 6 (and year), got " +
                   std::to_string(fields.size()) + ": " + std::string(text.substr(0, 100)));
}

Status CronExpression::ParseTimes(std::string_view minutes, std::string_view hours, std::string_view months) {
  TARN_ASSIGN(minutes_, ParseMask<uint64_t>(kMinute, minutes));
  TARN_ASSIGN(hours_, ParseMask<uint32_t>(kHour, hours));
  TARN_ASSIGN(months_, ParseMask<uint32_t>(kMonth, months));
  return Ok();
}

Status CronExpression::ParseYears(std::string_view text) {
  TARN_ASSIGN(const auto values, ParseCronList(kYear, text));
  for (const int year : values) years_.set(static_cast<size_t>(year - kFirstYear));
  return Ok();
}

Status CronExpression::ParseDays(std::string_view of_month, std::string_view of_week,
                                 WeekdayNumbers numbers) {
  const bool six_fields = numbers == WeekdayNumbers::kSundayIsOne;
  const bool no_month = of_month == "?", no_week = of_week == "?";
  const std::string both = std::string(of_month) + " and " + std::string(of_week);
  if (no_month && no_week) return FieldError(kDays, "only one of the two may be ?", both);
  if (six_fields && !no_month && !no_week) {
    return FieldError(kDays, "one of the two must be ? in an expression of six fields", both);
  }
  if (!no_month) {
    TARN_ASSIGN(of_month_, DaysOfMonth::Parse(of_month));
  }
  if (!no_week) {
    TARN_ASSIGN(of_week_, DaysOfWeek::Parse(of_week, numbers));
  }
  const bool any_of_both = !of_month.starts_with('*') && !of_week.starts_with('*');
  days_ = no_week ? Days::kOfMonth : no_month ? Days::kOfWeek : any_of_both ? Days::kEither : Days::kBoth;
  return Ok();
}

bool CronExpression::HasYear(std::chrono::year year) const {
  return years_[static_cast<size_t>(static_cast<int>(year) - kFirstYear)];
}

DayMask CronExpression::DaysIn(year_month month) const {
  if (!HasYear(month.year()) || !(months_ >> static_cast<unsigned>(month.month()) & 1)) return 0;
  switch (days_) {
    case Days::kOfMonth:
      return of_month_.In(month);
    case Days::kOfWeek:
      return of_week_.In(month);
    case Days::kEither:
      return of_month_.In(month) | of_week_.In(month);
    case Days::kBoth:
      return of_month_.In(month) & of_week_.In(month);
  }
  return 0;
}

std::optional<local_days> CronExpression::DayFrom(local_days day) const {
  const year_month_day from(std::max(day, local_days(kFirstMonth / 1)));
  int first = static_cast<int>(static_cast<unsigned>(from.day()));
  for (year_month month = from.year() / from.month(); month <= kLastMonth; month += months(1), first = 1) {
    const int found = BitFrom(DaysIn(month), first);
    if (found >= 0) return local_days(month / std::chrono::day(static_cast<unsigned>(found)));
  }
  return std::nullopt;
}

std::optional<local_days> CronExpression::DayBackFrom(local_days day) const {
  const year_month_day from(std::min(day, local_days(kLastMonth / std::chrono::last)));
  int last = static_cast<int>(static_cast<unsigned>(from.day()));
  for (year_month month = from.year() / from.month(); month >= kFirstMonth; month -= months(1), last = 31) {
    const int found = BitBackFrom(DaysIn(month), last);
    if (found >= 0) return local_days(month / std::chrono::day(static_cast<unsigned>(found)));
  }
  return std::nullopt;
}

std::optional<minutes> CronExpression::MinuteFrom(int minute) const {
  int hour = minute / 60;
  if (hours_ >> hour & 1) {
    const int found = BitFrom(minutes_, minute % 60);
    if (found >= 0) return minutes(hour * 60 + found);
  }
  hour = BitFrom(hours_, hour + 1);
  if (hour < 0) return std::nullopt;
  return minutes(hour * 60 + BitFrom(minutes_, 0));
}

std::optional<minutes> CronExpression::MinuteBackFrom(int minute) const {
  int hour = minute / 60;
  if (hours_ >> hour & 1) {
    const int found = BitBackFrom(minutes_, minute % 60);
    if (found >= 0) return minutes(hour * 60 + found);
  }
  hour = BitBackFrom(hours_, hour - 1);
  if (hour < 0) return std::nullopt;
  return minutes(hour * 60 + BitBackFrom(minutes_, 59));
}

std::optional<LocalTime> CronExpression::Next(LocalTime after) const {
  const auto from = std::chrono::floor<minutes>(after) + minutes(1);
  const local_days day = std::chrono::floor<std::chrono::days>(from);
  const auto today = DayFrom(day);
  if (!today) return std::nullopt;
  if (*today > day) return *today + *MinuteFrom(0);
  if (const auto minute = MinuteFrom(static_cast<int>((from - day) / minutes(1)))) return *today + *minute;
  const auto later = DayFrom(day + std::chrono::days(1));
  if (!later) return std::nullopt;
  return *later + *MinuteFrom(0);
}

std::optional<LocalTime> CronExpression::Previous(LocalTime before) const {
  const auto from = std::chrono::ceil<minutes>(before) - minutes(1);
  const local_days day = std::chrono::floor<std::chrono::days>(from);
  constexpr int kLastMinute = 24 * 60 - 1;
  const auto today = DayBackFrom(day);
  if (!today) return std::nullopt;
  if (*today < day) return *today + *MinuteBackFrom(kLastMinute);
  if (const auto minute = MinuteBackFrom(static_cast<int>((from - day) / minutes(1))))
    return *today + *minute;
  const auto earlier = DayBackFrom(day - std::chrono::days(1));
  if (!earlier) return std::nullopt;
  return *earlier + *MinuteBackFrom(kLastMinute);
}

}  // namespace tarn::schedule
