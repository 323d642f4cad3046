#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <variant>

#include "common/result/result.h"
#include "common/schedule/cron.h"
#include "common/schedule/time_zone.h"
#include "common/time/time.h"

namespace tarn::schedule {

/// What becomes of firings whose time passed while nobody could fire.
enum class Missed {
  kSkip,
  kOnce,  ///< the last of them fires
  kAll,   ///< the last `max_missed` of them fire
};

/// What becomes of a firing while the work of an earlier one goes on.
enum class Overlap {
  kForbid,   ///< it is passed over
  kQueue,    ///< its work begins when that work has ended
  kAllow,    ///< its work runs beside
  kReplace,  ///< that work is cancelled
};

const char* MissedName(Missed missed);     ///< "skip", "once", "all"
const char* OverlapName(Overlap overlap);  ///< "forbid", "queue", "allow", "replace"

/// Every so often, by real time: daylight saving does not shift it.
struct Interval {
  std::chrono::milliseconds length;
};

/// One time only.
struct Once {
  Timestamp time;
};

/// When something shall happen, as a definition says. docs/schedules.md describes the definition for users.
struct Schedule {
  std::variant<Interval, CronExpression, Once> rule;
  std::string kind;        ///< "every", "rate", "cron" or "at"
  std::string expression;  ///< as written, without "cron(" and ")": "0 10 * * ? *"
  TimeZone time_zone;
  std::optional<Timestamp> start;  ///< no firing before; an interval counts from here
  std::optional<Timestamp> end;    ///< no firing after
  std::chrono::milliseconds jitter{0};
  Missed missed = Missed::kOnce;
  int64_t max_missed = 10;
  Overlap overlap = Overlap::kForbid;
  bool paused = false;

  /// Parses what stands under `schedule:`: an object, or a text such as "cron(0 10 * * ? *)", "rate(1 hour)",
  /// "daily". `pointer` is where it stands. Errors: kInvalidArgument with where() = the JSON pointer of the
  /// member that is wrong; also where the schedule could never fire.
  static Result<Schedule> Parse(const nlohmann::json& definition, const std::string& pointer);

  /// The definition as an object, with every default.
  nlohmann::json ToJson() const;

  /// A text that differs between schedules that fire at different times.
  std::string Timing() const;
};

}  // namespace tarn::schedule
