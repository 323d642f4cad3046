#include "services/catalog/pruning/can_match.h"

#include <algorithm>

#include "services/catalog/tables/types.h"

namespace tarn::catalog::pruning {
namespace {

using table_filter::Operator;

bool MayEqual(const Value& value, const ValueRange& range) {
  if (range.min && SurelyLess(value, *range.min)) return false;
  return !range.max || !SurelyLess(*range.max, value);
}

bool MayCompare(Operator op, const Value& value, const ValueRange& range) {
  switch (op) {
    case Operator::kLess: return !range.min || !SurelyLessOrEqual(value, *range.min);
    case Operator::kLessOrEqual: return !range.min || !SurelyLess(value, *range.min);
    case Operator::kGreater: return !range.max || !SurelyLessOrEqual(*range.max, value);
    case Operator::kGreaterOrEqual: return !range.max || !SurelyLess(*range.max, value);
    default: return MayEqual(value, range);
  }
}

bool IsDecimalFraction(std::string_view text) { return text.find('.') != std::string_view::npos; }

}  // namespace

std::optional<Condition> Condition::Make(const table_filter::Filter& filter, std::string_view type) {
  Condition condition;
  condition.op_ = filter.op;
  condition.kind_ = KindOf(type);
  if (condition.is_null_test()) return condition;
  for (const auto& literal : filter.values) {
    // The engine brings values of several kinds to one type first.
    if (literal.kind != filter.values[0].kind) return std::nullopt;
    auto value = ParseLiteral(literal, type);
    if (!value) return std::nullopt;
    condition.values_.push_back(std::move(*value));
  }
  if (condition.values_.empty()) return std::nullopt;
  return condition;
}

bool Condition::is_null_test() const { return op_ == Operator::kIsNull || op_ == Operator::kIsNotNull; }

bool CanMatch(const Condition& condition, const ValueRange& range) {
  if (condition.op() == Operator::kIsNull) return range.has_nulls;
  if (!range.has_values) return false;
  if (condition.is_null_test()) return true;
  return std::any_of(condition.values().begin(), condition.values().end(),
                     [&](const Value& value) { return MayCompare(condition.op(), value, range); });
}

ValueRange RangeOfPartition(std::string_view text, ValueKind kind) {
  ValueRange range;
  range.has_values = text != kNullPartition;
  range.has_nulls = !range.has_values;
  // A decimal's fraction may be rounded by the cast to the column's type.
  if (!range.has_values || (kind == ValueKind::kDecimal && IsDecimalFraction(text))) return range;
  range.min = range.max = ParseValue(text, kind);
  return range;
}

}  // namespace tarn::catalog::pruning
