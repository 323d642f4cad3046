#include <algorithm>

#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using TypeKind = TrinoType::Kind;

TrinoType WithoutLengths(TrinoType type) {
  if (type.kind == TypeKind::kVarchar) type.precision = 0;
  for (auto& child : type.children) child = WithoutLengths(std::move(child));
  return type;
}

std::string CastAs(const std::string& sql, const TrinoType& type) {
  return "CAST(" + sql + " AS " + type.DuckDbName() + ')';
}

// Rounds the time to fewer digits of a second, half up.
std::string RoundTime(const std::string& sql, const TrinoType& from, const TrinoType& to) {
  if (from.precision <= to.precision || from.kind == TypeKind::kDate || from.kind == TypeKind::kTime)
    return sql;
  int64_t unit = 1;
  for (int digit = to.precision; digit < 6; ++digit) unit *= 10;
  return "time_bucket(to_microseconds(" + std::to_string(unit) + "), " + sql + " + to_microseconds(" +
         std::to_string(unit / 2) + "), TIMESTAMP '1970-01-01')";
}

bool IsParameter(const std::string& sql) { return sql.starts_with("CAST($"); }

bool JsonParts(const TrinoType& type) {
  return AnyPart(type, [](const TrinoType& part) {
    switch (part.kind) {
      case TypeKind::kUnknown:
      case TypeKind::kBoolean:
      case TypeKind::kTinyint:
      case TypeKind::kSmallint:
      case TypeKind::kInteger:
      case TypeKind::kBigint:
      case TypeKind::kDouble:
      case TypeKind::kVarchar:
      case TypeKind::kDate:
      case TypeKind::kArray:
        return false;
      case TypeKind::kMap:
        return part.children[0].kind != TypeKind::kVarchar;
      case TypeKind::kRow:
        return std::any_of(part.fields.begin(), part.fields.end(),
                           [](const std::string& name) { return name.empty(); });
      default:
        return true;
    }
  });
}

}  // namespace

Status Translator::Unify(std::vector<Value>& values, TrinoType& common, const Expression& at) {
  common = MakeType(TypeKind::kUnknown);
  for (const auto& value : values) {
    TrinoType next;
    if (!CommonType(common, value.type, next))
      return Fault("no type holds both " + common.Name() + " and " + value.type.Name(), at);
    common = std::move(next);
  }
  for (auto& value : values) {
    TARN_ASSIGN(value, Coerce(std::move(value), common, at));
  }
  return Ok();
}

// What happens without being asked for; the types must allow it.
Result<Value> Translator::Coerce(Value value, const TrinoType& type, const Expression& at) {
  if (value.type == type) return value;
  TrinoType common;
  if (!CommonType(value.type, type, common) ||
      (common.kind != type.kind && type.kind != TypeKind::kVarchar)) {
    return Fault("expected " + type.Name() + ", got " + value.type.Name(), at);
  }
  const bool simple = value.simple;
  const auto constant = value.constant;
  TARN_ASSIGN(std::string sql, CastSql(value, type, at));
  return Value{std::move(sql), WithoutLengths(type), type.numeric() ? constant : value.constant, simple};
}

Result<Value> Translator::Cast(const Expression& expression, const Scope& scope) {
  TARN_ASSIGN(Value value, Translate(*expression.arguments[0], scope));
  TrinoType type = expression.type;
  if (AnyPart(type, [](const TrinoType& part) {
        return part.kind == TypeKind::kVariable || part.kind == TypeKind::kFunction;
      })) {
    return Fault("not a type of the athena dialect: " + type.Name(), expression);
  }
  if (type.kind == TypeKind::kTimestampTz) {
    type.zone = value.type.kind == TypeKind::kTimestampTz ? value.type.zone : options_.session_zone;
  }
  TARN_ASSIGN(std::string sql, CastSql(value, type, expression));
  if (expression.kind == Expression::Kind::kTryCast) sql = "TRY(" + sql + ')';
  return Make(std::move(sql), WithoutLengths(std::move(type)));
}

Result<std::string> Translator::CastSql(const Value& value, const TrinoType& type, const Expression& at) {
  const TrinoType& from = value.type;
  const std::string& sql = value.sql;
  const auto fault = [&] { return Fault("cannot cast " + from.Name() + " to " + type.Name(), at); };
  if (from == type && type.kind != TypeKind::kVarchar) return sql;
  if (from.kind == TypeKind::kUnknown) {
    if (type.kind == TypeKind::kUnknown) return sql;
    if (IsParameter(sql)) return CastSql(Make(sql, MakeType(TypeKind::kVarchar)), type, at);
    return CastAs(sql, type);
  }
  if (from.kind >= TypeKind::kArray && from.kind <= TypeKind::kRow && type.kind == from.kind)
    return CastNested(value, type, at);
  switch (type.kind) {
    case TypeKind::kVarchar: {
      TARN_ASSIGN(const std::string text, CastToText(sql, from, at));
      return type.precision > 0
                 ? "left(" + text + ", " + std::to_string(std::min(type.precision, 1 << 30)) + ')'
                 : text;
    }
    case TypeKind::kChar: {
      if (!from.text()) return fault();
      const std::string length = std::to_string(std::max(1, std::min(type.precision, 65536)));
      return "rpad(left(" + sql + ", " + length + "), " + length + ", ' ')";
    }
    case TypeKind::kBoolean:
      if (from.text()) return "tarn_parse_boolean(" + sql + ')';
      if (from.kind == TypeKind::kJson) return "tarn_parse_boolean(tarn_json_scalar(" + sql + "))";
      if (from.numeric()) return CastAs(sql, type);
      return fault();
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      if (from.text()) return CastAs("tarn_parse_integer(" + sql + ')', type);
      if (from.kind == TypeKind::kJson) return CastAs("tarn_json_integer(" + sql + ')', type);
      if (from.floating()) return CastAs("round(" + sql + ')', type);
      if (from.numeric() || from.kind == TypeKind::kBoolean) return CastAs(sql, type);
      return fault();
    case TypeKind::kReal:
    case TypeKind::kDouble:
      if (from.text()) return CastAs("tarn_parse_double(" + sql + ')', type);
      if (from.kind == TypeKind::kJson)
        return CastAs("tarn_parse_double(tarn_json_scalar(" + sql + "))", type);
      if (from.numeric() || from.kind == TypeKind::kBoolean) return CastAs(sql, type);
      return fault();
    case TypeKind::kDecimal:
      if (from.text()) return CastAs("tarn_check_decimal(" + sql + ')', type);
      if (from.numeric() || from.kind == TypeKind::kBoolean) return CastAs(sql, type);
      return fault();
    case TypeKind::kVarbinary:
      return from.kind == TypeKind::kVarchar ? "encode(" + sql + ')' : Result<std::string>(fault());
    case TypeKind::kJson:
      return JsonSql(sql, from, at);
    case TypeKind::kUuid:
      return from.text() ? CastAs(sql, type) : Result<std::string>(fault());
    case TypeKind::kDate:
      if (from.text()) return "tarn_parse_date(" + sql + ')';
      if (from.kind == TypeKind::kTimestamp) return CastAs(sql, type);
      if (from.kind == TypeKind::kTimestampTz) {
        TARN_ASSIGN(const std::string local, LocalSql(value, at));
        return CastAs(local, type);
      }
      return fault();
    case TypeKind::kTime:
      if (from.kind == TypeKind::kTimestamp || from.kind == TypeKind::kTime) return CastAs(sql, type);
      return fault();
    case TypeKind::kTimestamp:
      if (from.text())
        return RoundTime("tarn_parse_timestamp(" + sql + ')', MakeType(TypeKind::kTimestamp, 6), type);
      if (from.kind == TypeKind::kDate) return CastAs(sql, type);
      if (from.kind == TypeKind::kTimestamp) return RoundTime(sql, from, type);
      if (from.kind == TypeKind::kTimestampTz) {
        TARN_ASSIGN(const std::string local, LocalSql(value, at));
        return RoundTime(local, from, type);
      }
      return fault();
    case TypeKind::kTimestampTz: {
      const std::string zone = options_.session_zone;
      if (from.kind == TypeKind::kTimestampTz)
        return from.precision > type.precision ? fault() : Result<std::string>(sql);
      if (from.kind == TypeKind::kDate) return InstantSql("CAST(" + sql + " AS TIMESTAMP)", zone);
      if (from.kind == TypeKind::kTimestamp) return InstantSql(RoundTime(sql, from, type), zone);
      return fault();
    }
    default:
      return fault();
  }
}

Result<std::string> Translator::CastToText(const std::string& sql, const TrinoType& type,
                                           const Expression& at) {
  switch (type.kind) {
    case TypeKind::kVarchar:
    case TypeKind::kChar:
      return sql;
    case TypeKind::kDouble:
      return "tarn_double_text(" + sql + ')';
    case TypeKind::kReal:
      return "tarn_real_text(" + sql + ')';
    case TypeKind::kJson:
      return "tarn_json_scalar(" + sql + ')';
    case TypeKind::kTimestamp:
      return "left(strftime(" + sql + ", '%Y-%m-%d %H:%M:%S.%f'), " +
             std::to_string(type.precision == 0 ? 19 : 20 + type.precision) + ')';
    case TypeKind::kTimestampTz: {
      TARN_ASSIGN(const std::string local, LocalSql(Make(sql, type), at));
      TARN_ASSIGN(const std::string text,
                  CastToText(local, MakeType(TypeKind::kTimestamp, type.precision), at));
      return '(' + text + " || " + duckdb::QuoteLiteral(' ' + type.zone) + ')';
    }
    case TypeKind::kTime:
      return "left(strftime(DATE '1970-01-01' + " + sql + ", '%H:%M:%S.%f'), " +
             std::to_string(type.precision == 0 ? 8 : 9 + type.precision) + ')';
    case TypeKind::kBoolean:
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
    case TypeKind::kDecimal:
    case TypeKind::kUuid:
    case TypeKind::kDate:
      return "CAST(" + sql + " AS VARCHAR)";
    default:
      return Fault("cannot cast " + type.Name() + " to varchar", at);
  }
}

// Elements are cast one by one where DuckDB's own cast would not do the same.
Result<std::string> Translator::CastNested(const Value& value, const TrinoType& type, const Expression& at) {
  const TrinoType& from = value.type;
  if (type.children.size() != from.children.size())
    return Fault("cannot cast " + from.Name() + " to " + type.Name(), at);
  std::vector<std::string> parts;
  const std::string variable = Fresh("e");
  bool changed = false;
  for (size_t i = 0; i < from.children.size(); ++i) {
    std::string part = variable;
    if (type.kind == TypeKind::kRow)
      part = "struct_extract(" + variable + ", " + duckdb::QuoteLiteral(from.StorageField(i)) + ')';
    TARN_ASSIGN(const std::string cast, CastSql(Make(part, from.children[i]), type.children[i], at));
    changed |= cast != part || (type.kind == TypeKind::kRow && from.StorageField(i) != type.StorageField(i));
    parts.push_back(cast);
  }
  if (!changed) return value.sql;
  if (type.kind == TypeKind::kArray) {
    if (from.element().kind == TypeKind::kUnknown) return CastAs(value.sql, type);
    return CastAs("list_transform(" + value.sql + ", lambda " + variable + ": " + parts[0] + ')', type);
  }
  if (type.kind == TypeKind::kMap) {
    if (from.children[0].kind == TypeKind::kUnknown) return CastAs(value.sql, type);
    Value map = value;
    const Bindings bound = BindOnce({&map});
    const auto list = [&](const char* side, const std::string& part, const TrinoType& element) {
      return CastAs(std::string("list_transform(map_") + side + '(' + map.sql + "), lambda " + variable +
                        ": " + part + ')',
                    ArrayOf(element));
    };
    return bound.head + "CASE WHEN " + map.sql + " IS NULL THEN NULL ELSE map(" +
           list("keys", parts[0], type.children[0]) + ", " + list("values", parts[1], type.children[1]) +
           ") END" + bound.tail;
  }
  std::string pack;
  for (size_t i = 0; i < parts.size(); ++i)
    pack += (i == 0 ? "" : ", ") + duckdb::QuoteIdentifier(type.StorageField(i)) + " := " + parts[i];
  return "list_extract(list_transform([" + value.sql + "], lambda " + variable + ": CASE WHEN " + variable +
         " IS NULL THEN NULL ELSE struct_pack(" + pack + ") END), 1)";
}

Result<std::string> Translator::JsonSql(const std::string& sql, const TrinoType& type, const Expression& at) {
  if (type.kind == TypeKind::kJson) return sql;
  if (type.kind == TypeKind::kVarchar) return "CAST(to_json(" + sql + ") AS VARCHAR)";
  if (JsonParts(type)) return Fault("cannot cast " + type.Name() + " to json", at);
  return "tarn_json_parse(CAST(to_json(" + sql + ") AS VARCHAR))";
}

}  // namespace tarn::query
