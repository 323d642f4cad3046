#include "services/transform/quality/dqdl/condition.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <string>

namespace tarn::dqdl {
namespace {

// Reads exactly `length` digits; -1 if they are not there.
int Digits(std::string_view text, size_t from, size_t length) {
  if (text.size() < from + length) return -1;
  int number = 0;
  const char* begin = text.data() + from;
  if (!std::all_of(begin, begin + length, [](char c) { return c >= '0' && c <= '9'; })) return -1;
  std::from_chars(begin, begin + length, number);
  return number;
}

// ":MM" or ":SS" up to 59.
bool IsSixtieth(std::string_view text, size_t from) {
  const int number = Digits(text, from + 1, 2);
  return text[from] == ':' && number >= 0 && number < 60;
}

// "HH:MM" or "HH:MM:SS".
bool IsTime(std::string_view time) {
  if (time.size() != 5 && time.size() != 8) return false;
  const int hour = Digits(time, 0, 2);
  return hour >= 0 && hour < 24 && IsSixtieth(time, 2) && (time.size() == 5 || IsSixtieth(time, 5));
}

}  // namespace

bool Holds(const Condition& condition, double measured) {
  const auto operand = [&](size_t i) { return condition.operands[i].number; };
  const auto listed = [&] {
    return std::any_of(condition.operands.begin(), condition.operands.end(),
                       [&](const Operand& value) { return value.number == measured; });
  };
  switch (condition.comparison) {
    case Comparison::kEqual:
      return measured == operand(0);
    case Comparison::kNotEqual:
      return measured != operand(0);
    case Comparison::kGreater:
      return measured > operand(0);
    case Comparison::kGreaterOrEqual:
      return measured >= operand(0);
    case Comparison::kLess:
      return measured < operand(0);
    case Comparison::kLessOrEqual:
      return measured <= operand(0);
    case Comparison::kBetween:
      return measured > operand(0) && measured < operand(1);
    case Comparison::kNotBetween:
      return measured <= operand(0) || measured >= operand(1);
    case Comparison::kIn:
      return listed();
    case Comparison::kNotIn:
      return !listed();
    case Comparison::kMatches:
    case Comparison::kNotMatches:
      return false;
  }
  return false;
}

bool IsDate(std::string_view text) {
  const int year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
  if (year < 1 || month < 1 || day < 1 || text[4] != '-' || text[7] != '-') return false;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return false;
  if (text.size() == 10) return true;
  return (text[10] == ' ' || text[10] == 'T') && IsTime(text.substr(11));
}

bool IsTypeName(std::string_view name) {
  const std::string known = std::string(", ") + kTypeNames + ", ";
  const std::string asked = ", " + std::string(name) + ", ";
  if (name.empty() || name.find(',') != std::string_view::npos) return false;
  return std::search(known.begin(), known.end(), asked.begin(), asked.end(),
                     [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); }) !=
         known.end();
}

}  // namespace tarn::dqdl
