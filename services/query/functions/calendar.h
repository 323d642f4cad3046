#pragma once

#include <cstdint>

namespace tarn::query {

constexpr int64_t kMicrosPerDay = 86'400'000'000;

/// Days since 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible date
/// algorithms").
int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day);

struct CivilDate {
  int64_t year, month, day;
};
CivilDate CivilFromDays(int64_t days);

int64_t DaysInMonth(int64_t year, int64_t month);
bool ValidDate(int64_t year, int64_t month, int64_t day);

/// A local time, taken apart.
struct CivilTime {
  CivilDate date;
  int64_t days;  ///< since 1970-01-01
  int64_t hour, minute, second, micros;
  int64_t weekday;          ///< 1 is Monday, 7 is Sunday
  int64_t day_of_year;      ///< from 1
  int64_t week, week_year;  ///< of ISO 8601
};
CivilTime TakeApart(int64_t micros_since_1970);

}  // namespace tarn::query
