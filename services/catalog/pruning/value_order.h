#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/table_filter/filter.h"

namespace tarn::catalog::pruning {

/// Kinds of types whose values the catalog can compare as the engine does. Of all others it leaves out nothing.
enum class ValueKind {
  kInteger,  ///< of any width
  kDecimal,
  kFloat,
  kDouble,
  kText,
  kDate,
  kTimestamp,
  kTimestampTz,
  kBoolean,
  kOther
};

/// The kind of a type as DuckDB writes it.
ValueKind KindOf(std::string_view type);

/// A number in units of 1e-18: exact for every integer of 64 bits.
using Exact = __int128;

/// A point in time: seconds since 1970, and nanoseconds into the second.
struct Instant {
  int64_t seconds = 0;
  int32_t nanos = 0;

  auto operator<=>(const Instant&) const = default;
};

/// A value that can be compared with another of the same alternative.
using Value = std::variant<Exact, double, std::string, Instant, bool>;

/// Reads the text of a value of `type` as DuckDB writes it. Nothing if it is written in another way than the one and
/// only, although a cast might take it; or if its kind is kOther.
std::optional<Value> ParseValue(std::string_view text, ValueKind kind);

/// Returns what `literal` comes to in a comparison with a column of `type`, or nothing where that depends on more
/// than the two: the session's time zone, rounding, a cast of the column.
std::optional<Value> ParseLiteral(const table_filter::Literal& literal, std::string_view type);

/// Whether a cast from the type of a file to that of its table keeps the order of values, and which values are equal.
bool KeepsOrder(std::string_view file_type, std::string_view table_type);

/// Returns a value of a column of kind `from` as it is after the cast to `to` (see KeepsOrder).
Value CastValue(Value value, ValueKind from, ValueKind to);

/// Whether `a` is less than `b`, for sure: two floating-point numbers have to differ by more than roundings do.
bool SurelyLess(const Value& a, const Value& b);
/// Whether `a` is less than or equal to `b`, for sure.
bool SurelyLessOrEqual(const Value& a, const Value& b);

}  // namespace tarn::catalog::pruning
