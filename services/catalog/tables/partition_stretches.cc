#include "services/catalog/tables/partition_stretches.h"

#include <charconv>

#include "services/catalog/tables/types.h"

namespace tarn::catalog {
namespace {

using pruning::Condition;
using pruning::Exact;
using pruning::Instant;
using pruning::Value;
using pruning::ValueKind;
using table_filter::Operator;

using Parameter = Stretch::Parameter;
using BoundAs = Stretch::Bound;

bool IsInteger(const std::string& text, int64_t* integer) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), *integer);
  return failed == std::errc() && end == text.data() + text.size() && std::to_string(*integer) == text;
}

bool IsDate(const std::string& text) { return ParseValue(text, ValueKind::kDate).has_value(); }

// The literal of a condition as the index has it; nothing if no stretch of the index has all that may equal
// it, or be in its order.
std::optional<Parameter> InIndex(const Value& value, ValueKind kind) {
  constexpr Exact kOne = 1'000'000'000'000'000'000;
  if (kind == ValueKind::kText) return StoredAs(std::get<std::string>(value));
  if (kind != ValueKind::kInteger) return std::nullopt;
  const Exact number = std::get<Exact>(value) / kOne;
  if (std::get<Exact>(value) % kOne != 0 || number < INT64_MIN || number > INT64_MAX) return std::nullopt;
  return Parameter{BoundAs::kInteger, static_cast<int64_t>(number), ""};
}

std::optional<Parameter> DateInIndex(const Value& value) {
  const Instant instant = std::get<Instant>(value);
  if (instant.nanos != 0 || instant.seconds % 86'400 != 0) return std::nullopt;
  return Parameter{BoundAs::kText, 0, FormatRfc3339(FromUnixMillis(instant.seconds * 1'000)).substr(0, 10)};
}

const char* Symbol(Operator op) {
  switch (op) {
    case Operator::kLess:
      return "<";
    case Operator::kLessOrEqual:
      return "<=";
    case Operator::kGreater:
      return ">";
    case Operator::kGreaterOrEqual:
      return ">=";
    default:
      return "=";
  }
}

// Texts that are not written as the kind's only way, and which a cast might take all the same.
std::vector<Stretch> OddOnes(ValueKind kind) {
  if (kind == ValueKind::kInteger) return {{"value >= ''"}};  // texts and blobs
  if (kind == ValueKind::kDate) return {{"value < ''"}, {"value >= x''"}};
  return {};
}

std::vector<Stretch> EqualTo(const std::vector<Parameter>& values) {
  std::vector<Stretch> stretches;
  for (const Parameter& value : values) stretches.push_back({"value = ?3", {value}});
  return stretches;
}

// Conditions on one key that bound its values on one side or on both.
struct Limits {
  const Condition* lower = nullptr;
  const Condition* upper = nullptr;
};

// The values within the limits that are stored as `bound`.
Stretch Between(const Limits& limits, const std::optional<Parameter>& lower,
                const std::optional<Parameter>& upper, BoundAs bound) {
  Stretch stretch;
  const auto add = [&](const std::string& condition) {
    stretch.condition += (stretch.condition.empty() ? "" : " AND ") + condition;
  };
  if (lower) {
    add(std::string("value ") + Symbol(limits.lower->op()) + " ?3");
    stretch.parameters.push_back(*lower);
  } else if (bound != BoundAs::kInteger) {
    add(bound == BoundAs::kText ? "value >= ''" : "value >= x''");
  }
  if (upper) {
    add(std::string("value ") + Symbol(limits.upper->op()) + (lower ? " ?4" : " ?3"));
    stretch.parameters.push_back(*upper);
  } else if (bound != BoundAs::kBlob) {
    add(bound == BoundAs::kText ? "value < x''" : "value < ''");
  }
  return stretch;
}

std::optional<Parameter> As(BoundAs bound, const Condition* condition) {
  if (!condition) return std::nullopt;
  return Parameter{bound, 0, std::get<std::string>(condition->values()[0])};
}

// In the order of their bytes, integers stand anywhere among other texts.
std::vector<Stretch> TextRange(const Limits& limits) {
  std::vector<Stretch> stretches{{"value < ''"}};
  for (const BoundAs bound : {BoundAs::kText, BoundAs::kBlob})
    stretches.push_back(Between(limits, As(bound, limits.lower), As(bound, limits.upper), bound));
  return stretches;
}

std::optional<Parameter> InIndex(const Condition* condition) {
  if (!condition) return std::nullopt;
  const Value& value = condition->values()[0];
  return condition->kind() == ValueKind::kDate ? DateInIndex(value) : InIndex(value, condition->kind());
}

using Stretches = std::optional<std::vector<Stretch>>;

Stretches RangeOf(const Limits& limits) {
  const ValueKind kind = (limits.lower ? limits.lower : limits.upper)->kind();
  if (kind == ValueKind::kText) return TextRange(limits);
  if (kind != ValueKind::kInteger && kind != ValueKind::kDate) return std::nullopt;
  const auto lower = InIndex(limits.lower), upper = InIndex(limits.upper);
  if ((limits.lower && !lower) || (limits.upper && !upper)) return std::nullopt;
  return std::vector{
      Between(limits, lower, upper, kind == ValueKind::kDate ? BoundAs::kText : BoundAs::kInteger)};
}

Stretches PointsOf(const Condition& condition) {
  std::vector<Parameter> values;
  for (const Value& value : condition.values()) {
    auto parameter =
        condition.kind() == ValueKind::kDate ? DateInIndex(value) : InIndex(value, condition.kind());
    if (!parameter || parameter->bound == BoundAs::kNone) return std::nullopt;
    values.push_back(std::move(*parameter));
  }
  return EqualTo(values);
}

bool IsLower(const Condition& condition) {
  return condition.op() == Operator::kGreater || condition.op() == Operator::kGreaterOrEqual;
}

bool IsUpper(const Condition& condition) {
  return condition.op() == Operator::kLess || condition.op() == Operator::kLessOrEqual;
}

}  // namespace

Stretch::Parameter StoredAs(const std::string& text) {
  int64_t integer = 0;
  if (text == kNullPartition) return {};
  if (IsInteger(text, &integer)) return {BoundAs::kInteger, integer, ""};
  return {IsDate(text) ? BoundAs::kText : BoundAs::kBlob, 0, text};
}

void BindTo(sqlite::Statement& statement, int index, const Parameter& parameter) {
  switch (parameter.bound) {
    case BoundAs::kNone:
      statement.BindNull(index);
      return;
    case BoundAs::kInteger:
      statement.Bind(index, parameter.integer);
      return;
    case BoundAs::kText:
      statement.Bind(index, parameter.text);
      return;
    case BoundAs::kBlob:
      statement.BindBlob(index, parameter.text);
      return;
  }
}

std::optional<std::vector<Stretch>> StretchesOf(const std::vector<const Condition*>& conditions) {
  Limits limits;
  Stretches stretches;
  ValueKind kind = ValueKind::kOther;
  for (const Condition* condition : conditions) {
    kind = condition->kind();
    if (condition->is_null_test()) continue;
    if (IsLower(*condition))
      limits.lower = condition;
    else if (IsUpper(*condition))
      limits.upper = condition;
    else if (!stretches)
      stretches = PointsOf(*condition);
  }
  if (!stretches && (limits.lower || limits.upper)) stretches = RangeOf(limits);
  if (!stretches) return stretches;
  for (Stretch& odd : OddOnes(kind)) stretches->push_back(std::move(odd));
  return stretches;
}

}  // namespace tarn::catalog
