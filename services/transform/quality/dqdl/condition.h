#pragma once

#include <string_view>

#include "services/transform/quality/dqdl/ruleset.h"

namespace tarn::dqdl {

/// Says whether a measured number meets a condition of numbers. NaN meets none but "!=" and "not in".
bool Holds(const Condition& condition, double measured);

/// True for "2024-01-31", with or without a time ("2024-01-31 23:59:59", "2024-01-31T23:59"), if there is
/// such a day.
bool IsDate(std::string_view text);

/// The types that ColumnDataType knows, in capitals or not.
inline constexpr const char* kTypeNames =
    "Boolean, Byte, Short, Integer, Long, Float, Double, Decimal, Date, Timestamp, String";
bool IsTypeName(std::string_view name);

}  // namespace tarn::dqdl
