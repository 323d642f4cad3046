#include "common/duckdb/plain_text.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>

namespace tarn::duckdb {
namespace {

constexpr int64_t kDayMicros = 86'400'000'000;
// Days since 1970-01-01 of 0001-01-01 and of 10000-01-01.
constexpr int64_t kFirstDay = -719'162, kEndDay = 2'932'897;

template <class T>
T At(const void* data, idx_t row) {
  return static_cast<const T*>(data)[row];
}

template <class Integer>
bool AppendInteger(Integer value, std::string& out) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
  return true;
}

bool AppendString(const void* data, idx_t row, std::string& out) {
  auto text = At<duckdb_string_t>(data, row);
  const uint32_t length = duckdb_string_t_length(text);
  out.append(length <= 12 ? text.value.inlined.inlined : text.value.pointer.ptr, length);
  return true;
}

// "00" to "99".
constexpr auto kPairs = [] {
  std::array<char, 200> pairs{};
  for (size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

char* PutPair(uint32_t value, char* at) {
  std::memcpy(at, &kPairs[2 * value], 2);
  return at + 2;
}

// 2026-02-03; null, with nothing written, for years of other lengths.
char* PutDate(int64_t days, char* at) {
  if (days < kFirstDay || days >= kEndDay) return nullptr;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  const auto year = static_cast<uint32_t>(static_cast<int>(date.year()));
  at = PutPair(year % 100, PutPair(year / 100, at));
  *at++ = '-';
  at = PutPair(static_cast<unsigned>(date.month()), at);
  *at++ = '-';
  return PutPair(static_cast<unsigned>(date.day()), at);
}

// 04:05:06 and as many digits behind it as there are but zeros.
char* PutTime(int64_t micros, char* at) {
  const auto seconds = static_cast<uint32_t>(micros / 1'000'000);
  const auto fraction = static_cast<uint32_t>(micros % 1'000'000);
  at = PutPair(seconds / 3600, at);
  *at++ = ':';
  at = PutPair(seconds / 60 % 60, at);
  *at++ = ':';
  at = PutPair(seconds % 60, at);
  if (fraction == 0) return at;
  *at++ = '.';
  at = PutPair(fraction % 100, PutPair(fraction / 100 % 100, PutPair(fraction / 10'000, at)));
  while (at[-1] == '0') --at;
  return at;
}

bool AppendDate(int64_t days, std::string& out) {
  char text[16];
  char* const end = PutDate(days, text);
  if (!end) return false;
  out.append(text, end);
  return true;
}

bool AppendTimestamp(int64_t micros, std::string& out) {
  int64_t days = micros / kDayMicros, rest = micros % kDayMicros;
  if (rest < 0) {
    rest += kDayMicros;
    --days;
  }
  char text[32];
  char* at = PutDate(days, text);
  if (!at) return false;
  *at++ = ' ';
  out.append(text, PutTime(rest, at));
  return true;
}

bool AppendDecimal(const LogicalType& type, int64_t value, std::string& out) {
  uint64_t rest = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  char digits[24];
  char* const end = digits + sizeof(digits);
  char* at = end;
  for (int place = 0; rest > 0 || place < type.scale; ++place) {
    if (place == type.scale && place > 0) *--at = '.';
    *--at = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
  // No digit before the point: the engine writes a zero there, but for types that have no place for one.
  if (end - at == type.scale) {
    if (type.scale > 0) *--at = '.';
    if (duckdb_decimal_width(type.handle.get()) > type.scale) *--at = '0';
  }
  if (value < 0) *--at = '-';
  out.append(at, end);
  return true;
}

// Few digits before and up to six behind the point, as most measured values have. Numbers of up to 15 digits
// are each another double, so digits that give the value again are the shortest, once zeros at the end are
// gone.
bool AppendShortDouble(double value, std::string& out) {
  constexpr int64_t kScale = 1'000'000;
  const double size = std::fabs(value);
  if (!(size >= 1e-4 && size < 1e8)) return false;  // also of zero, for its sign
  const auto digits = static_cast<int64_t>(size * kScale + 0.5);
  if (static_cast<double>(digits) / kScale != size) return false;
  char text[32];
  char* at = text;
  if (value < 0) *at++ = '-';
  at = std::to_chars(at, text + sizeof(text), digits / kScale).ptr;
  const auto fraction = static_cast<uint32_t>(digits % kScale);
  *at++ = '.';
  at = PutPair(fraction % 100, PutPair(fraction / 100 % 100, PutPair(fraction / 10'000, at)));
  while (at[-1] == '0' && at[-2] != '.') --at;
  out.append(text, at);
  return true;
}

// The shortest digits that give the value again, with an exponent where it is below -4 or over 15. Only where
// all who look for the shortest digits find the same: where they are few.
bool AppendDouble(double value, std::string& out) {
  constexpr std::ptrdiff_t kSureDigits = 15;
  if (!std::isfinite(value)) return false;
  if (AppendShortDouble(value, out)) return true;
  char text[48];
  const auto scientific = std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific);
  const char* exponent =
      static_cast<const char*>(std::memchr(text, 'e', static_cast<size_t>(scientific.ptr - text)));
  if (exponent - text > kSureDigits) return false;  // counts a sign and the point, too
  int power = 0;
  std::from_chars(exponent + 1 + (exponent[1] == '+'), scientific.ptr, power);
  if (power < -4 || power > 15) {
    out.append(text, scientific.ptr);
    return true;
  }
  const auto fixed = std::to_chars(text, text + sizeof(text), value, std::chars_format::fixed);
  const bool whole = !std::memchr(text, '.', static_cast<size_t>(fixed.ptr - text));
  out.append(text, fixed.ptr);
  if (whole) out += ".0";
  return true;
}

bool AppendAnyDecimal(const LogicalType& type, const void* data, idx_t row, std::string& out) {
  switch (type.storage) {
    case DUCKDB_TYPE_SMALLINT:
      return AppendDecimal(type, At<int16_t>(data, row), out);
    case DUCKDB_TYPE_INTEGER:
      return AppendDecimal(type, At<int32_t>(data, row), out);
    case DUCKDB_TYPE_BIGINT:
      return AppendDecimal(type, At<int64_t>(data, row), out);
    default:
      return false;
  }
}

// Sums are of this type, mostly of few digits.
bool AppendHugeint(duckdb_hugeint value, std::string& out) {
  const auto low = static_cast<int64_t>(value.lower);
  if (value.upper != (low < 0 ? -1 : 0)) return false;
  return AppendInteger(low, out);
}

}  // namespace

bool AppendPlainText(const LogicalType& type, const void* data, idx_t row, std::string& out) {
  switch (type.id) {
    case DUCKDB_TYPE_VARCHAR:
      return AppendString(data, row, out);
    case DUCKDB_TYPE_BOOLEAN:
      out += At<bool>(data, row) ? "true" : "false";
      return true;
    case DUCKDB_TYPE_TINYINT:
      return AppendInteger(At<int8_t>(data, row), out);
    case DUCKDB_TYPE_SMALLINT:
      return AppendInteger(At<int16_t>(data, row), out);
    case DUCKDB_TYPE_INTEGER:
      return AppendInteger(At<int32_t>(data, row), out);
    case DUCKDB_TYPE_BIGINT:
      return AppendInteger(At<int64_t>(data, row), out);
    case DUCKDB_TYPE_UTINYINT:
      return AppendInteger(At<uint8_t>(data, row), out);
    case DUCKDB_TYPE_USMALLINT:
      return AppendInteger(At<uint16_t>(data, row), out);
    case DUCKDB_TYPE_UINTEGER:
      return AppendInteger(At<uint32_t>(data, row), out);
    case DUCKDB_TYPE_UBIGINT:
      return AppendInteger(At<uint64_t>(data, row), out);
    case DUCKDB_TYPE_HUGEINT:
      return AppendHugeint(At<duckdb_hugeint>(data, row), out);
    case DUCKDB_TYPE_DOUBLE:
      return AppendDouble(At<double>(data, row), out);
    case DUCKDB_TYPE_DECIMAL:
      return AppendAnyDecimal(type, data, row, out);
    case DUCKDB_TYPE_DATE:
      return AppendDate(At<int32_t>(data, row), out);
    case DUCKDB_TYPE_TIMESTAMP:
      return AppendTimestamp(At<int64_t>(data, row), out);
    default:
      return false;
  }
}

bool IsBareText(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_TIMESTAMP:
      return true;
    default:
      return false;
  }
}

}  // namespace tarn::duckdb
