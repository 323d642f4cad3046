#include "services/query/functions/java_number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace tarn::query {
namespace {

struct Shortest {
  std::string digits;  // without a point
  int exponent = 0;    // of the first digit
};

// The fewest digits that read back as the same number.
template <class Number>
Shortest Digits(Number number) {
  std::array<char, 64> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific).ptr;
  const std::string text(buffer.data(), end);
  const size_t e = text.find('e');
  Shortest shortest;
  shortest.exponent = std::atoi(text.c_str() + e + 1);
  for (const char c : text.substr(0, e)) {
    if (c >= '0' && c <= '9') shortest.digits += c;
  }
  return shortest;
}

template <class Number>
bool Special(Number number, std::string& text) {
  if (std::isnan(number))
    text = "NaN";
  else if (std::isinf(number))
    text = number > 0 ? "Infinity" : "-Infinity";
  else
    return false;
  return true;
}

template <class Number>
std::string Java(Number number) {
  std::string text;
  if (Special(number, text)) return text;
  const std::string sign = std::signbit(number) ? "-" : "";
  if (number == 0) return sign + "0.0";
  auto [digits, exponent] = Digits(std::abs(number));
  if (exponent < -3 || exponent >= 7) {
    return sign + digits[0] + '.' + (digits.size() > 1 ? digits.substr(1) : "0") + 'E' +
           std::to_string(exponent);
  }
  if (exponent < 0) return sign + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  const auto whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) return sign + digits + std::string(whole - digits.size(), '0') + ".0";
  return sign + digits.substr(0, whole) + '.' + digits.substr(whole);
}

template <class Number>
std::string Scientific(Number number) {
  std::string text;
  if (Special(number, text)) return text;
  const std::string sign = std::signbit(number) ? "-" : "";
  if (number == 0) return sign + "0E0";
  const auto [digits, exponent] = Digits(std::abs(number));
  return sign + digits[0] + '.' + (digits.size() > 1 ? digits.substr(1) : "0") + 'E' +
         std::to_string(exponent);
}

}  // namespace

std::string JavaDouble(double number) { return Java(number); }
std::string JavaFloat(float number) { return Java(number); }
std::string ScientificDouble(double number) { return Scientific(number); }
std::string ScientificFloat(float number) { return Scientific(number); }

}  // namespace tarn::query
