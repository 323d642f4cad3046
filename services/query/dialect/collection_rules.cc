#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using TypeKind = TrinoType::Kind;

std::string As(const std::string& sql, const TrinoType& type) {
  if (AnyPart(type, [](const TrinoType& part) { return part.kind == TypeKind::kUnknown; })) return sql;
  return "CAST(" + sql + " AS " + type.DuckDbName() + ')';
}

// The first of each of a list's values, NULL among them: list_position() finds NULL too.
std::string Distinct(const std::string& list, const std::string& condition = "") {
  return "list_filter(" + list + ", lambda x, i: list_position(" + list + ", x) = i" + condition + ')';
}

std::string AnyNull(const std::string& a, const std::string& b) {
  return a + " IS NULL OR " + b + " IS NULL";
}

}  // namespace

Result<Value> Translator::SetRule(std::string_view rule, RuleCall& call) {
  auto& arguments = call.arguments;
  for (const auto& argument : arguments) {
    if (argument.type.kind == TypeKind::kUnknown) return Make("NULL", call.result);
  }
  Bindings bound =
      arguments.size() == 2 ? BindOnce({&arguments[0], &arguments[1]}) : BindOnce({&arguments[0]});
  const std::string a = arguments[0].sql, b = arguments.back().sql;
  const auto guarded = [&](const std::string& sql) {
    return Make(bound.head + "CASE WHEN " + AnyNull(a, b) + " THEN NULL ELSE " + As(sql, call.result) +
                    " END" + bound.tail,
                call.result);
  };
  if (rule == "array_distinct") return guarded(Distinct(a));
  if (rule == "distinct_union") {
    const std::string both = Fresh("v");
    return guarded("list_extract(list_transform([list_concat(" + a + ", " + b + ")], lambda " + both + ": " +
                   Distinct(both) + "), 1)");
  }
  if (rule == "distinct_except") return guarded(Distinct(a, " AND list_position(" + b + ", x) IS NULL"));
  // Trino walks through the longer one.
  if (rule == "distinct_intersect") {
    return guarded("CASE WHEN len(" + a + ") < len(" + b + ") THEN " +
                   Distinct(b, " AND list_position(" + a + ", x) IS NOT NULL") + " ELSE " +
                   Distinct(a, " AND list_position(" + b + ", x) IS NOT NULL") + " END");
  }
  if (rule == "overlap") {
    const std::string null =
        "list_position(" + a + ", NULL) IS NOT NULL OR list_position(" + b + ", NULL) IS NOT NULL";
    return guarded("CASE WHEN len(list_filter(" + a + ", lambda x: x IS NOT NULL AND list_position(" + b +
                   ", x) IS NOT NULL)) > 0 THEN true WHEN " + null + " THEN NULL ELSE false END");
  }
  if (rule == "sequence") {
    return guarded("len(list_filter(range(1, len(" + a + ") - len(" + b + ") + 2), lambda i: list_slice(" +
                   a + ", i, i + len(" + b + ") - 1) IS NOT DISTINCT FROM " + b + ")) > 0");
  }
  if (rule == "histogram") {
    return Make(bound.head + "CASE WHEN " + a + " IS NULL THEN NULL ELSE " +
                    As("map_from_entries(list_transform(" + Distinct(a, " AND x IS NOT NULL") +
                           ", lambda k: struct_pack(k := k, v := CAST(len(list_filter(" + a +
                           ", lambda y: y IS NOT DISTINCT FROM k)) AS BIGINT))))",
                       call.result) +
                    " END" + bound.tail,
                call.result);
  }
  if (rule == "position")
    return Make(bound.head + "CASE WHEN " + AnyNull(a, b) + " THEN NULL ELSE CAST(coalesce(list_position(" +
                    a + ", " + b + "), 0) AS BIGINT) END" + bound.tail,
                call.result);
  // remove
  return guarded("list_filter(" + a + ", lambda x: x IS NULL OR x <> " + b + ')');
}

Result<Value> Translator::MapRule(std::string_view rule, RuleCall& call) {
  auto& arguments = call.arguments;
  const TrinoType boolean = MakeType(TypeKind::kBoolean);
  if (arguments[0].type.kind == TypeKind::kUnknown) return Make("NULL", call.result);
  if (rule == "zip_with") {
    if (arguments[1].type.kind == TypeKind::kUnknown) return Make("NULL", call.result);
    const Bindings bound = BindOnce({&arguments[0], &arguments[1]});
    const std::string index = Fresh("i");
    const auto element = [&](const Value& list) {
      Value value = Make("list_extract(" + list.sql + ", " + index + ')', list.type.element());
      value.simple = true;
      return value;
    };
    TARN_ASSIGN(const Value body, ApplyLambda(*call.call.arguments[2],
                                              {element(arguments[0]), element(arguments[1])}, call.scope));
    const TrinoType type = ArrayOf(body.type);
    return Make(bound.head + "CASE WHEN " + AnyNull(arguments[0].sql, arguments[1].sql) + " THEN NULL ELSE " +
                    As("list_transform(range(1, greatest(len(" + arguments[0].sql + "), len(" +
                           arguments[1].sql + ")) + 1), lambda " + index + ": " + body.sql + ')',
                       type) +
                    " END" + bound.tail,
                type);
  }
  const std::string each = Fresh("e");
  if (rule == "multimap") {
    const Bindings bound = BindOnce({&arguments[0]});
    return MultimapSql(arguments[0], bound, call.result);
  }
  const Bindings bound = BindOnce({&arguments[0]});
  const TrinoType& map = arguments[0].type;
  Value key = Make("struct_extract(" + each + ", 'key')", map.children[0]),
        value = Make("struct_extract(" + each + ", 'value')", map.children[1]);
  key.simple = value.simple = true;
  TARN_ASSIGN(Value body, ApplyLambda(*call.call.arguments[1], {key, value}, call.scope));
  const std::string entries = "map_entries(" + arguments[0].sql + ')';
  std::string list;
  TrinoType type = map;
  if (rule == "map_filter") {
    TARN_ASSIGN(body, Coerce(std::move(body), boolean, call.call));
    list = "list_filter(" + entries + ", lambda " + each + ": " + body.sql + ')';
  } else {
    type = rule == "transform_keys" ? MapOf(body.type, map.children[1]) : MapOf(map.children[0], body.type);
    const std::string pack = rule == "transform_keys" ? "k := " + body.sql + ", v := " + value.sql
                                                      : "k := " + key.sql + ", v := " + body.sql;
    list = "list_transform(" + entries + ", lambda " + each + ": struct_pack(" + pack + "))";
  }
  return Make(bound.head + "CASE WHEN " + arguments[0].sql + " IS NULL THEN NULL ELSE " +
                  As("map_from_entries(" + list + ')', type) + " END" + bound.tail,
              type);
}

// A map of all values of each key, from a list of rows (key, value).
Result<Value> Translator::MultimapSql(const Value& rows, const Bindings& bound, const TrinoType& type) {
  const TrinoType& row = rows.type.element();
  const auto part = [&](const char* name, size_t index) {
    return std::string("struct_extract(") + name + ", " +
           duckdb::QuoteLiteral(row.kind == TypeKind::kRow ? row.StorageField(index) : "key") + ')';
  };
  if (row.kind != TypeKind::kRow) return Make("MAP {}", type);
  const std::string keys = "list_transform(" + rows.sql + ", lambda a: " + part("a", 0) + ')';
  const std::string values = "list_transform(list_filter(" + rows.sql + ", lambda b: " + part("b", 0) +
                             " IS NOT DISTINCT FROM k), lambda c: " + part("c", 1) + ')';
  const std::string variable = Fresh("q");
  return Make(bound.head + "CASE WHEN " + rows.sql + " IS NULL THEN NULL ELSE " +
                  As("map_from_entries(list_extract(list_transform([" + keys + "], lambda " + variable +
                         ": list_transform(" + Distinct(variable, " AND x IS NOT NULL") +
                         ", lambda k: struct_pack(k := k, v := " + values + "))), 1))",
                     type) +
                  " END" + bound.tail,
              type);
}

Result<Value> Translator::AggregateRule(std::string_view rule, RuleCall& call) {
  auto& arguments = call.arguments;
  TARN_ASSIGN(const std::string suffix, CallSuffix(call.call, call.scope));
  if (call.call.distinct && rule != "max")
    return Fault(call.call.text + " takes no DISTINCT here", call.call);
  std::string order;
  if (!call.call.order.empty()) {
    TARN_ASSIGN(order, SortSql(call.call.order, call.scope));
    order = " ORDER BY " + order;
  }
  if (rule == "reduce_agg" || rule == "multimap_agg") {
    const bool reduces = rule == "reduce_agg";
    const std::string element =
        reduces ? arguments[0].sql
                : "struct_pack(field0 := " + arguments[0].sql + ", field1 := " + arguments[1].sql + ')';
    const std::string list = "list(" + element + order + ')' + suffix;
    if (!reduces) {
      Value rows = Make(list, ArrayOf(RowOf({arguments[0].type, arguments[1].type})));
      const Bindings bound = BindOnce({&rows});
      return MultimapSql(rows, bound, call.result);
    }
    arguments[0] = Make("list_filter(" + list + ", lambda n: n IS NOT NULL)", ArrayOf(arguments[0].type));
    return ArrayRule("reduce_agg", call);
  }
  if (!order.empty()) return Fault(call.call.text + " takes no ORDER BY", call.call);
  const std::string name = call.call.text;
  if (rule == "max") {
    const TrinoType& type = arguments[0].type;
    if (type.kind >= TypeKind::kArray && HasFloating(type))
      return Fault("max of arrays and rows of floating-point numbers is not supported", call.call);
    if (!type.floating()) return Make("max(" + arguments[0].sql + ')' + suffix, type);
    // Trino's largest value is NaN only if there is nothing else.
    return Make("coalesce(max(CASE WHEN isnan(" + arguments[0].sql + ") THEN NULL ELSE " + arguments[0].sql +
                    " END)" + suffix + ", max(" + arguments[0].sql + ')' + suffix + ')',
                type);
  }
  if (HasFloating(arguments[rule == "max_n" ? 0 : 1].type) && rule != "min_by") {
    return Fault(name + " by floating-point numbers is not supported; cast them to decimal", call.call);
  }
  std::string list;
  for (const auto& argument : arguments) list += (list.empty() ? "" : ", ") + argument.sql;
  const bool several = arguments.size() == 3;
  const std::string function = rule == "max_n"    ? "max("
                               : rule == "max_by" ? (several ? "arg_max(" : "arg_max_null(")
                                                  : "arg_min(";
  return Make(function + list + ')' + suffix, call.result);
}

}  // namespace tarn::query
