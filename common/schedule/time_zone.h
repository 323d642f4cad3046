#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/result/result.h"
#include "common/time/time.h"

namespace tarn::schedule {

/// What a clock on the wall shows, somewhere.
using LocalTime = std::chrono::local_time<std::chrono::seconds>;

/// A time zone of the IANA database, as the system has it (Debian's package tzdata). Cheap to copy.
/// Thread-safe.
class TimeZone {
 public:
  /// UTC, which needs no database.
  TimeZone() = default;

  /// Finds a zone by its name: "Europe/Berlin". Errors: kInvalidArgument if there is none.
  static Result<TimeZone> Find(const std::string& name);

  const std::string& name() const { return name_; }

  std::chrono::seconds OffsetAt(Timestamp time) const;

  /// Milliseconds are cut off.
  LocalTime ToLocal(Timestamp time) const;

  /// Returns the first time at which clocks show `local`; nothing if daylight saving skips it.
  std::optional<Timestamp> ToUtc(LocalTime local) const;

  /// Formats as RFC 3339 with the zone's offset: "2026-02-03T05:05:06+01:00".
  std::string Format(Timestamp time) const;

 private:
  struct Rules;

  std::string name_ = "UTC";
  std::shared_ptr<const Rules> rules_;  // none: UTC
};

/// Parses "2026-01-02T03:04:05", "2026-01-02T03:04" or "2026-01-02". Errors: kInvalidArgument.
Result<LocalTime> ParseLocalTime(std::string_view text);

}  // namespace tarn::schedule
