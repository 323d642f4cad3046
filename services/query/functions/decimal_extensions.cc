#include <algorithm>
#include <string>
#include <string_view>

#include "services/query/functions/extension_functions.h"

namespace tarn::query {
namespace {

using duckdb::FunctionType;
using duckdb::ScalarCall;
using duckdb::ScalarFunction;
using Wide = unsigned __int128;

constexpr auto kText = FunctionType::kText;
constexpr auto kInteger = FunctionType::kInteger;

// A decimal as DuckDB writes it: "-12.50" is 1250 with scale 2.
struct Decimal {
  bool negative = false;
  std::string digits;  // without leading zeros, at least one
  int64_t scale = 0;
};

void Trim(std::string& digits) {
  const size_t zeros = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  digits.erase(0, zeros);
}

Decimal Read(std::string_view text) {
  Decimal decimal;
  decimal.negative = text.starts_with('-');
  const size_t point = text.find('.');
  for (const char c : text) {
    if (c >= '0' && c <= '9') decimal.digits += c;
  }
  if (decimal.digits.empty()) decimal.digits = "0";
  Trim(decimal.digits);
  decimal.scale = point == std::string_view::npos ? 0 : static_cast<int64_t>(text.size() - point - 1);
  return decimal;
}

std::string Write(const Decimal& decimal) {
  std::string digits = decimal.digits;
  if (static_cast<int64_t>(digits.size()) <= decimal.scale)
    digits.insert(0, static_cast<size_t>(decimal.scale) + 1 - digits.size(), '0');
  if (decimal.scale > 0) digits.insert(digits.size() - static_cast<size_t>(decimal.scale), ".");
  return (decimal.negative ? "-" : "") + digits;
}

// Adds one to the last digit.
void Increment(std::string& digits) {
  size_t i = digits.size();
  while (i > 0 && digits[i - 1] == '9') digits[--i] = '0';
  if (i > 0)
    ++digits[i - 1];
  else
    digits.insert(digits.begin(), '1');
}

Wide Number(const std::string& digits) {
  Wide number = 0;
  for (const char c : digits) number = number * 10 + static_cast<Wide>(c - '0');
  return number;
}

// Long division: the dividend's digits, then as many zeros as the quotient's scale asks for; half up at the
// end.
void Divide(ScalarCall& call) {
  const Decimal a = Read(call.Text(0)), b = Read(call.Text(1));
  const int64_t scale = call.Integer(2);
  const Wide divisor = Number(b.digits);
  if (divisor == 0) return call.Fail("Division by zero");
  const int64_t zeros = scale + b.scale - a.scale;
  if (divisor >= static_cast<Wide>(-1) / 10 || zeros < 0 || zeros > 120)
    return call.Fail("the decimals are too large to divide");
  Decimal quotient{a.negative != b.negative, "", scale};
  Wide rest = 0;
  for (const char digit : a.digits + std::string(static_cast<size_t>(zeros), '0')) {
    rest = rest * 10 + static_cast<Wide>(digit - '0');
    quotient.digits += static_cast<char>('0' + static_cast<int>(rest / divisor));
    rest %= divisor;
  }
  if (rest * 2 >= divisor) Increment(quotient.digits);
  Trim(quotient.digits);
  call.ReturnText(Write(quotient));
}

void Modulo(ScalarCall& call) {
  Decimal a = Read(call.Text(0)), b = Read(call.Text(1));
  const int64_t scale = std::max(a.scale, b.scale);
  a.digits.append(static_cast<size_t>(scale - a.scale), '0');
  b.digits.append(static_cast<size_t>(scale - b.scale), '0');
  const Wide divisor = Number(b.digits);
  if (divisor == 0) return call.Fail("Division by zero");
  if (b.digits.size() > 38 || divisor >= static_cast<Wide>(-1) / 10)
    return call.Fail("the decimals are too large to divide");
  Wide rest = 0;
  for (const char digit : a.digits) rest = (rest * 10 + static_cast<Wide>(digit - '0')) % divisor;
  std::string digits;
  for (; rest > 0; rest /= 10)
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  call.ReturnText(Write({a.negative, digits.empty() ? "0" : digits, scale}));
}

// Sets what stands behind `digits` digits of the fraction to zero; negative digits stand before the point.
template <bool kRound>
void Cut(ScalarCall& call) {
  Decimal decimal = Read(call.Text(0));
  const int64_t cut = decimal.scale - std::clamp<int64_t>(call.Integer(1), -100, 100);
  if (cut <= 0) return call.ReturnText(call.Text(0));
  if (static_cast<int64_t>(decimal.digits.size()) < cut)
    decimal.digits.insert(0, static_cast<size_t>(cut) - decimal.digits.size(), '0');
  const size_t kept = decimal.digits.size() - static_cast<size_t>(cut);
  const bool up = kRound && decimal.digits[kept] >= '5';
  std::string head = decimal.digits.substr(0, kept);
  if (up) Increment(head);
  decimal.digits = head + std::string(static_cast<size_t>(cut), '0');
  Trim(decimal.digits);
  call.ReturnText(Write(decimal));
}

const ScalarFunction kFunctions[] = {
    {"tarn_decimal_divide", {kText, kText, kInteger}, kText, Divide},
    {"tarn_decimal_modulo", {kText, kText}, kText, Modulo},
    {"tarn_decimal_round", {kText, kInteger}, kText, Cut<true>},
    {"tarn_decimal_truncate", {kText, kInteger}, kText, Cut<false>},
};

}  // namespace

std::span<const ScalarFunction> DecimalExtensions() { return kFunctions; }

}  // namespace tarn::query
