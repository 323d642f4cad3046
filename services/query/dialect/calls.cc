#include <algorithm>
#include <cctype>

#include "services/query/dialect/overload_match.h"
#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using TypeKind = TrinoType::Kind;

// Fills a template of an overload in.
class Template {
 public:
  Template(std::string_view sql, const std::vector<Value>& arguments, const TrinoType& result,
           const std::map<std::string, TrinoType>& variables)
      : sql_(sql), arguments_(arguments), result_(result), variables_(variables) {}

  std::string distinct, order, suffix;

  /// Whether an argument that is not simple is written more than once.
  static bool Repeats(std::string_view sql, const std::vector<Value>& arguments) {
    std::vector<int> uses(arguments.size() + 1);
    for (size_t i = 0; i + 1 < sql.size(); ++i) {
      if (sql[i] == '$' && std::isdigit(static_cast<unsigned char>(sql[i + 1]))) {
        const size_t number = static_cast<size_t>(sql[i + 1] - '0');
        if (number <= arguments.size() && ++uses[number] > 1 && !arguments[number - 1].simple) return true;
      }
    }
    return false;
  }

  std::string Fill() const {
    std::string out;
    for (size_t i = 0; i < sql_.size(); ++i) {
      const char c = sql_[i];
      const char next = i + 1 < sql_.size() ? sql_[i + 1] : '\0';
      if (c == '%' && (next == 'D' || next == 'O' || next == 'S')) {
        out += next == 'D' ? distinct : next == 'O' ? order : suffix;
        ++i;
      } else if (c == '$') {
        i += Variable(i + 1, out);
      } else {
        out += c;
      }
    }
    return out;
  }

 private:
  std::string List(size_t from) const {
    std::string list;
    for (size_t i = from; i < arguments_.size(); ++i) list += (i == from ? "" : ", ") + arguments_[i].sql;
    return list;
  }

  // Writes what stands for `$...` at `at`; returns how many characters it took.
  size_t Variable(size_t at, std::string& out) const {
    const char c = sql_[at];
    if (c == '*') return out += List(0), 1;
    if (std::isdigit(static_cast<unsigned char>(c))) {
      const size_t number = static_cast<size_t>(c - '1');
      if (at + 1 < sql_.size() && sql_[at + 1] == '*') return out += List(number), 2;
      if (number < arguments_.size()) out += arguments_[number].sql;
      return 1;
    }
    const auto found = variables_.find(std::string(1, c));
    const TrinoType& type = found == variables_.end() ? result_ : found->second;
    out += type.kind == TypeKind::kUnknown ? "VARCHAR" : type.DuckDbName();
    return 1;
  }

  std::string_view sql_;
  const std::vector<Value>& arguments_;
  const TrinoType& result_;
  const std::map<std::string, TrinoType>& variables_;
};

bool IsVolatile(std::string_view name) { return name == "random" || name == "rand" || name == "uuid"; }

std::string Types(const std::vector<TrinoType>& types) {
  std::string list;
  for (const auto& type : types)
    list += (list.empty() ? "" : ", ") + (type.kind == TypeKind::kFunction ? "a lambda" : type.Name());
  return list;
}

}  // namespace

Result<Value> Translator::Call(const Expression& call, const Scope& scope) {
  const CompiledFunction* function = FindFunction(call.text);
  if (!function) return Fault("the athena dialect has no function " + call.text, call);
  const auto kind = function->entry->kind;
  if (function->entry->how == How::kUnsupported) {
    return Fault(
        "the athena dialect does not support " + call.text + ": " + std::string(function->entry->description),
        call);
  }
  if (kind == FunctionEntry::Kind::kScalar &&
      (call.distinct || call.filter || call.window || !call.order.empty())) {
    return Fault("DISTINCT, ORDER BY, FILTER and OVER are for aggregate functions, not for " + call.text,
                 call);
  }
  if (IsVolatile(call.text)) {
    // DuckDB takes two lambdas that call them for the same and computes one.
    for (const Scope* at = &scope; at; at = at->outer) {
      if (!at->parameters.empty()) return Fault(call.text + " is not supported in a lambda", call);
    }
  }
  if (kind == FunctionEntry::Kind::kWindow && !call.window)
    return Fault(call.text + " needs OVER (...)", call);
  if (!call.words.empty() && call.words[0] == "*") {
    if (call.text != "count") return Fault("* is for count only", call);
    TARN_ASSIGN(const std::string suffix, CallSuffix(call, scope));
    return Make("count(*)" + suffix, MakeType(TypeKind::kBigint));
  }
  return CallOverload(call, *function, scope);
}

Result<Value> Translator::CallOverload(const Expression& call, const CompiledFunction& function,
                                       const Scope& scope) {
  std::vector<Value> arguments;
  std::vector<TrinoType> types;
  for (const auto& argument : call.arguments) {
    if (argument->kind == Expression::Kind::kLambda) {
      arguments.push_back(Make("", MakeType(TypeKind::kFunction)));
    } else {
      TARN_ASSIGN(Value value, Translate(*argument, scope));
      arguments.push_back(std::move(value));
    }
    types.push_back(arguments.back().type);
  }
  const CompiledOverload* best = nullptr;
  OverloadMatch match;
  for (const auto& overload : function.overloads) {
    OverloadMatch candidate;
    if (!Matches(overload.signature, types, candidate)) continue;
    if (best && candidate.cost >= match.cost) continue;
    best = &overload;
    match = std::move(candidate);
  }
  if (!best) {
    std::string message = "no form of " + call.text + " takes (" + Types(types) + "); it is called as";
    for (const auto& overload : function.entry->overloads)
      message += ' ' + call.text + std::string(overload.signature) + ';';
    message.pop_back();
    return Fault(message, call);
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    TrinoType parameter = Substitute(ParameterAt(best->signature, i), match.variables);
    if (parameter.kind == TypeKind::kFunction) {
      std::vector<TrinoType> inputs(parameter.children.begin(), parameter.children.end() - 1);
      TARN_ASSIGN(arguments[i], Lambda(*call.arguments[i], inputs, scope));
      const TrinoType body = arguments[i].type;
      const TrinoType& result = ParameterAt(best->signature, i).children.back();
      if (!BindVariables(result, body, match.variables)) {
        return Fault("the lambda gives " + body.Name() + " where another type is expected",
                     *call.arguments[i]);
      }
      const TrinoType wanted = Substitute(result, match.variables);
      if (CoercionCost(body, wanted) < 0) {
        return Fault("the lambda gives " + body.Name() + ", expected " + wanted.Name(), *call.arguments[i]);
      }
      continue;
    }
    if (parameter.kind == TypeKind::kDecimal && parameter.precision < 0) continue;
    if (parameter.kind == TypeKind::kTimestamp || parameter.kind == TypeKind::kTimestampTz) {
      if (arguments[i].type.kind == parameter.kind) continue;
      parameter.precision = arguments[i].type.kind == TypeKind::kTimestamp ? arguments[i].type.precision : 0;
      if (parameter.zone.empty()) parameter.zone = options_.session_zone;
    }
    if (arguments[i].type.kind == TypeKind::kChar && parameter.kind == TypeKind::kChar) continue;
    TARN_ASSIGN(arguments[i], Coerce(std::move(arguments[i]), parameter, *call.arguments[i]));
  }
  const TrinoType result = Substitute(best->signature.result, match.variables);
  if (best->sql.starts_with('!')) {
    RuleCall rule{call, arguments, scope, result, match.variables};
    return CallRule(best->sql.substr(1), rule);
  }
  Bindings bound;
  const bool aggregate = function.entry->kind != FunctionEntry::Kind::kScalar;
  if (!aggregate && Template::Repeats(best->sql, arguments)) {
    std::vector<Value*> values;
    for (size_t i = 0; i < arguments.size(); ++i) {
      if (types[i].kind != TypeKind::kFunction) values.push_back(&arguments[i]);
    }
    bound = BindOnce(values);
  }
  Template filled(best->sql, arguments, result, match.variables);
  if (aggregate) {
    TARN_ASSIGN(filled.suffix, CallSuffix(call, scope));
    if (call.distinct) filled.distinct = "DISTINCT ";
    if (!call.order.empty()) {
      TARN_ASSIGN(const std::string order, SortSql(call.order, scope));
      filled.order = " ORDER BY " + order;
    }
    if (call.ignore_nulls) filled.order += " IGNORE NULLS";
    const bool uses_order = best->sql.find("%O") != std::string_view::npos;
    if (!filled.order.empty() && !uses_order)
      return Fault(call.text + " takes no ORDER BY and no IGNORE NULLS here", call);
    if (call.distinct && best->sql.find("%D") == std::string_view::npos)
      return Fault(call.text + " takes no DISTINCT here", call);
  }
  const std::string sql = bound.head + filled.Fill() + bound.tail;
  // The engine's functions do not always give the type of their arguments; where they do, this costs nothing.
  const bool castable =
      !AnyPart(result, [](const TrinoType& part) { return part.kind == TypeKind::kUnknown; });
  return Make(castable ? "CAST(" + sql + " AS " + result.DuckDbName() + ')' : sql, result);
}

Result<Value> Translator::Lambda(const Expression& lambda, const std::vector<TrinoType>& parameters,
                                 const Scope& scope) {
  if (lambda.words.size() != parameters.size()) {
    return Fault("the lambda takes " + std::to_string(parameters.size()) + " parameters here", lambda);
  }
  Scope inner;
  inner.outer = &scope;
  inner.select = scope.select;
  std::string names;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const std::string name = Fresh("p");
    names += (i == 0 ? "" : ", ") + name;
    Value value = Make(name, parameters[i]);
    value.simple = true;
    inner.parameters.emplace_back(lambda.words[i], std::move(value));
  }
  TARN_ASSIGN(const Value body, Translate(*lambda.arguments[0], inner));
  // In parentheses: an operator may follow the template's place for it.
  return Make("lambda " + names + ": (" + body.sql + ')', body.type);
}

Result<Value> Translator::ApplyLambda(const Expression& lambda, const std::vector<Value>& values,
                                      const Scope& scope) {
  if (lambda.kind != Expression::Kind::kLambda || lambda.words.size() != values.size()) {
    return Fault("expected a lambda of " + std::to_string(values.size()) + " parameters", lambda);
  }
  Scope inner;
  inner.outer = &scope;
  inner.select = scope.select;
  for (size_t i = 0; i < values.size(); ++i) inner.parameters.emplace_back(lambda.words[i], values[i]);
  return Translate(*lambda.arguments[0], inner);
}

Result<std::string> Translator::SortSql(const std::vector<SortItem>& items, const Scope& scope) {
  std::string sql;
  for (const auto& item : items) {
    TARN_ASSIGN(const Value key, Translate(*item.expression, scope));
    sql += (sql.empty() ? "" : ", ") + key.sql + (item.descending ? " DESC" : " ASC") +
           (item.nulls_first.value_or(false) ? " NULLS FIRST" : " NULLS LAST");
  }
  return sql;
}

Result<std::string> Translator::CallSuffix(const Expression& call, const Scope& scope) {
  std::string suffix;
  if (call.filter) {
    TARN_ASSIGN(Value filter, Translate(*call.filter, scope));
    TARN_ASSIGN(filter, Coerce(std::move(filter), MakeType(TypeKind::kBoolean), *call.filter));
    suffix = " FILTER (WHERE " + filter.sql + ')';
  }
  if (!call.window) return suffix;
  TARN_ASSIGN(const std::string over, OverSql(*call.window, scope));
  return suffix + " OVER (" + over + ')';
}

Result<std::string> Translator::OverSql(const Window& window, const Scope& scope) {
  std::string sql;
  const Window* base = nullptr;
  for (const Scope* at = &scope; !window.base.empty() && at && !base; at = at->outer) {
    if (!at->select) continue;
    for (const auto& [name, named] : at->select->windows) {
      if (name == window.base) base = &named;
    }
  }
  if (!window.base.empty() && !base) return Error(Code::kUnprocessable, "there is no window " + window.base);
  if (base) {
    if (!base->frame_unit.empty() && (!window.order.empty() || !window.frame_unit.empty())) {
      return Error(Code::kUnprocessable, "the window has a frame already: " + window.base);
    }
    TARN_ASSIGN(sql, OverSql(*base, scope));
  }
  if (!window.partition.empty()) {
    TARN_ASSIGN(const auto partition, TranslateAll(window.partition, scope));
    for (size_t i = 0; i < partition.size(); ++i) sql += (i == 0 ? "PARTITION BY " : ", ") + partition[i].sql;
  }
  if (!window.order.empty()) {
    TARN_ASSIGN(const std::string order, SortSql(window.order, scope));
    sql += " ORDER BY " + order;
  }
  if (window.frame_unit.empty()) return sql;
  const auto bound = [&](const Window::Bound& edge) -> Result<std::string> {
    if (!edge.offset) return edge.kind;
    TARN_ASSIGN(const Value offset, Translate(*edge.offset, scope));
    return offset.sql + ' ' + edge.kind;
  };
  TARN_ASSIGN(const std::string start, bound(window.start));
  TARN_ASSIGN(const std::string end, bound(window.end));
  return sql + ' ' + window.frame_unit + " BETWEEN " + start + " AND " + end;
}

}  // namespace tarn::query
