#include <algorithm>

#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using Kind = Expression::Kind;
using TypeKind = TrinoType::Kind;

std::string Join(const std::vector<Value>& values) {
  std::string list;
  for (const auto& value : values) list += (list.empty() ? "" : ", ") + value.sql;
  return list;
}

}  // namespace

Error Translator::FaultAt(const std::string& message, size_t position) const {
  return Error(Code::kUnprocessable, message).At(duckdb::DescribePosition(text_, position));
}

// The mark lets an error of the engine point at the text that the user sent.
Result<Value> Translator::Translate(const Expression& expression, const Scope& scope) {
  TARN_ASSIGN(Value value, TranslateUnmarked(expression, scope));
  if (!value.simple || expression.kind == Kind::kName)
    value.sql = '\xFF' + std::to_string(expression.position) + '\xFF' + value.sql;
  return value;
}

Result<Value> Translator::TranslateUnmarked(const Expression& expression, const Scope& scope) {
  switch (expression.kind) {
    case Kind::kNull:
    case Kind::kBoolean:
    case Kind::kInteger:
    case Kind::kDecimal:
    case Kind::kDouble:
    case Kind::kString:
    case Kind::kBinary:
    case Kind::kParameter:
      return Literal(expression);
    case Kind::kTyped:
      return TypedLiteral(expression);
    case Kind::kInterval:
      return IntervalLiteral(expression);
    case Kind::kName:
      return Name(expression, scope);
    case Kind::kStar:
      return Fault("* stands only in a SELECT list", expression);
    case Kind::kField: {
      TARN_ASSIGN(Value row, Translate(*expression.arguments[0], scope));
      return Field(std::move(row), expression.text, expression);
    }
    case Kind::kSubscript:
      return Subscript(expression, scope);
    case Kind::kCall:
      return Call(expression, scope);
    case Kind::kCast:
    case Kind::kTryCast:
      return Cast(expression, scope);
    case Kind::kCase:
      return Case(expression, scope);
    case Kind::kUnary:
      return Unary(expression, scope);
    case Kind::kBinaryOperator:
      return BinaryOperator(expression, scope);
    case Kind::kBetween:
      return Between(expression, scope);
    case Kind::kIn:
      return In(expression, scope);
    case Kind::kLike:
      return Like(expression, scope);
    case Kind::kIsNull: {
      TARN_ASSIGN(const Value value, Translate(*expression.arguments[0], scope));
      return Make('(' + value.sql + (expression.negated ? " IS NOT NULL)" : " IS NULL)"),
                  MakeType(TypeKind::kBoolean));
    }
    case Kind::kIsDistinct:
      return IsDistinct(expression, scope);
    case Kind::kArray:
      return Array(expression, scope);
    case Kind::kRow:
      return Row(expression, scope);
    case Kind::kLambda:
      return Fault("a lambda stands only as an argument of a function that takes one", expression);
    case Kind::kScalarQuery:
    case Kind::kExists:
    case Kind::kInQuery:
    case Kind::kQuantified:
      return SubQuery(expression, scope);
    case Kind::kAtTimeZone: {
      Expression call;
      call.kind = Kind::kCall;
      call.text = "at_timezone";
      call.position = expression.position;
      std::vector<Value> arguments;
      TARN_ASSIGN(arguments, TranslateAll(expression.arguments, scope));
      std::map<std::string, TrinoType> variables;
      RuleCall rule{call, arguments, scope, {}, variables};
      return TimeRule("at_timezone", rule);
    }
    case Kind::kExtract:
    case Kind::kTry:
    case Kind::kGrouping:
      break;
  }
  return Fault("this kind of expression is not supported", expression);
}

Result<std::vector<Value>> Translator::TranslateAll(const std::vector<ExpressionPointer>& expressions,
                                                    const Scope& scope) {
  std::vector<Value> values;
  for (const auto& expression : expressions) {
    TARN_ASSIGN(Value value, Translate(*expression, scope));
    values.push_back(std::move(value));
  }
  return values;
}

const ScopeColumn* Translator::FindColumn(const std::vector<Identifier>& path, size_t parts,
                                          const Scope& scope, bool* ambiguous) {
  const ScopeColumn* found = nullptr;
  for (const auto& column : scope.columns) {
    if (column.name != path[parts - 1].name || column.name.empty()) continue;
    if (parts >= 2 && column.relation != path[parts - 2].name) continue;
    if (parts == 3 && column.database != path[0].name) continue;
    *ambiguous = *ambiguous || found;
    found = &column;
  }
  return found;
}

Result<Value> Translator::Name(const Expression& expression, const Scope& scope) {
  const auto& path = expression.path;
  const auto fields = [&](Value value, size_t from) -> Result<Value> {
    for (size_t i = from; i < path.size(); ++i) {
      TARN_ASSIGN(value, Field(std::move(value), path[i].name, expression));
    }
    return value;
  };
  for (const Scope* at = &scope; at; at = at->outer) {
    // A lambda's parameter hides columns of its name; what follows is a field of it.
    for (auto parameter = at->parameters.rbegin(); parameter != at->parameters.rend(); ++parameter) {
      if (parameter->first == path[0].name) return fields(parameter->second, 1);
    }
    for (size_t parts = std::min<size_t>(path.size(), 3); parts > 0; --parts) {
      bool ambiguous = false;
      const ScopeColumn* column = FindColumn(path, parts, *at, &ambiguous);
      if (!column) continue;
      if (ambiguous) return Fault("the column's name is ambiguous: " + path[parts - 1].name, expression);
      if (at->select != scope.select) ++outer_references_;
      Value value = Make(column->sql, column->type);
      value.simple = true;
      return fields(std::move(value), parts);
    }
  }
  std::string name;
  for (const auto& part : path) name += (name.empty() ? "" : ".") + part.name;
  return Fault("there is no column " + name, expression);
}

Result<Value> Translator::Field(Value row, const std::string& field, const Expression& at) {
  if (row.type.kind != TypeKind::kRow) {
    return Fault("only a row has fields; this is " + row.type.Name() + ", asked for " + field, at);
  }
  const auto& fields = row.type.fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].empty() || FoldCase(fields[i]) != field) continue;
    Value value = Make("struct_extract(" + row.sql + ", " + duckdb::QuoteLiteral(fields[i]) + ')',
                       row.type.children[i]);
    value.simple = row.simple;
    return value;
  }
  return Fault("the row has no field " + field, at);
}

Result<Value> Translator::Subscript(const Expression& expression, const Scope& scope) {
  TARN_ASSIGN(Value base, Translate(*expression.arguments[0], scope));
  TARN_ASSIGN(Value index, Translate(*expression.arguments[1], scope));
  if (base.type.kind == TypeKind::kRow) {
    const size_t number =
        index.constant && index.type.kind == TypeKind::kInteger ? std::stoull(*index.constant) : 0;
    if (number < 1 || number > base.type.children.size())
      return Fault("a row's subscript is the number of a field", expression);
    return Make(
        "struct_extract(" + base.sql + ", " + duckdb::QuoteLiteral(base.type.StorageField(number - 1)) + ')',
        base.type.children[number - 1]);
  }
  if (base.type.kind == TypeKind::kMap) {
    TARN_ASSIGN(index, Coerce(std::move(index), base.type.children[0], expression));
    const Bindings bound = BindOnce({&base, &index});
    // Trino fails for a key that the map does not have.
    return Make(bound.head + "list_extract([map_extract_value(" + base.sql + ", " + index.sql +
                    ")], tarn_check_key(map_contains(" + base.sql + ", " + index.sql + ")))" + bound.tail,
                base.type.value());
  }
  if (base.type.kind != TypeKind::kArray || !index.type.integral()) {
    return Fault("a subscript is for arrays (a number), maps (a key) and rows (a number)", expression);
  }
  const Bindings bound = BindOnce({&base, &index});
  return Make(bound.head + "list_extract(" + base.sql + ", tarn_check_index(CAST(" + index.sql +
                  " AS BIGINT), len(" + base.sql + ")))" + bound.tail,
              base.type.element());
}

Result<Value> Translator::Case(const Expression& expression, const Scope& scope) {
  const bool has_operand = expression.text == "OPERAND";
  const size_t first = has_operand ? 1 : 0;
  Value operand;
  if (has_operand) {
    TARN_ASSIGN(operand, Translate(*expression.arguments[0], scope));
  }
  std::vector<Value> results;
  for (size_t i = first + 1; i < expression.arguments.size(); i += 2) {
    TARN_ASSIGN(Value result, Translate(*expression.arguments[i], scope));
    results.push_back(std::move(result));
  }
  TARN_ASSIGN(Value otherwise, Translate(*expression.arguments.back(), scope));
  results.push_back(std::move(otherwise));
  TrinoType type;
  TARN_TRY(Unify(results, type, expression));
  Bindings bound;
  if (has_operand) bound = BindOnce({&operand});
  std::string sql = "CASE";
  size_t result = 0;
  for (size_t i = first; i + 1 < expression.arguments.size(); i += 2) {
    TARN_ASSIGN(Value condition, Translate(*expression.arguments[i], scope));
    if (has_operand) {
      TARN_ASSIGN(condition, Compare(expression, "=", operand, std::move(condition)));
    } else {
      TARN_ASSIGN(condition, Coerce(std::move(condition), MakeType(TypeKind::kBoolean), expression));
    }
    sql += " WHEN " + condition.sql + " THEN " + results[result++].sql;
  }
  return Make(bound.head + sql + " ELSE " + results.back().sql + " END" + bound.tail, type);
}

Result<Value> Translator::Array(const Expression& expression, const Scope& scope) {
  TARN_ASSIGN(auto values, TranslateAll(expression.arguments, scope));
  TrinoType element;
  TARN_TRY(Unify(values, element, expression));
  if (element.kind == TypeKind::kUnknown) return Make('[' + Join(values) + ']', ArrayOf(element));
  TrinoType type = ArrayOf(element);
  return Make("CAST([" + Join(values) + "] AS " + type.DuckDbName() + ')', type);
}

Result<Value> Translator::Row(const Expression& expression, const Scope& scope) {
  TARN_ASSIGN(auto values, TranslateAll(expression.arguments, scope));
  std::vector<TrinoType> types;
  for (const auto& value : values) types.push_back(value.type);
  TrinoType type = RowOf(std::move(types));
  std::string sql = "struct_pack(";
  for (size_t i = 0; i < values.size(); ++i) {
    sql += (i == 0 ? "" : ", ") + duckdb::QuoteIdentifier(type.StorageField(i)) + " := " + values[i].sql;
  }
  return Make(sql + ')', type);
}

Result<Value> Translator::SubQuery(const Expression& expression, const Scope& scope) {
  TARN_ASSIGN(TranslatedQuery query, TranslateQuery(*expression.query, &scope));
  const TrinoType boolean = MakeType(TypeKind::kBoolean);
  if (expression.kind == Kind::kExists) return Make("EXISTS (" + query.sql + ')', boolean);
  if (query.columns.size() != 1) return Fault("a subquery in an expression has one column", expression);
  if (expression.kind == Kind::kScalarQuery) return Make('(' + query.sql + ')', query.columns[0].type);
  TARN_ASSIGN(Value value, Translate(*expression.arguments[0], scope));
  TrinoType common;
  if (!CommonType(value.type, query.columns[0].type, common)) {
    return Fault("cannot compare " + value.type.Name() + " with " + query.columns[0].type.Name(), expression);
  }
  if (HasFloating(common) || common.kind >= TypeKind::kArray || common.kind == TypeKind::kChar) {
    if (HasFloating(common) && common.kind == TypeKind::kDouble && expression.kind == Kind::kQuantified) {
      // NaN is the only value that compares in another way.
    } else if (common.kind != TypeKind::kDouble && common.kind != TypeKind::kReal) {
      return Fault("a subquery of " + common.Name() + " cannot be compared here", expression);
    }
  }
  TARN_ASSIGN(value, Coerce(std::move(value), common, expression));
  if (!(query.columns[0].type == common)) {
    TARN_ASSIGN(query.sql, CastColumns(query, {{"", "", common}}));
  }
  if (common.floating()) query.sql = "SELECT c0 FROM (" + query.sql + ") WHERE c0 IS NULL OR NOT isnan(c0)";
  if (expression.kind == Kind::kQuantified) {
    if (common.floating())
      return Fault("ANY and ALL over floating-point numbers are not supported", expression);
    return Make('(' + value.sql + ' ' + expression.text + ' ' + expression.words[0] + " (" + query.sql + "))",
                boolean);
  }
  return Make('(' + value.sql + (expression.negated ? " NOT" : "") + " IN (" + query.sql + "))", boolean);
}

}  // namespace tarn::query
