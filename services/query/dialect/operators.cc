#include <algorithm>

#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using TypeKind = TrinoType::Kind;

}  // namespace

// list_transform([struct_pack(b1 := x)], lambda v: ...)[1] computes x once.
Translator::Bindings Translator::BindOnce(std::vector<Value*> values) {
  const bool all_simple =
      std::all_of(values.begin(), values.end(), [](const Value* value) { return value->simple; });
  if (all_simple) return {};
  const std::string variable = Fresh("v");
  Bindings bindings;
  size_t number = 0;
  for (Value* value : values) {
    if (value->simple) continue;
    const std::string field = "b" + std::to_string(++number);
    bindings.head += (number == 1 ? "" : ", ") + field + " := " + value->sql;
    value->sql = "struct_extract(" + variable + ", '" + field + "')";
    value->simple = true;
  }
  bindings.head =
      "list_extract(list_transform([struct_pack(" + bindings.head + ")], lambda " + variable + ": ";
  bindings.tail = "), 1)";
  return bindings;
}

Result<Value> Translator::Unary(const Expression& expression, const Scope& scope) {
  const Expression& operand = *expression.arguments[0];
  if (expression.text == "NOT") {
    TARN_ASSIGN(Value value, Translate(operand, scope));
    TARN_ASSIGN(value, Coerce(std::move(value), MakeType(TypeKind::kBoolean), expression));
    return Make("(NOT " + value.sql + ')', MakeType(TypeKind::kBoolean));
  }
  const bool minus = expression.text == "-";
  if (minus && operand.kind == Expression::Kind::kInteger && operand.text == "9223372036854775808") {
    return Make("CAST('-9223372036854775808' AS BIGINT)", MakeType(TypeKind::kBigint));
  }
  TARN_ASSIGN(Value value, Translate(operand, scope));
  const bool interval =
      value.type.kind == TypeKind::kIntervalTime || value.type.kind == TypeKind::kIntervalMonths;
  if (!value.type.numeric() && !interval && value.type.kind != TypeKind::kUnknown) {
    return Fault("a sign is for numbers and intervals; this is " + value.type.Name(), expression);
  }
  if (!minus) return value;
  if (value.constant && !interval)
    value.constant = value.constant->starts_with('-') ? value.constant->substr(1) : '-' + *value.constant;
  else
    value.constant.reset();
  value.sql = "(-" + value.sql + ')';
  return value;
}

Result<Value> Translator::BinaryOperator(const Expression& expression, const Scope& scope) {
  const std::string& symbol = expression.text;
  if (symbol == "AND" || symbol == "OR") return Logical(expression, scope);
  TARN_ASSIGN(Value left, Translate(*expression.arguments[0], scope));
  TARN_ASSIGN(Value right, Translate(*expression.arguments[1], scope));
  if (symbol == "||") return Concatenate(expression, std::move(left), std::move(right));
  if (symbol.find_first_of("+-*/%") == 0)
    return Arithmetic(expression, symbol, std::move(left), std::move(right));
  return Compare(expression, symbol, std::move(left), std::move(right));
}

// Chains are written flat: a parser's stack and a reader's patience are both limited.
Result<Value> Translator::Logical(const Expression& expression, const Scope& scope) {
  const TrinoType boolean = MakeType(TypeKind::kBoolean);
  std::vector<const Expression*> operands;
  const Expression* at = &expression;
  while (at->kind == Expression::Kind::kBinaryOperator && at->text == expression.text) {
    operands.push_back(at->arguments[1].get());
    at = at->arguments[0].get();
  }
  operands.push_back(at);
  std::string sql;
  for (auto operand = operands.rbegin(); operand != operands.rend(); ++operand) {
    TARN_ASSIGN(Value value, Translate(**operand, scope));
    TARN_ASSIGN(value, Coerce(std::move(value), boolean, **operand));
    sql += (sql.empty() ? "(" : ' ' + expression.text + ' ') + value.sql;
  }
  return Make(sql + ')', boolean);
}

Result<Value> Translator::Concatenate(const Expression& at, Value left, Value right) {
  const bool lists = left.type.kind == TypeKind::kArray || right.type.kind == TypeKind::kArray;
  if (!lists) {
    if (left.type.kind == TypeKind::kChar || right.type.kind == TypeKind::kChar)
      return Fault("|| is not supported for char", at);
    const bool binary = left.type.kind == TypeKind::kVarbinary || right.type.kind == TypeKind::kVarbinary;
    const TrinoType type = MakeType(binary ? TypeKind::kVarbinary : TypeKind::kVarchar);
    for (const Value* side : {&left, &right}) {
      if (side->type.kind != type.kind && side->type.kind != TypeKind::kUnknown) {
        return Fault("|| joins texts, binaries or arrays; this is " + side->type.Name(), at);
      }
    }
    TARN_ASSIGN(left, Coerce(std::move(left), type, at));
    TARN_ASSIGN(right, Coerce(std::move(right), type, at));
    // Of a NULL literal the engine makes an integer.
    return Make("CAST((" + left.sql + " || " + right.sql + ") AS " + type.DuckDbName() + ')', type);
  }
  TrinoType common;
  std::string function = "list_concat";
  if (CommonType(left.type, right.type, common)) {
    TARN_ASSIGN(left, Coerce(std::move(left), common, at));
    TARN_ASSIGN(right, Coerce(std::move(right), common, at));
  } else {
    const bool append = left.type.kind == TypeKind::kArray;
    TrinoType element;
    if (!CommonType(append ? left.type.element() : left.type, append ? right.type : right.type.element(),
                    element)) {
      return Fault("|| cannot join " + left.type.Name() + " and " + right.type.Name(), at);
    }
    common = ArrayOf(element);
    TARN_ASSIGN(left, Coerce(std::move(left), append ? common : element, at));
    TARN_ASSIGN(right, Coerce(std::move(right), append ? element : common, at));
    function = append ? "list_append" : "list_prepend";
  }
  const Bindings bound = BindOnce({&left, &right});
  std::string null = left.sql + " IS NULL OR " + right.sql + " IS NULL";
  if (function != "list_concat") null = (function == "list_append" ? left.sql : right.sql) + " IS NULL";
  return Make(bound.head + "CASE WHEN " + null + " THEN NULL ELSE " + function + '(' + left.sql + ", " +
                  right.sql + ") END" + bound.tail,
              common);
}

Result<Value> Translator::Like(const Expression& expression, const Scope& scope) {
  TARN_ASSIGN(auto values, TranslateAll(expression.arguments, scope));
  for (auto& value : values) {
    if (value.type.kind == TypeKind::kChar) return Fault("LIKE is not supported for char", expression);
    TARN_ASSIGN(value, Coerce(std::move(value), MakeType(TypeKind::kVarchar), expression));
  }
  // Without ESCAPE, Trino's pattern has no escapes; neither has DuckDB's then.
  std::string sql = '(' + values[0].sql + (expression.negated ? " NOT LIKE " : " LIKE ") + values[1].sql;
  if (values.size() > 2) {
    if (!values[2].constant || values[2].constant->size() != 1)
      return Fault("ESCAPE takes one character", expression);
    sql += " ESCAPE " + values[2].sql;
  }
  return Make(sql + ')', MakeType(TypeKind::kBoolean));
}

Result<Value> Translator::In(const Expression& expression, const Scope& scope) {
  TARN_ASSIGN(auto values, TranslateAll(expression.arguments, scope));
  TrinoType common;
  TARN_TRY(Unify(values, common, expression));
  const TrinoType boolean = MakeType(TypeKind::kBoolean);
  const std::string negation = expression.negated ? "NOT " : "";
  if (common.kind < TypeKind::kArray && common.kind != TypeKind::kChar && !common.floating()) {
    std::string list;
    for (size_t i = 1; i < values.size(); ++i) list += (i == 1 ? "" : ", ") + values[i].sql;
    return Make('(' + values[0].sql + ' ' + negation + "IN (" + list + "))", boolean);
  }
  const Bindings bound = BindOnce({&values[0]});
  std::string sql;
  for (size_t i = 1; i < values.size(); ++i) {
    TARN_ASSIGN(const Value equal, Compare(expression, "=", values[0], values[i]));
    sql += (i == 1 ? "" : " OR ") + equal.sql;
  }
  return Make(bound.head + '(' + negation + '(' + sql + "))" + bound.tail, boolean);
}

Result<Value> Translator::Between(const Expression& expression, const Scope& scope) {
  TARN_ASSIGN(auto values, TranslateAll(expression.arguments, scope));
  Bindings bound = BindOnce({&values[0]});
  TARN_ASSIGN(const Value low, Compare(expression, ">=", values[0], std::move(values[1])));
  TARN_ASSIGN(const Value high, Compare(expression, "<=", values[0], std::move(values[2])));
  const std::string negation = expression.negated ? "NOT " : "";
  return Make(bound.head + '(' + negation + '(' + low.sql + " AND " + high.sql + "))" + bound.tail,
              MakeType(TypeKind::kBoolean));
}

Result<Value> Translator::IsDistinct(const Expression& expression, const Scope& scope) {
  TARN_ASSIGN(auto values, TranslateAll(expression.arguments, scope));
  TrinoType common;
  TARN_TRY(Unify(values, common, expression));
  if (AnyPart(common, [](const TrinoType& part) { return part.kind == TypeKind::kChar; })) {
    return Fault("IS DISTINCT FROM is not supported for char", expression);
  }
  return Make('(' + values[0].sql + (expression.negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ") +
                  values[1].sql + ')',
              MakeType(TypeKind::kBoolean));
}

}  // namespace tarn::query
