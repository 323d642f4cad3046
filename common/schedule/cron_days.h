#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "common/result/result.h"

namespace tarn::schedule {

/// Days of a month as bits: bit 1 is the first.
using DayMask = uint32_t;

/// How a cron expression counts days of the week.
enum class WeekdayNumbers {
  kSundayIsZero,  ///< five fields: 0 to 7, both of them Sunday
  kSundayIsOne,   ///< six fields, as Quartz and EventBridge: 1 to 7
};

/// The field day-of-month: numbers, `L` (the last day), `L-3` (three days before it), `15W` (the weekday from
/// Monday to Friday nearest to the 15th, in the same month), `LW` (the last such weekday). A day that a month
/// does not have is none in it.
class DaysOfMonth {
 public:
  /// Errors: kInvalidArgument.
  static Result<DaysOfMonth> Parse(std::string_view text);
  DayMask In(std::chrono::year_month month) const;

 private:
  Status Add(std::string_view part);

  DayMask days_ = 0;
  DayMask nearest_weekdays_ = 0;
  DayMask before_last_ = 0;  // bit 0 is the last day, bit 1 the one before
  bool last_weekday_ = false;
};

/// The field day-of-week: numbers or names, `L` (Saturday), `5L` (the last such day of the month), `MON#2`
/// (the second Monday of the month).
class DaysOfWeek {
 public:
  /// Errors: kInvalidArgument.
  static Result<DaysOfWeek> Parse(std::string_view text, WeekdayNumbers numbers);
  DayMask In(std::chrono::year_month month) const;

 private:
  Status Add(std::string_view part, WeekdayNumbers numbers);

  // By weekday, Sunday is 0.
  std::bitset<7> every_;
  std::bitset<7> last_;
  std::bitset<7> nth_[6];  // from 1 to 5
};

}  // namespace tarn::schedule
