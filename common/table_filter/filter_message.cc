#include "common/table_filter/filter_message.h"

#include "tarn/v1/catalog.pb.h"

namespace tarn::table_filter {
namespace {

v1::Filter::Operator OperatorMessage(Operator op) {
  switch (op) {
    case Operator::kEqual: return v1::Filter::EQUAL;
    case Operator::kLess: return v1::Filter::LESS;
    case Operator::kLessOrEqual: return v1::Filter::LESS_OR_EQUAL;
    case Operator::kGreater: return v1::Filter::GREATER;
    case Operator::kGreaterOrEqual: return v1::Filter::GREATER_OR_EQUAL;
    case Operator::kIn: return v1::Filter::IN;
    case Operator::kIsNull: return v1::Filter::IS_NULL;
    case Operator::kIsNotNull: return v1::Filter::IS_NOT_NULL;
  }
  return v1::Filter::OPERATOR_UNSPECIFIED;
}

Result<Operator> ReadOperator(v1::Filter::Operator op) {
  switch (op) {
    case v1::Filter::EQUAL: return Operator::kEqual;
    case v1::Filter::LESS: return Operator::kLess;
    case v1::Filter::LESS_OR_EQUAL: return Operator::kLessOrEqual;
    case v1::Filter::GREATER: return Operator::kGreater;
    case v1::Filter::GREATER_OR_EQUAL: return Operator::kGreaterOrEqual;
    case v1::Filter::IN: return Operator::kIn;
    case v1::Filter::IS_NULL: return Operator::kIsNull;
    case v1::Filter::IS_NOT_NULL: return Operator::kIsNotNull;
    default: return Error(Code::kInvalidArgument, "a filter with an unknown operator: " + std::to_string(op));
  }
}

v1::Literal::Kind KindMessage(Literal::Kind kind) {
  switch (kind) {
    case Literal::Kind::kNumber: return v1::Literal::NUMBER;
    case Literal::Kind::kDouble: return v1::Literal::DOUBLE;
    case Literal::Kind::kText: return v1::Literal::TEXT;
    case Literal::Kind::kDate: return v1::Literal::DATE;
    case Literal::Kind::kTimestamp: return v1::Literal::TIMESTAMP;
    case Literal::Kind::kTimestampTz: return v1::Literal::TIMESTAMP_TZ;
    case Literal::Kind::kBoolean: return v1::Literal::BOOLEAN;
  }
  return v1::Literal::KIND_UNSPECIFIED;
}

Result<Literal::Kind> ReadKind(v1::Literal::Kind kind) {
  switch (kind) {
    case v1::Literal::NUMBER: return Literal::Kind::kNumber;
    case v1::Literal::DOUBLE: return Literal::Kind::kDouble;
    case v1::Literal::TEXT: return Literal::Kind::kText;
    case v1::Literal::DATE: return Literal::Kind::kDate;
    case v1::Literal::TIMESTAMP: return Literal::Kind::kTimestamp;
    case v1::Literal::TIMESTAMP_TZ: return Literal::Kind::kTimestampTz;
    case v1::Literal::BOOLEAN: return Literal::Kind::kBoolean;
    default: return Error(Code::kInvalidArgument, "a value of an unknown kind: " + std::to_string(kind));
  }
}

bool Fits(const Filter& filter) {
  if (filter.values.size() > kMaxValues) return false;
  switch (filter.op) {
    case Operator::kIsNull:
    case Operator::kIsNotNull: return filter.values.empty();
    case Operator::kIn: return !filter.values.empty();
    default: return filter.values.size() == 1;
  }
}

}  // namespace

void WriteFilter(const Filter& filter, v1::Filter* message) {
  message->set_column(filter.column);
  message->set_operator_(OperatorMessage(filter.op));
  for (const Literal& value : filter.values) {
    v1::Literal* added = message->add_values();
    added->set_kind(KindMessage(value.kind));
    added->set_text(value.text);
  }
}

Result<Filter> ReadFilter(const v1::Filter& message) {
  Filter filter;
  filter.column = message.column();
  TARN_ASSIGN(filter.op, ReadOperator(message.operator_()));
  for (const v1::Literal& value : message.values()) {
    TARN_ASSIGN(const auto kind, ReadKind(value.kind()));
    filter.values.push_back({kind, value.text()});
  }
  if (Fits(filter)) return filter;
  return Error(Code::kInvalidArgument,
               "a filter has one value, IN has 1 to 1000 and IS NULL has none; got " + std::to_string(filter.values.size()));
}

}  // namespace tarn::table_filter
