#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/result/result.h"
#include "common/schedule/cron_days.h"
#include "common/schedule/time_zone.h"

namespace tarn::schedule {

inline constexpr int kFirstYear = 1970;
inline constexpr int kLastYear = 2199;

/// When a clock on the wall shows what a cron expression says. It comes in two forms:
/// - Five fields (minute, hour, day-of-month, month, day-of-week) as crontab(5) has them: Sunday is 0 or 7;
///   where neither field of days begins with `*`, a day that fits one of them fits.
/// - Six fields (and year) as Amazon EventBridge has them: Sunday is 1; one field of days must be `?`. See
///   https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
/// Both know `L`, `W` and `#`; see DaysOfMonth and DaysOfWeek.
class CronExpression {
 public:
  /// Also takes `@hourly`, `@daily` (or `@midnight`), `@weekly` (Sunday), `@monthly` and `@yearly` (or
  /// `@annually`), with or without the `@`. Errors: kInvalidArgument, naming the field and why.
  static Result<CronExpression> Parse(std::string_view text);

  /// The first time after `after`, on a full minute; nothing if there is none until the end of kLastYear.
  std::optional<LocalTime> Next(LocalTime after) const;
  /// The last time before `before`; nothing if there is none since the begin of kFirstYear.
  std::optional<LocalTime> Previous(LocalTime before) const;

 private:
  enum class Days { kOfMonth, kOfWeek, kEither, kBoth };

  Status ParseTimes(std::string_view minutes, std::string_view hours, std::string_view months);
  Status ParseYears(std::string_view text);
  Status ParseDays(std::string_view of_month, std::string_view of_week, WeekdayNumbers numbers);

  bool HasYear(std::chrono::year year) const;
  DayMask DaysIn(std::chrono::year_month month) const;
  // From this day or minute of the day on, or back.
  std::optional<std::chrono::local_days> DayFrom(std::chrono::local_days day) const;
  std::optional<std::chrono::local_days> DayBackFrom(std::chrono::local_days day) const;
  std::optional<std::chrono::minutes> MinuteFrom(int minute) const;
  std::optional<std::chrono::minutes> MinuteBackFrom(int minute) const;

  uint64_t minutes_ = 0;
  uint32_t hours_ = 0;
  uint32_t months_ = 0;
  std::bitset<kLastYear - kFirstYear + 1> years_;
  Days days_ = Days::kBoth;
  DaysOfMonth of_month_;
  DaysOfWeek of_week_;
};

}  // namespace tarn::schedule
