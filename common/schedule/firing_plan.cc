#include "common/schedule/firing_plan.h"

#include <algorithm>

namespace tarn::schedule {
namespace {

using std::chrono::milliseconds;

/// The last firing that is due.
std::optional<Timestamp> LastDue(const Timetable& timetable, Timestamp now) {
  const auto last = timetable.AtOrBefore(now);
  if (!last || timetable.Due(*last) <= now) return last;
  return timetable.AtOrBefore(*last - milliseconds(1));
}

/// Up to `count` firings after `handled` that end with `last`.
std::vector<Timestamp> Latest(const Timetable& timetable, Timestamp handled, Timestamp last,
                              int64_t count) {
  std::vector<Timestamp> firings;
  for (std::optional<Timestamp> firing = last; firing && *firing > handled && count > 0; --count) {
    firings.push_back(*firing);
    firing = timetable.AtOrBefore(*firing - milliseconds(1));
  }
  std::reverse(firings.begin(), firings.end());
  return firings;
}

}  // namespace

FiringPlan PlanFirings(const Timetable& timetable, Timestamp handled, Timestamp now) {
  FiringPlan plan{{}, handled, std::nullopt};
  const auto last = LastDue(timetable, now);
  if (!last || *last <= handled) return plan;
  plan.handled = *last;
  const Schedule& schedule = timetable.schedule();
  const bool on_time = now - timetable.Due(*last) < kLateAfter;
  const auto first = timetable.After(handled);
  if (!on_time || first < last) plan.missed_since = first;
  switch (schedule.missed) {
    case Missed::kSkip:
      if (on_time) plan.firings = {*last};
      break;
    case Missed::kOnce:
      plan.firings = {*last};
      break;
    case Missed::kAll:
      plan.firings = Latest(timetable, handled, *last, schedule.max_missed + (on_time ? 1 : 0));
      break;
  }
  return plan;
}

}  // namespace tarn::schedule
