#pragma once

#include <optional>
#include <string>

#include "common/schedule/schedule.h"

namespace tarn::schedule {

/// The firings of one schedule that is in force. Every call does bounded work, whatever the schedule.
/// Firings lie in the years 1970 to 2199. A local time that daylight saving skips is none, one that it
/// repeats is one, the first time. Thread-safe.
class Timetable {
 public:
  /// `name` tells schedules with the same definition apart: their jitter differs. An interval without a start
  /// counts from `anchor`, itself a firing.
  Timetable(Schedule schedule, std::string name, Timestamp anchor)
      : schedule_(std::move(schedule)), name_(std::move(name)), anchor_(schedule_.start.value_or(anchor)) {}

  const Schedule& schedule() const { return schedule_; }
  const std::string& name() const { return name_; }

  /// The first firing after `time`; nothing if it has ended.
  std::optional<Timestamp> After(Timestamp time) const;
  /// The last firing at or before `time`.
  std::optional<Timestamp> AtOrBefore(Timestamp time) const;

  /// When a firing shall begin: its time and its jitter, which is always the same for it and never reaches
  /// the next firing.
  Timestamp Due(Timestamp firing) const;

 private:
  std::optional<Timestamp> RuleAfter(Timestamp time) const;
  std::optional<Timestamp> RuleAtOrBefore(Timestamp time) const;
  std::optional<Timestamp> CronAfter(const CronExpression& cron, Timestamp time) const;
  std::optional<Timestamp> CronAtOrBefore(const CronExpression& cron, Timestamp time) const;

  Schedule schedule_;
  std::string name_;
  Timestamp anchor_;
};

}  // namespace tarn::schedule
