#include "services/catalog/pruning/value_order.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace tarn::catalog::pruning {
namespace {

using table_filter::Literal;

constexpr int kFractionDigits = 18;
// More digits than a 64-bit integer has could leave the range of Exact.
constexpr size_t kMaxWholeDigits = 19;
// What FLOAT keeps of a number that is written in decimal, with a margin. DOUBLE keeps more.
constexpr double kSlack = 1e-5;

constexpr auto kIntegers = std::to_array<std::string_view>(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"});
constexpr auto kWideIntegers = std::to_array<std::string_view>({"HUGEINT", "UHUGEINT"});

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AllDigits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit); }

// [-]digits[.digits]
std::optional<Exact> ParseExact(std::string_view text, bool fraction_allowed) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  std::string_view fraction = dot == std::string_view::npos ? "" : text.substr(dot + 1);
  if (!AllDigits(whole) || whole.size() > kMaxWholeDigits) return std::nullopt;
  if (dot != std::string_view::npos && (!fraction_allowed || !AllDigits(fraction))) return std::nullopt;
  if (fraction.size() > kFractionDigits) return std::nullopt;
  Exact value = 0;
  for (const char c : whole) value = value * 10 + (c - '0');
  for (int i = 0; i < kFractionDigits; ++i) {
    value *= 10;
    if (static_cast<size_t>(i) < fraction.size()) value += fraction[static_cast<size_t>(i)] - '0';
  }
  return negative ? -value : value;
}

std::optional<double> ParseDouble(std::string_view text) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<int> TwoDigits(std::string_view text, size_t at, int most) {
  if (text.size() < at + 2 || !IsDigit(text[at]) || !IsDigit(text[at + 1])) return std::nullopt;
  const int value = (text[at] - '0') * 10 + (text[at + 1] - '0');
  return value <= most ? std::optional(value) : std::nullopt;
}

// YYYY-MM-DD
std::optional<Instant> ParseDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !AllDigits(text.substr(0, 4))) return std::nullopt;
  const auto month = TwoDigits(text, 5, 12), day = TwoDigits(text, 8, 31);
  if (!month || !day) return std::nullopt;
  int year = 0;
  std::from_chars(text.data(), text.data() + 4, year);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (year < 1 || !date.ok()) return std::nullopt;
  return Instant{std::chrono::sys_days(date).time_since_epoch().count() * int64_t{86'400}, 0};
}

// HH:MM:SS[.ffffff], of which it takes as much as there is; `rest` is what follows.
std::optional<Instant> ParseTime(std::string_view text, std::string_view* rest) {
  const auto hour = TwoDigits(text, 0, 23), minute = TwoDigits(text, 3, 59), second = TwoDigits(text, 6, 59);
  if (!hour || !minute || !second || text[2] != ':' || text[5] != ':') return std::nullopt;
  Instant time{*hour * 3'600 + *minute * 60 + *second, 0};
  *rest = text.substr(8);
  if (!rest->starts_with('.')) return time;
  rest->remove_prefix(1);
  int32_t unit = 100'000'000;
  int digits = 0;
  while (!rest->empty() && IsDigit(rest->front())) {
    if (++digits > 6) return std::nullopt;
    time.nanos += (rest->front() - '0') * unit;
    unit /= 10;
    rest->remove_prefix(1);
  }
  return digits > 0 ? std::optional(time) : std::nullopt;
}

// +HH, +HH:MM or Z, in seconds
std::optional<int64_t> ParseOffset(std::string_view text) {
  if (text == "Z") return 0;
  if (text.size() != 3 && text.size() != 6) return std::nullopt;
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  const auto hours = TwoDigits(text, 1, 15);
  const auto minutes = text.size() == 6 && text[3] == ':' ? TwoDigits(text, 4, 59) : std::optional<int>(0);
  if (!hours || !minutes || (text.size() == 6 && text[3] != ':')) return std::nullopt;
  const int64_t seconds = *hours * 3'600 + *minutes * 60;
  return text[0] == '-' ? -seconds : seconds;
}

std::optional<Instant> ParseTimestamp(std::string_view text, bool with_offset) {
  const auto date = ParseDate(text.substr(0, 10));
  if (!date) return std::nullopt;
  if (text.size() == 10) return with_offset ? std::nullopt : date;
  if (text[10] != ' ' && text[10] != 'T') return std::nullopt;
  std::string_view rest;
  const auto time = ParseTime(text.substr(11), &rest);
  if (!time) return std::nullopt;
  Instant instant{date->seconds + time->seconds, time->nanos};
  if (!with_offset) return rest.empty() ? std::optional(instant) : std::nullopt;
  const auto offset = ParseOffset(rest);
  if (!offset) return std::nullopt;
  instant.seconds -= *offset;
  return instant;
}

// Whether a comparison of the column with a decimal of 15 digits is made in exact arithmetic.
bool IsNarrow(std::string_view type) {
  if (std::find(kIntegers.begin(), kIntegers.end(), type) != kIntegers.end()) return true;
  if (KindOf(type) != ValueKind::kDecimal) return false;
  int width = 0;
  std::from_chars(type.data() + std::string_view("DECIMAL(").size(), type.data() + type.size(), width);
  return width > 0 && width <= 18;
}

// Numbers whose comparison the engine makes in exact arithmetic.
std::optional<Value> ExactLiteral(const Literal& literal, std::string_view type) {
  const bool text = literal.kind == Literal::Kind::kText;
  if (!text && literal.kind != Literal::Kind::kNumber) return std::nullopt;
  const bool fraction_allowed = !text && literal.text.size() <= 15 && IsNarrow(type);
  const auto value = ParseExact(literal.text, fraction_allowed);
  return value ? std::optional(Value(*value)) : std::nullopt;
}

template <class T>
std::optional<Value> Wrap(const std::optional<T>& value) {
  return value ? std::optional(Value(*value)) : std::nullopt;
}

bool IsFloating(ValueKind kind) { return kind == ValueKind::kFloat || kind == ValueKind::kDouble; }

}  // namespace

ValueKind KindOf(std::string_view type) {
  if (std::find(kIntegers.begin(), kIntegers.end(), type) != kIntegers.end()) return ValueKind::kInteger;
  if (std::find(kWideIntegers.begin(), kWideIntegers.end(), type) != kWideIntegers.end()) return ValueKind::kInteger;
  if (type.starts_with("DECIMAL(") && type.ends_with(')')) return ValueKind::kDecimal;
  if (type == "FLOAT") return ValueKind::kFloat;
  if (type == "DOUBLE") return ValueKind::kDouble;
  if (type == "VARCHAR") return ValueKind::kText;
  if (type == "DATE") return ValueKind::kDate;
  if (type == "TIMESTAMP") return ValueKind::kTimestamp;
  if (type == "TIMESTAMP WITH TIME ZONE") return ValueKind::kTimestampTz;
  if (type == "BOOLEAN") return ValueKind::kBoolean;
  return ValueKind::kOther;
}

std::optional<Value> ParseValue(std::string_view text, ValueKind kind) {
  switch (kind) {
    case ValueKind::kInteger: return Wrap(ParseExact(text, false));
    case ValueKind::kDecimal: return Wrap(ParseExact(text, true));
    case ValueKind::kFloat:
    case ValueKind::kDouble: return Wrap(ParseDouble(text));
    case ValueKind::kText: return Value(std::string(text));
    case ValueKind::kDate: return Wrap(ParseDate(text));
    case ValueKind::kTimestamp: return Wrap(ParseTimestamp(text, false));
    case ValueKind::kTimestampTz: return Wrap(ParseTimestamp(text, true));
    case ValueKind::kBoolean:
      if (text != "true" && text != "false") return std::nullopt;
      return Value(text == "true");
    case ValueKind::kOther: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Value> ParseLiteral(const Literal& literal, std::string_view type) {
  const std::string& text = literal.text;
  const bool is_text = literal.kind == Literal::Kind::kText;
  switch (KindOf(type)) {
    case ValueKind::kInteger:
    case ValueKind::kDecimal: return ExactLiteral(literal, type);
    case ValueKind::kFloat:
    case ValueKind::kDouble:
      if (is_text || literal.kind == Literal::Kind::kNumber || literal.kind == Literal::Kind::kDouble)
        return Wrap(ParseDouble(text));
      return std::nullopt;
    case ValueKind::kText: return is_text ? std::optional(Value(text)) : std::nullopt;
    case ValueKind::kDate:
      if (is_text || literal.kind == Literal::Kind::kDate) return Wrap(ParseDate(text));
      return literal.kind == Literal::Kind::kTimestamp ? Wrap(ParseTimestamp(text, false)) : std::nullopt;
    case ValueKind::kTimestamp:
      if (literal.kind == Literal::Kind::kDate) return Wrap(ParseDate(text));
      return is_text || literal.kind == Literal::Kind::kTimestamp ? Wrap(ParseTimestamp(text, false)) : std::nullopt;
    case ValueKind::kTimestampTz:
      return is_text || literal.kind == Literal::Kind::kTimestampTz ? Wrap(ParseTimestamp(text, true)) : std::nullopt;
    case ValueKind::kBoolean:
      return literal.kind == Literal::Kind::kBoolean ? ParseValue(text, ValueKind::kBoolean) : std::nullopt;
    case ValueKind::kOther: return std::nullopt;
  }
  return std::nullopt;
}

bool KeepsOrder(std::string_view file_type, std::string_view table_type) {
  const ValueKind from = KindOf(file_type), to = KindOf(table_type);
  if (to == ValueKind::kOther) return false;
  if (file_type == table_type) return true;
  switch (from) {
    // Out of the narrower type's range is an error of the cast, not another value.
    case ValueKind::kInteger: return to == ValueKind::kInteger || to == ValueKind::kDecimal || IsFloating(to);
    case ValueKind::kDecimal: return IsFloating(to);
    case ValueKind::kFloat: return to == ValueKind::kDouble;
    case ValueKind::kDate: return to == ValueKind::kTimestamp;
    default: return false;
  }
}

Value CastValue(Value value, ValueKind from, ValueKind to) {
  if (!IsFloating(to) || IsFloating(from)) return value;
  return static_cast<double>(std::get<Exact>(value)) / 1e18;
}

bool SurelyLess(const Value& a, const Value& b) {
  if (a.index() != b.index()) return false;
  if (!std::holds_alternative<double>(a)) return a < b;
  const double x = std::get<double>(a), y = std::get<double>(b);
  return x < y && y - x > kSlack * std::max(std::abs(x), std::abs(y));
}

bool SurelyLessOrEqual(const Value& a, const Value& b) {
  if (a.index() != b.index()) return false;
  return std::holds_alternative<double>(a) ? SurelyLess(a, b) : a <= b;
}

}  // namespace tarn::catalog::pruning
