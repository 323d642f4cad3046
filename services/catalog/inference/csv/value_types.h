#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "services/catalog/inference/csv/temporal.h"

namespace tarn::inference {

/// A type that all values of a column may have, as a bit. Text is what is left when no bit is.
enum ValueType : uint32_t {
  kBooleanType = 1,
  kBigintType = 2,
  kHugeintType = 4,
  kDoubleType = 8,
  kDateType = 16,
  kTimeType = 32,
  kTimestampType = 64,
  kTimestampTzType = 128,
};
/// From the narrowest to the widest of those that go together.
inline constexpr ValueType kValueTypes[] = {kBooleanType, kBigintType, kHugeintType,   kDoubleType,
                                            kDateType,    kTimeType,   kTimestampType, kTimestampTzType};
const char* ValueTypeName(ValueType type);  ///< as DuckDB writes it

/// What a value can be.
struct ValueReading {
  uint32_t types = 0;
  std::optional<TemporalShape> shape;  ///< of a date or timestamp
};

/// Reads a trimmed value. A value counts as a number only if text -> number -> text loses nothing that people
/// mean: leading zeros ("007"), a leading '+', separators of thousands and decimal commas stay text; integers
/// beyond 64 bits are HUGEINT, not a rounded DOUBLE. true and false (any case) are BOOLEAN.
ValueReading ReadValue(std::string_view text);

}  // namespace tarn::inference
