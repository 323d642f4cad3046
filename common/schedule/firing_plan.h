#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "common/schedule/timetable.h"

namespace tarn::schedule {

/// A firing is on time until it is this late. Then it counts as missed: the service or the machine was down,
/// or the clock was set forwards.
inline constexpr std::chrono::milliseconds kLateAfter = std::chrono::minutes(1);

/// What is to be done about the firings that are due.
struct FiringPlan {
  std::vector<Timestamp> firings;         ///< to be started, oldest first
  Timestamp handled;                      ///< with them, all firings up to here are dealt with
  std::optional<Timestamp> missed_since;  ///< the first that was missed; nothing if none was
};

/// Plans for the firings after `handled` that are due at `now`, by the schedule's policy for missed ones. Of
/// many that are due at once, all but the last are missed, however late they are. Does bounded work, however
/// many there are.
FiringPlan PlanFirings(const Timetable& timetable, Timestamp handled, Timestamp now);

}  // namespace tarn::schedule
