#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::inference {

/// The order of a date's parts.
enum class DateOrder : uint8_t { kYearMonthDay = 1, kDayMonthYear = 2, kMonthDayYear = 4 };

/// How a date, time or timestamp is written. Two values of one column that mean the same have shapes that
/// differ in `orders` and `fraction` only.
struct TemporalShape {
  uint8_t orders = 0;  ///< DateOrders in which the parts are a real date; 0: there is no date
  char separator = 0;  ///< between the date's parts
  bool short_year = false;
  enum class Month : uint8_t { kNumber, kShortName, kLongName } month = Month::kNumber;
  bool month_first = false;  ///< "Jan 5, 2024"
  bool has_time = false;
  bool seconds = false;
  bool fraction = false;
  bool twelve_hours = false;  ///< AM, PM
  bool zone = false;          ///< Z or an offset
  char time_separator = 0;    ///< 'T' or ' ' between date and time

  /// True if both are written alike, whatever their orders.
  bool MatchesWriting(const TemporalShape& other) const;
  /// True for what every engine casts without a format: ISO 8601's order with '-' or '/'.
  bool IsIso() const;
};

/// Takes a date (2024-01-31, 31/01/2024, 1.2.24, 31-Jan-2024, Jan 31, 2024), a timestamp (a date and 10:30,
/// 10:30:15.5, 10:30 PM, with Z or +02:00 behind the seconds) or a time (10:30:15) apart. Only dates and
/// times that exist.
std::optional<TemporalShape> ParseTemporal(std::string_view text);

/// Returns the strptime format of a shape whose date is in `order`; empty for IsIso shapes.
std::string StrptimeFormat(const TemporalShape& shape, DateOrder order);

}  // namespace tarn::inference
