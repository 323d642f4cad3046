#include <algorithm>

#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using TypeKind = TrinoType::Kind;

constexpr int kMaxPrecision = 38;

int Digits(TypeKind kind) {
  return kind == TypeKind::kTinyint    ? 3
         : kind == TypeKind::kSmallint ? 5
         : kind == TypeKind::kInteger  ? 10
                                       : 19;
}

TrinoType AsDecimal(const TrinoType& type) {
  return type.kind == TypeKind::kDecimal ? type : MakeType(TypeKind::kDecimal, Digits(type.kind), 0);
}

// https://trino.io/docs/current/functions/decimal.html#arithmetic
TrinoType DecimalResult(const std::string& symbol, const TrinoType& a, const TrinoType& b) {
  const int scale = std::max(a.scale, b.scale);
  const int whole = std::max(a.precision - a.scale, b.precision - b.scale);
  switch (symbol[0]) {
    case '*':
      return MakeType(TypeKind::kDecimal, std::min(kMaxPrecision, a.precision + b.precision),
                      a.scale + b.scale);
    case '/':
      return MakeType(TypeKind::kDecimal,
                      std::min(kMaxPrecision, a.precision + b.scale + std::max(0, b.scale - a.scale)), scale);
    case '%':
      return MakeType(TypeKind::kDecimal, std::min(a.precision - a.scale, b.precision - b.scale) + scale,
                      scale);
    default:
      return MakeType(TypeKind::kDecimal, std::min(kMaxPrecision, whole + scale + 1), scale);
  }
}

bool IsTime(const TrinoType& type) {
  return type.kind >= TypeKind::kDate && type.kind <= TypeKind::kIntervalTime;
}

bool NonZero(const Value& value) {
  return value.constant && value.constant->find_first_of("123456789") != std::string::npos;
}

}  // namespace

Result<Value> Translator::Arithmetic(const Expression& at, const std::string& symbol, Value left,
                                     Value right) {
  if (IsTime(left.type) || IsTime(right.type))
    return TimeArithmetic(at, symbol, std::move(left), std::move(right));
  TrinoType common;
  if (left.type.kind == TypeKind::kUnknown && right.type.kind == TypeKind::kUnknown) {
    return Fault("the type of NULL " + symbol + " NULL is not known; write CAST(NULL AS a type)", at);
  }
  if (!CommonType(left.type, right.type, common) || !common.numeric()) {
    return Fault("cannot compute " + left.type.Name() + ' ' + symbol + ' ' + right.type.Name(), at);
  }
  if (common.kind == TypeKind::kDecimal) return DecimalArithmetic(at, symbol, left, right);
  TARN_ASSIGN(left, Coerce(std::move(left), common, at));
  TARN_ASSIGN(right, Coerce(std::move(right), common, at));
  const std::string type = common.DuckDbName();
  if (common.floating() || symbol == "+" || symbol == "-" || symbol == "*") {
    std::string sql = '(' + left.sql + ' ' + symbol + ' ' + right.sql + ')';
    if (common.kind == TypeKind::kReal || common.kind < TypeKind::kInteger)
      sql = "CAST(" + sql + " AS " + type + ')';
    return Make(sql, common);
  }
  const std::string division = symbol == "/" ? " // " : " % ";
  if (NonZero(right)) return Make("CAST((" + left.sql + division + right.sql + ") AS " + type + ')', common);
  // DuckDB gives NULL where Trino fails.
  const std::string divisor = "CAST(tarn_nonzero(CAST(" + right.sql + " AS BIGINT)) AS " + type + ')';
  return Make("CAST((" + left.sql + division + divisor + ") AS " + type + ')', common);
}

Result<Value> Translator::DecimalArithmetic(const Expression& at, const std::string& symbol,
                                            const Value& left, const Value& right) {
  const TrinoType a = left.type.kind == TypeKind::kUnknown ? AsDecimal(right.type) : AsDecimal(left.type);
  const TrinoType b = right.type.kind == TypeKind::kUnknown ? AsDecimal(left.type) : AsDecimal(right.type);
  TARN_ASSIGN(Value x, Coerce(left, a, at));
  TARN_ASSIGN(Value y, Coerce(right, b, at));
  const TrinoType result = DecimalResult(symbol, a, b);
  if (result.scale > kMaxPrecision) return Fault("the product has more than 38 digits after the point", at);
  const std::string type = result.DuckDbName();
  if (symbol == "*") return Make("CAST((" + x.sql + " * " + y.sql + ") AS " + type + ')', result);
  if (symbol == "/") {
    return Make("CAST(tarn_decimal_divide(CAST(" + x.sql + " AS VARCHAR), CAST(" + y.sql + " AS VARCHAR), " +
                    std::to_string(result.scale) + ") AS " + type + ')',
                result);
  }
  if (symbol == "%") {
    return Make("CAST(tarn_decimal_modulo(CAST(" + x.sql + " AS VARCHAR), CAST(" + y.sql +
                    " AS VARCHAR)) AS " + type + ')',
                result);
  }
  return Make("CAST((CAST(" + x.sql + " AS " + type + ") " + symbol + " CAST(" + y.sql + " AS " + type +
                  ")) AS " + type + ')',
              result);
}

Result<Value> Translator::TimeArithmetic(const Expression& at, const std::string& symbol, Value left,
                                         Value right) {
  const auto fault = [&] {
    return Fault("cannot compute " + left.type.Name() + ' ' + symbol + ' ' + right.type.Name(), at);
  };
  const TrinoType interval = MakeType(TypeKind::kIntervalTime);
  const auto is_interval = [](const Value& value) {
    return value.type.kind == TypeKind::kIntervalTime || value.type.kind == TypeKind::kIntervalMonths;
  };
  if (symbol == "*" && is_interval(right)) std::swap(left, right);
  if ((symbol == "*" || symbol == "/") && left.type.kind == TypeKind::kIntervalTime &&
      right.type.integral()) {
    const std::string number = symbol == "*" ? " * " : " // ";
    if (symbol == "/" && !NonZero(right))
      return Fault("an interval is divided by a number that is written out", at);
    return Make("to_microseconds(CAST(epoch_us(" + left.sql + ")" + number + right.sql + " AS BIGINT))",
                interval);
  }
  if (symbol != "+" && symbol != "-") return fault();
  if (is_interval(left) && is_interval(right)) {
    if (left.type.kind != right.type.kind) return fault();
    return Make('(' + left.sql + ' ' + symbol + ' ' + right.sql + ')', left.type);
  }
  if (symbol == "+" && is_interval(left)) std::swap(left, right);
  if (!is_interval(right)) {
    TrinoType common;
    if (symbol != "-" || !CommonType(left.type, right.type, common) || common.kind == TypeKind::kTime)
      return fault();
    TARN_ASSIGN(left, Coerce(std::move(left), common, at));
    TARN_ASSIGN(right, Coerce(std::move(right), common, at));
    if (common.kind == TypeKind::kDate) {
      return Make("to_microseconds(CAST(" + left.sql + " - " + right.sql + " AS BIGINT) * 86400000000)",
                  interval);
    }
    return Make("to_microseconds(epoch_us(" + left.sql + ") - epoch_us(" + right.sql + "))", interval);
  }
  const bool months = right.type.kind == TypeKind::kIntervalMonths;
  const std::string sum = '(' + left.sql + ' ' + symbol + ' ' + right.sql + ')';
  switch (left.type.kind) {
    case TypeKind::kDate:
      if (!months && (!right.constant || std::stoll(*right.constant) % 86'400'000'000 != 0)) {
        return Fault("only whole days can be added to a date; cast it to timestamp", at);
      }
      return Make("CAST(" + sum + " AS DATE)", left.type);
    case TypeKind::kTimestamp: {
      TrinoType type = left.type;
      if (!months) type.precision = std::max(type.precision, 3);
      return Make(sum, type);
    }
    case TypeKind::kTimestampTz: {
      TrinoType type = left.type;
      type.precision = std::max(type.precision, 3);
      if (!months) return Make(sum, type);
      TARN_ASSIGN(const std::string local, LocalSql(left, at));
      return Make(InstantSql('(' + local + ' ' + symbol + ' ' + right.sql + ')', left.type.zone), type);
    }
    default:
      return fault();
  }
}

}  // namespace tarn::query
