#include <algorithm>

#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using TypeKind = TrinoType::Kind;

TrinoType Decimal(int precision, int scale) {
  return MakeType(TypeKind::kDecimal, std::clamp(precision, 1, 38), scale);
}

std::string As(const std::string& sql, const TrinoType& type) {
  return "CAST(" + sql + " AS " + type.DuckDbName() + ')';
}

std::string Text(const Value& value) { return "CAST(" + value.sql + " AS VARCHAR)"; }

}  // namespace

Result<Value> Translator::CallRule(std::string_view rule, RuleCall& call) {
  using Method = Result<Value> (Translator::*)(std::string_view, RuleCall&);
  static const std::map<std::string_view, Method> kRules = [] {
    std::map<std::string_view, Method> rules;
    const auto add = [&](Method method, std::initializer_list<std::string_view> names) {
      for (const auto name : names) rules[name] = method;
    };
    add(&Translator::RoundRule, {"round", "truncate", "ceiling", "floor", "mod", "avg", "sum"});
    add(&Translator::ExtremeRule, {"greatest", "least", "array_max", "array_min"});
    add(&Translator::ArrayRule, {"element_at", "contains", "reduce"});
    add(&Translator::SetRule, {"distinct_union", "distinct_except", "distinct_intersect", "array_distinct",
                               "overlap", "sequence", "histogram", "position", "remove"});
    add(&Translator::MapRule, {"zip_with", "map_filter", "multimap", "transform_keys", "transform_values"});
    add(&Translator::AggregateRule, {"max", "max_n", "max_by", "min_by", "multimap_agg", "reduce_agg"});
    add(&Translator::TimeRule,
        {"at_timezone", "with_timezone", "timezone", "from_unixtime", "to_iso8601", "date_format",
         "format_datetime", "parse_datetime", "from_iso8601_timestamp", "local_date", "now", "localtimestamp",
         "current_date", "current_timezone", "date_trunc", "date_diff", "date_add", "to_unixtime"});
    add(&Translator::TextRule, {"format", "regexp_lambda", "try", "typeof", "if", "coalesce", "nullif"});
    return rules;
  }();
  const auto found = kRules.find(rule);
  if (found != kRules.end()) return (this->*found->second)(rule, call);
  return FieldRule(rule, call);
}

// https://trino.io/docs/current/functions/math.html; the types of decimal results as in Trino's
// MathFunctions.
Result<Value> Translator::RoundRule(std::string_view rule, RuleCall& call) {
  Value& value = call.arguments[0];
  const TrinoType type = value.type;
  if (rule == "mod" && !call.arguments[0].type.numeric() && !call.arguments[1].type.numeric())
    return Fault("mod takes numbers", call.call);
  if (rule == "mod") return Arithmetic(call.call, "%", call.arguments[0], call.arguments[1]);
  if (rule == "avg" || rule == "sum") {
    TARN_ASSIGN(const std::string suffix, CallSuffix(call.call, call.scope));
    const std::string distinct = call.call.distinct ? "DISTINCT " : "";
    const std::string sum = "sum(" + distinct + value.sql + ")" + suffix;
    if (rule == "sum") return Make(As(sum, Decimal(38, type.scale)), Decimal(38, type.scale));
    // DuckDB's avg goes through DOUBLE; Trino's rounds half up at the scale.
    const std::string count = "count(" + distinct + value.sql + ")" + suffix;
    return Make(As("tarn_decimal_divide(CAST(" + sum + " AS VARCHAR), CAST(nullif(" + count +
                       ", 0) AS VARCHAR), " + std::to_string(type.scale) + ')',
                   type),
                type);
  }
  const bool digits = call.arguments.size() > 1;
  if (type.kind == TypeKind::kUnknown) return Make(As("NULL", Decimal(1, 0)), Decimal(1, 0));
  if (type.integral()) {
    if (!digits || rule != "round") return value;
    return Make(As("tarn_round_integer(" + As(value.sql, MakeType(TypeKind::kBigint)) + ", " +
                       As(call.arguments[1].sql, MakeType(TypeKind::kBigint)) + ')',
                   type),
                type);
  }
  if (type.floating()) {
    const std::string wide = As(value.sql, MakeType(TypeKind::kDouble));
    if (digits) {
      const std::string function = rule == "round" ? "tarn_round_double(" : "tarn_truncate_double(";
      return Make(
          As(function + wide + ", " + As(call.arguments[1].sql, MakeType(TypeKind::kBigint)) + ')', type),
          type);
    }
    const char* native = rule == "round"     ? "round("
                         : rule == "floor"   ? "floor("
                         : rule == "ceiling" ? "ceil("
                                             : "trunc(";
    return Make(As(native + value.sql + ')', type), type);
  }
  const int whole = type.precision - type.scale;
  if (digits) {
    const TrinoType result = rule == "round" ? Decimal(type.precision + 1, type.scale) : type;
    return Make(As("tarn_decimal_" + std::string(rule) + '(' + Text(value) + ", " +
                       As(call.arguments[1].sql, MakeType(TypeKind::kBigint)) + ')',
                   result),
                result);
  }
  if (rule == "truncate") {
    const TrinoType result = Decimal(std::max(1, whole), 0);
    return Make(As("tarn_decimal_truncate(" + Text(value) + ", CAST(0 AS BIGINT))", result), result);
  }
  const TrinoType result = Decimal(whole + std::min(1, type.scale), 0);
  if (rule == "round")
    return Make(As("tarn_decimal_round(" + Text(value) + ", CAST(0 AS BIGINT))", result), result);
  return Make(As((rule == "floor" ? "floor(" : "ceil(") + value.sql + ')', result), result);
}

// An expression whose order is Trino's for the largest value: NaN and NULL in arrays and rows come first.
std::string Translator::SortKeySql(const std::string& sql, const TrinoType& type) {
  if (type.floating())
    return "CASE WHEN isnan(" + sql + ") THEN CAST('-Infinity' AS DOUBLE) ELSE CAST(" + sql +
           " AS DOUBLE) END";
  if (type.kind == TypeKind::kArray) {
    const std::string element = Fresh("k");
    return "list_transform(" + sql + ", lambda " + element + ": struct_pack(n := " + element +
           " IS NOT NULL, v := " + SortKeySql(element, type.element()) + "))";
  }
  if (type.kind != TypeKind::kRow) return sql;
  std::string key = "struct_pack(";
  for (size_t i = 0; i < type.children.size(); ++i) {
    const std::string field =
        "struct_extract(" + sql + ", " + duckdb::QuoteLiteral(type.StorageField(i)) + ')';
    const std::string number = std::to_string(i);
    key += (i == 0 ? "n" : ", n") + number + " := " + field + " IS NOT NULL, v" + number +
           " := " + SortKeySql(field, type.children[i]);
  }
  return key + ')';
}

Result<Value> Translator::ExtremeRule(std::string_view rule, RuleCall& call) {
  const bool largest = rule == "greatest" || rule == "array_max";
  const bool array = rule.starts_with("array");
  TrinoType type = array ? (call.arguments[0].type.kind == TypeKind::kArray ? call.arguments[0].type.element()
                                                                            : MakeType(TypeKind::kUnknown))
                         : call.result;
  if (AnyPart(type, [](const TrinoType& part) {
        return part.kind == TypeKind::kMap || part.kind == TypeKind::kJson || part.kind == TypeKind::kChar;
      })) {
    return Fault("the values of this type have no order: " + type.Name(), call.call);
  }
  if (type.kind == TypeKind::kUnknown) return Make("NULL", type);
  std::string list, null;
  Bindings bound;
  if (array) {
    bound = BindOnce({&call.arguments[0]});
    list = call.arguments[0].sql;
    null = "len(" + list + ") = 0 OR len(list_filter(" + list + ", lambda n: n IS NULL)) > 0";
  } else {
    std::vector<Value*> values;
    for (auto& argument : call.arguments) values.push_back(&argument);
    bound = BindOnce(values);
    for (const auto& argument : call.arguments) {
      list += (list.empty() ? "[" : ", ") + argument.sql;
      null += (null.empty() ? "" : " OR ") + argument.sql + " IS NULL";
    }
    list += ']';
  }
  std::string sql;
  const bool plain = !HasFloating(type) && type.kind < TypeKind::kArray;
  if (!largest || plain) {
    sql = array ? (largest ? "list_max(" : "list_min(") + list + ')'
                : std::string(rule) + '(' + list.substr(1, list.size() - 2) + ')';
  } else {
    const std::string element = Fresh("g");
    sql = "struct_extract(list_extract(list_reverse_sort(list_transform(" + list + ", lambda " + element +
          ": struct_pack(k := " + SortKeySql(element, type) + ", v := " + element + "))), 1), 'v')";
  }
  return Make(bound.head + "CASE WHEN " + null + " THEN NULL ELSE " + sql + " END" + bound.tail, type);
}

}  // namespace tarn::query
