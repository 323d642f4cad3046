#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace tarn::schedule {

/// The rule by which a zone's clocks go on after the last change that its file lists (most end in 2037): the
/// footer of the file, a TZ text of POSIX (RFC 8536 section 3.3) such as "CET-1CEST,M3.5.0,M10.5.0/3".
class ZoneTail {
 public:
  /// Returns nothing for a zone without daylight saving, and for a text that is no such rule.
  static std::optional<ZoneTail> Parse(std::string_view text);

  /// The offset from UTC, positive in the east.
  std::chrono::seconds OffsetAt(std::chrono::sys_seconds time) const;

 private:
  /// When clocks change: a day of a year, and a time on it, which may lie on another day.
  struct Change {
    enum class Kind { kWeekdayOfMonth, kDayOfYear, kDayOfYearWithout29February };

    Kind kind = Kind::kWeekdayOfMonth;
    int month = 1, week = 1, weekday = 0;  // week 5 is the last
    int day = 0;                           // of the year: from 0, or from 1 where 29 February does not count
    std::chrono::seconds time = std::chrono::hours(2);

    std::chrono::local_seconds In(std::chrono::year year) const;
  };
  class Reader;

  std::chrono::seconds standard_{0};
  std::chrono::seconds daylight_{0};
  Change begin_, end_;
};

}  // namespace tarn::schedule
