#include "services/query/functions/calendar.h"

namespace tarn::query {
namespace {

int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0); }

}  // namespace

int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2;
  const int64_t era = FloorDivide(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

CivilDate CivilFromDays(int64_t days) {
  days += 719468;
  const int64_t era = FloorDivide(days, 146097);
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;
  const int64_t month = shifted + (shifted < 10 ? 3 : -9);
  return {year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) / 5 + 1};
}

int64_t DaysInMonth(int64_t year, int64_t month) {
  if (month == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool ValidDate(int64_t year, int64_t month, int64_t day) {
  return year >= 0 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
         day <= DaysInMonth(year, month);
}

CivilTime TakeApart(int64_t micros_since_1970) {
  CivilTime time{};
  time.days = FloorDivide(micros_since_1970, kMicrosPerDay);
  int64_t rest = micros_since_1970 - time.days * kMicrosPerDay;
  time.date = CivilFromDays(time.days);
  time.micros = rest % 1'000'000;
  rest /= 1'000'000;
  time.second = rest % 60;
  time.minute = rest / 60 % 60;
  time.hour = rest / 3600;
  time.weekday = time.days + 3 - FloorDivide(time.days + 3, 7) * 7 + 1;
  time.day_of_year = time.days - DaysFromCivil(time.date.year, 1, 1) + 1;
  // The week of the week's Thursday.
  const int64_t thursday = time.days - time.weekday + 4;
  time.week_year = CivilFromDays(thursday).year;
  time.week = (thursday - DaysFromCivil(time.week_year, 1, 1)) / 7 + 1;
  return time;
}

}  // namespace tarn::query
