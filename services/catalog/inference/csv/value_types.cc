#include "services/catalog/inference/csv/value_types.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tarn::inference {
namespace {

constexpr size_t kMaxTypedLength = 100;
constexpr uint32_t kInteger = kBigintType | kHugeintType | kDoubleType;
// The largest 128-bit integers: of 39 digits.
constexpr std::string_view kMaxHuge = "170141183460469231731687303715884105727";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

size_t Digits(std::string_view text, size_t from) {
  size_t at = from;
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at - from;
}

uint32_t ReadInteger(std::string_view text, size_t digits) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return kInteger;
  const std::string_view magnitude = text.substr(text.size() - digits);
  const bool fits = digits < kMaxHuge.size() || (digits == kMaxHuge.size() && magnitude <= kMaxHuge);
  return fits ? kHugeintType | kDoubleType : 0;
}

uint32_t ReadNumber(std::string_view text) {
  const size_t sign = text[0] == '-' ? 1 : 0;
  const size_t whole = Digits(text, sign);
  size_t at = sign + whole;
  if (whole > 1 && text[sign] == '0') return 0;
  if (at == text.size()) return whole == 0 ? 0 : ReadInteger(text, whole);
  size_t decimals = 0;
  if (text[at] == '.') {
    decimals = Digits(text, at + 1);
    at += 1 + decimals;
  }
  if (whole + decimals == 0) return 0;
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    const size_t signed_exponent =
        at + 1 < text.size() && (text[at + 1] == '+' || text[at + 1] == '-') ? 1 : 0;
    const size_t digits = Digits(text, at + 1 + signed_exponent);
    if (digits == 0) return 0;
    at += 1 + signed_exponent + digits;
  }
  if (at != text.size()) return 0;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && std::isfinite(value) ? uint32_t{kDoubleType} : 0;
}

bool EqualsWord(std::string_view text, std::string_view word) {
  return text.size() == word.size() &&
         std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) { return (a | 0x20) == b; });
}

}  // namespace

const char* ValueTypeName(ValueType type) {
  switch (type) {
    case kBooleanType:
      return "BOOLEAN";
    case kBigintType:
      return "BIGINT";
    case kHugeintType:
      return "HUGEINT";
    case kDoubleType:
      return "DOUBLE";
    case kDateType:
      return "DATE";
    case kTimeType:
      return "TIME";
    case kTimestampType:
      return "TIMESTAMP";
    case kTimestampTzType:
      return "TIMESTAMP WITH TIME ZONE";
  }
  return "VARCHAR";
}

ValueReading ReadValue(std::string_view text) {
  ValueReading reading;
  if (text.empty() || text.size() > kMaxTypedLength) return reading;
  const char first = text[0];
  const bool number_like = IsDigit(first) || first == '-' || first == '.';
  if (number_like) reading.types = ReadNumber(text);
  if (reading.types != 0) return reading;
  if (EqualsWord(text, "true") || EqualsWord(text, "false")) {
    reading.types = kBooleanType;
    return reading;
  }
  reading.shape = ParseTemporal(text);
  if (!reading.shape) return reading;
  const bool has_date = reading.shape->orders != 0;
  if (has_date && reading.shape->zone && !reading.shape->IsIso()) return reading;
  if (!has_date)
    reading.types = kTimeType;
  else if (!reading.shape->has_time)
    reading.types = kDateType | kTimestampType | kTimestampTzType;
  else if (!reading.shape->zone)
    reading.types = kTimestampType | kTimestampTzType;
  else
    reading.types = kTimestampTzType;
  return reading;
}

}  // namespace tarn::inference
