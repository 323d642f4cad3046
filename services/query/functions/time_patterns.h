#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result/result.h"

namespace tarn::query {

/// A local time, in microseconds since 1970, by a pattern of MySQL's DATE_FORMAT
/// (https://trino.io/docs/current/functions/datetime.html#mysql-date-functions).
/// Errors: kInvalidArgument for specifiers that Trino does not support.
Result<std::string> FormatMysql(int64_t micros, std::string_view pattern);
Result<int64_t> ParseMysql(std::string_view text, std::string_view pattern);

/// The same by a pattern of Joda's DateTimeFormat, without zones except in what `offset_minutes` and `zone`
/// tell. Errors: kInvalidArgument for letters that are not supported.
Result<std::string> FormatJoda(int64_t micros, std::string_view pattern, int64_t offset_minutes,
                               std::string_view zone);
Result<int64_t> ParseJoda(std::string_view text, std::string_view pattern);

}  // namespace tarn::query
