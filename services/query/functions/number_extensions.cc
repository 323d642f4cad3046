#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "services/query/functions/extension_functions.h"

namespace tarn::query {
namespace {

using duckdb::FunctionType;
using duckdb::ScalarCall;
using duckdb::ScalarFunction;

constexpr auto kDouble = FunctionType::kDouble;
constexpr auto kInteger = FunctionType::kInteger;
constexpr auto kText = FunctionType::kText;

// DuckDB fails where C's functions, as Java's, give NaN or an infinity.
template <double (*kFunction)(double)>
void Apply(ScalarCall& call) {
  call.ReturnDouble(kFunction(call.Double(0)));
}

// The C library's own is off by one unit in the last place even for 27.
void Cbrt(ScalarCall& call) {
  call.ReturnDouble(static_cast<double>(std::cbrt(static_cast<long double>(call.Double(0)))));
}

// As Trino: log2(8) is the quotient of two logarithms.
void Log2(ScalarCall& call) { call.ReturnDouble(std::log(call.Double(0)) / std::log(2.0)); }

void Log(ScalarCall& call) { call.ReturnDouble(std::log(call.Double(1)) / std::log(call.Double(0))); }

void Sign(ScalarCall& call) {
  const double x = call.Double(0);
  call.ReturnDouble(std::isnan(x) || x == 0 ? x : x > 0 ? 1 : -1);
}

void RoundInteger(ScalarCall& call) {
  const int64_t number = call.Integer(0), digits = call.Integer(1);
  if (digits >= 0) return call.ReturnInteger(number);
  if (digits < -18) return call.ReturnInteger(0);
  __int128 factor = 1;
  for (int64_t i = 0; i > digits; --i) factor *= 10;
  const __int128 half = number >= 0 ? factor / 2 : -factor / 2;
  const __int128 rounded = (number + half) / factor * factor;
  if (rounded > INT64_MAX || rounded < INT64_MIN) return call.Fail("bigint out of range in round");
  call.ReturnInteger(static_cast<int64_t>(rounded));
}

void RoundDouble(ScalarCall& call) {
  const double number = call.Double(0);
  const double factor =
      std::pow(10.0, static_cast<double>(std::clamp<int64_t>(call.Integer(1), -2000, 2000)));
  const double scaled = number * factor;
  if (std::isnan(number) || std::isinf(number) || std::isinf(factor) || std::isinf(scaled) ||
      std::abs(scaled) > 0x1p52)
    return call.ReturnDouble(number);
  if (factor == 0) return call.ReturnDouble(0);
  call.ReturnDouble(std::round(scaled) / factor);
}

void TruncateDouble(ScalarCall& call) {
  const double factor = std::pow(10.0, static_cast<double>(std::clamp<int64_t>(call.Integer(1), -300, 300)));
  const double number = call.Double(0), scaled = number * factor;
  call.ReturnDouble(std::isinf(scaled) || std::isnan(scaled) ? number : std::trunc(scaled) / factor);
}

void NonZero(ScalarCall& call) {
  if (call.Integer(0) == 0) return call.Fail("Division by zero, or an index or step of zero");
  call.ReturnInteger(call.Integer(0));
}

void NotNegative(ScalarCall& call) {
  if (call.Integer(0) < 0) return call.Fail("a count must not be negative");
  call.ReturnInteger(call.Integer(0));
}

void Positive(ScalarCall& call) {
  if (call.Integer(0) < 1) return call.Fail("a count must be positive");
  call.ReturnInteger(call.Integer(0));
}

void CheckIndex(ScalarCall& call) {
  const int64_t index = call.Integer(0);
  if (index < 1) return call.Fail("Array subscript is less than 1: " + std::to_string(index));
  if (index > call.Integer(1))
    return call.Fail("Array subscript must be less than or equal to the array's length: " +
                     std::to_string(index));
  call.ReturnInteger(index);
}

void CheckKey(ScalarCall& call) {
  if (call.Integer(0) == 0) return call.Fail("Key not present in map");
  call.ReturnInteger(1);
}

uint64_t Mask(int64_t bits) { return bits >= 64 ? ~0ull : (1ull << bits) - 1; }

int64_t SignExtend(uint64_t value, int64_t bits) {
  const int64_t unused = 64 - bits;
  return static_cast<int64_t>(value << unused) >> unused;
}

void LeftShift(ScalarCall& call) {
  const int64_t shift = call.Integer(1), bits = call.Integer(2);
  if (shift < 0) return call.Fail("the number of bits must not be negative");
  if (shift >= bits) return call.ReturnInteger(0);
  call.ReturnInteger(SignExtend((static_cast<uint64_t>(call.Integer(0)) << shift) & Mask(bits), bits));
}

void RightShift(ScalarCall& call) {
  const int64_t shift = call.Integer(1), bits = call.Integer(2);
  if (shift < 0) return call.Fail("the number of bits must not be negative");
  if (shift >= bits) return call.ReturnInteger(0);
  const uint64_t value = static_cast<uint64_t>(call.Integer(0)) & Mask(bits);
  call.ReturnInteger(SignExtend(value >> shift, bits));
}

void RightShiftArithmetic(ScalarCall& call) {
  const int64_t shift = call.Integer(1);
  if (shift < 0) return call.Fail("the number of bits must not be negative");
  call.ReturnInteger(call.Integer(0) >> std::min<int64_t>(shift, 63));
}

void BitCount(ScalarCall& call) {
  const int64_t bits = call.Integer(1), value = call.Integer(0);
  if (bits < 2 || bits > 64) return call.Fail("the number of bits is from 2 to 64");
  if (bits < 64 && SignExtend(static_cast<uint64_t>(value) & Mask(bits), bits) != value)
    return call.Fail("the number has more bits");
  call.ReturnInteger(__builtin_popcountll(static_cast<uint64_t>(value) & Mask(bits)));
}

void ToBase(ScalarCall& call) {
  const int64_t radix = call.Integer(1);
  if (radix < 2 || radix > 36) return call.Fail("the radix is from 2 to 36");
  std::array<char, 80> digits;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), call.Integer(0), static_cast<int>(radix))
          .ptr;
  call.ReturnText({digits.data(), static_cast<size_t>(end - digits.data())});
}

void FromBase(ScalarCall& call) {
  const int64_t radix = call.Integer(1);
  if (radix < 2 || radix > 36) return call.Fail("the radix is from 2 to 36");
  std::string_view text = call.Text(0);
  if (text.starts_with('+')) text.remove_prefix(1);
  int64_t number = 0;
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), number, static_cast<int>(radix));
  if (failure != std::errc() || end != text.data() + text.size() || text.empty())
    return call.Fail("not a number to this radix: " + std::string(text));
  call.ReturnInteger(number);
}

void WidthBucket(ScalarCall& call) {
  const double x = call.Double(0), low = call.Double(1), high = call.Double(2);
  const int64_t count = call.Integer(3);
  if (count <= 0 || std::isnan(x) || !std::isfinite(low) || !std::isfinite(high) || low == high)
    return call.Fail("width_bucket: bounds must be finite and different, the number of buckets positive");
  const double lower = std::min(low, high), upper = std::max(low, high);
  int64_t bucket = x < lower ? 0
                   : x >= upper
                       ? count + 1
                       : static_cast<int64_t>(static_cast<double>(count) * (x - lower) / (upper - lower) + 1);
  if (low > high) bucket = count - bucket + 1;
  call.ReturnInteger(bucket);
}

void WidthBucketBins(ScalarCall& call) {
  const double x = call.Double(0);
  const auto bins = call.Doubles(1);
  if (bins.empty() || std::isnan(x))
    return call.Fail("width_bucket: bins and the operand must not be empty or NaN");
  int64_t bucket = 0;
  for (size_t i = 0; i < bins.size(); ++i) {
    if (!bins[i] || !std::isfinite(*bins[i]) || (i > 0 && *bins[i] < *bins[i - 1]))
      return call.Fail("width_bucket: bins must be finite and in ascending order");
    if (x >= *bins[i]) bucket = static_cast<int64_t>(i) + 1;
  }
  call.ReturnInteger(bucket);
}

const ScalarFunction kFunctions[] = {
    {"tarn_acos", {kDouble}, kDouble, Apply<std::acos>},
    {"tarn_asin", {kDouble}, kDouble, Apply<std::asin>},
    {"tarn_cbrt", {kDouble}, kDouble, Cbrt},
    {"tarn_cos", {kDouble}, kDouble, Apply<std::cos>},
    {"tarn_sin", {kDouble}, kDouble, Apply<std::sin>},
    {"tarn_tan", {kDouble}, kDouble, Apply<std::tan>},
    {"tarn_sqrt", {kDouble}, kDouble, Apply<std::sqrt>},
    {"tarn_ln", {kDouble}, kDouble, Apply<std::log>},
    {"tarn_log2", {kDouble}, kDouble, Log2},
    {"tarn_log10", {kDouble}, kDouble, Apply<std::log10>},
    {"tarn_log", {kDouble, kDouble}, kDouble, Log},
    {"tarn_sign", {kDouble}, kDouble, Sign},
    {"tarn_round_integer", {kInteger, kInteger}, kInteger, RoundInteger},
    {"tarn_round_double", {kDouble, kInteger}, kDouble, RoundDouble},
    {"tarn_truncate_double", {kDouble, kInteger}, kDouble, TruncateDouble},
    {"tarn_nonzero", {kInteger}, kInteger, NonZero},
    {"tarn_not_negative", {kInteger}, kInteger, NotNegative},
    {"tarn_positive", {kInteger}, kInteger, Positive},
    {"tarn_check_index", {kInteger, kInteger}, kInteger, CheckIndex},
    {"tarn_check_key", {FunctionType::kBoolean}, kInteger, CheckKey},
    {"tarn_left_shift", {kInteger, kInteger, kInteger}, kInteger, LeftShift},
    {"tarn_right_shift", {kInteger, kInteger, kInteger}, kInteger, RightShift},
    {"tarn_right_shift_arithmetic", {kInteger, kInteger}, kInteger, RightShiftArithmetic},
    {"tarn_bit_count", {kInteger, kInteger}, kInteger, BitCount},
    {"tarn_to_base", {kInteger, kInteger}, kText, ToBase},
    {"tarn_from_base", {kText, kInteger}, kInteger, FromBase},
    {"tarn_width_bucket", {kDouble, kDouble, kDouble, kInteger}, kInteger, WidthBucket},
    {"tarn_width_bucket_bins", {kDouble, FunctionType::kDoubles}, kInteger, WidthBucketBins},
};

}  // namespace

std::span<const ScalarFunction> NumberExtensions() { return kFunctions; }

}  // namespace tarn::query
