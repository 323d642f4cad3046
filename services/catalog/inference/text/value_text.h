#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::inference {

/// These show values as DuckDB's CAST AS VARCHAR does; nothing for what lies beyond the years 1 to 9999, or
/// beyond what the type holds.
std::optional<std::string> ShowDate(int64_t days);          ///< since 1970-01-01: "2024-01-31"
std::optional<std::string> ShowTime(int64_t microseconds);  ///< "10:30:00.5"
std::optional<std::string> ShowTimestamp(int64_t microseconds);
std::optional<std::string> ShowTimestampNs(int64_t nanoseconds);
std::optional<std::string> ShowDecimal(__int128 unscaled, int precision, int scale);
std::string ShowFloat(float value);
std::string ShowDouble(double value);

/// Makes text a bound that is UTF-8, without zero bytes, and at most kMaxBoundBytes long: a start of the text
/// ...
std::string LowerTextBound(std::string_view text);
/// ... or text that stands behind all that starts alike; nothing if there is none.
std::optional<std::string> UpperTextBound(std::string_view text);

}  // namespace tarn::inference
