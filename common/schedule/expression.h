#pragma once

#include <string>
#include <string_view>

#include "common/schedule/schedule.h"

namespace tarn::schedule {

/// A rule and the kind of text it was written as.
struct Expression {
  std::string kind;
  std::string text;
};

/// Tells the kind of an expression that stands alone: "rate(...)", "cron(...)", "at(...)", "@daily" and so
/// on, or fields with spaces between them. Errors: kInvalidArgument.
Result<Expression> RecognizeExpression(std::string_view text);

/// Takes "cron(" and ")" off, if they stand there.
std::string_view Unwrap(std::string_view kind, std::string_view text);

/// Parses "90s", "1h": one second to ten years. Errors: kInvalidArgument.
Result<Interval> ParseEvery(std::string_view text);

/// Parses "5 minutes", "1 hour", "2 days":
/// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html Errors: kInvalidArgument.
Result<Interval> ParseRate(std::string_view text);

/// Parses RFC 3339, or a local time of `zone`. Errors: kInvalidArgument, also for a time that daylight saving
/// skips.
Result<Timestamp> ParseTime(std::string_view text, const TimeZone& zone);

}  // namespace tarn::schedule
