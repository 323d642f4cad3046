#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/result/result.h"

namespace tarn {

/// A point in UTC with millisecond precision: what Tarn stores and shows.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

Timestamp Now();

/// Formats as RFC 3339 in UTC with milliseconds: "2026-02-03T04:05:06.789Z".
std::string FormatRfc3339(Timestamp time);

/// Parses RFC 3339 with any offset and 0 to 9 fractional digits (digits beyond milliseconds are cut off).
/// Errors: kInvalidArgument.
Result<Timestamp> ParseRfc3339(std::string_view text);

/// Formats for object keys, without colons: "20260203T040506Z".
std::string FormatCompact(Timestamp time);

/// Parses an HTTP date (RFC 9110 section 5.6.7, IMF-fixdate): "Sun, 06 Nov 1994 08:49:37 GMT".
/// Errors: kInvalidArgument.
Result<Timestamp> ParseHttpDate(std::string_view text);

/// Formats an HTTP date (RFC 9110 section 5.6.7, IMF-fixdate).
std::string FormatHttpDate(Timestamp time);

inline int64_t ToUnixMillis(Timestamp time) { return time.time_since_epoch().count(); }
inline Timestamp FromUnixMillis(int64_t ms) { return Timestamp(std::chrono::milliseconds(ms)); }

}  // namespace tarn
