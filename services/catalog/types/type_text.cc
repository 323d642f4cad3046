#include "services/catalog/types/type_text.h"

#include <algorithm>
#include <array>

#include "common/text/lower_case.h"
#include "services/catalog/types/member_name.h"
#include "services/catalog/types/scalar_names.h"

namespace tarn::catalog {
namespace {

std::string Quote(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c == quote) quoted += quote;
    quoted += c;
  }
  return quoted += quote;
}

std::string Decimal(const DataType& type, const char* name) {
  return name + ("(" + std::to_string(type.width)) + "," + std::to_string(type.scale) + ")";
}

// "keyword('a', 'b')"
std::string Literals(const char* keyword, const std::vector<std::string>& values) {
  std::string text = std::string(keyword) + '(';
  for (size_t i = 0; i < values.size(); ++i) text += (i > 0 ? ", " : "") + Quote(values[i], '\'');
  return text += ')';
}

// "a BIGINT, b VARCHAR" with the given ways of writing names and types.
template <class Name, class Type>
std::string Members(const DataType& type, const char* between, const char* separator, Name name, Type text) {
  std::string members;
  for (size_t i = 0; i < type.children.size(); ++i) {
    if (i > 0) members += separator;
    members += name(type.names[i]) + between + text(type.children[i]);
  }
  return members;
}

std::string NestedDuckDbType(const DataType& type) {
  return type.kind == TypeKind::kNull ? "\"NULL\"" : DuckDbType(type);
}

// Hive's own rule for names without back quotes.
std::string HiveName(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), plain) ? name : Quote(name, '`');
}

// The reserved words of Trino's grammar, sorted.
constexpr auto kTrinoReserved = std::to_array<std::string_view>({"alter",
                                                                 "and",
                                                                 "as",
                                                                 "auto",
                                                                 "between",
                                                                 "by",
                                                                 "case",
                                                                 "cast",
                                                                 "constraint",
                                                                 "create",
                                                                 "cross",
                                                                 "cube",
                                                                 "current_catalog",
                                                                 "current_date",
                                                                 "current_path",
                                                                 "current_role",
                                                                 "current_schema",
                                                                 "current_time",
                                                                 "current_timestamp",
                                                                 "current_user",
                                                                 "deallocate",
                                                                 "delete",
                                                                 "describe",
                                                                 "distinct",
                                                                 "drop",
                                                                 "else",
                                                                 "end",
                                                                 "escape",
                                                                 "except",
                                                                 "exists",
                                                                 "extract",
                                                                 "false",
                                                                 "for",
                                                                 "from",
                                                                 "full",
                                                                 "group",
                                                                 "grouping",
                                                                 "having",
                                                                 "in",
                                                                 "inner",
                                                                 "insert",
                                                                 "intersect",
                                                                 "into",
                                                                 "is",
                                                                 "join",
                                                                 "json_array",
                                                                 "json_exists",
                                                                 "json_object",
                                                                 "json_query",
                                                                 "json_table",
                                                                 "json_value",
                                                                 "left",
                                                                 "like",
                                                                 "listagg",
                                                                 "localtime",
                                                                 "localtimestamp",
                                                                 "natural",
                                                                 "normalize",
                                                                 "not",
                                                                 "null",
                                                                 "on",
                                                                 "or",
                                                                 "order",
                                                                 "outer",
                                                                 "prepare",
                                                                 "recursive",
                                                                 "right",
                                                                 "rollup",
                                                                 "select",
                                                                 "skip",
                                                                 "table",
                                                                 "then",
                                                                 "trim",
                                                                 "true",
                                                                 "uescape",
                                                                 "union",
                                                                 "unnest",
                                                                 "using",
                                                                 "values",
                                                                 "when",
                                                                 "where",
                                                                 "with"});

std::string TrinoName(const std::string& name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  const bool starts_well = !name.empty() && !(name[0] >= '0' && name[0] <= '9');
  const bool reserved = std::binary_search(kTrinoReserved.begin(), kTrinoReserved.end(), name);
  return starts_well && !reserved && std::all_of(name.begin(), name.end(), plain) ? name : Quote(name, '"');
}

}  // namespace

std::string DuckDbType(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kDecimal:
      return Decimal(type, "DECIMAL");
    case TypeKind::kGeometry:
      return type.names.empty() ? "GEOMETRY" : Literals("GEOMETRY", type.names);
    case TypeKind::kEnum:
      return Literals("ENUM", type.names);
    case TypeKind::kList:
      return NestedDuckDbType(type.children[0]) + "[]";
    case TypeKind::kArray:
      return NestedDuckDbType(type.children[0]) + '[' + std::to_string(type.length) + ']';
    case TypeKind::kMap:
      return "MAP(" + NestedDuckDbType(type.children[0]) + ", " + NestedDuckDbType(type.children[1]) + ')';
    case TypeKind::kStruct:
    case TypeKind::kUnion:
      return (type.kind == TypeKind::kStruct ? "STRUCT(" : "UNION(") +
             Members(type, " ", ", ", MemberName, NestedDuckDbType) + ')';
    default:
      return std::string(NamesOf(type.kind).duckdb);
  }
}

std::string HiveType(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kDecimal:
      return Decimal(type, "decimal");
    case TypeKind::kList:
    case TypeKind::kArray:
      return "array<" + HiveType(type.children[0]) + '>';
    case TypeKind::kMap:
      return "map<" + HiveType(type.children[0]) + ',' + HiveType(type.children[1]) + '>';
    case TypeKind::kStruct:
      return "struct<" + Members(type, ":", ",", HiveName, HiveType) + '>';
    default:
      return std::string(NamesOf(type.kind).hive);
  }
}

std::string TrinoType(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kDecimal:
      return Decimal(type, "decimal");
    case TypeKind::kList:
    case TypeKind::kArray:
      return "array(" + TrinoType(type.children[0]) + ')';
    case TypeKind::kMap:
      return "map(" + TrinoType(type.children[0]) + ", " + TrinoType(type.children[1]) + ')';
    case TypeKind::kStruct:
      return "row(" + Members(type, " ", ", ", TrinoName, TrinoType) + ')';
    default:
      return std::string(NamesOf(type.kind).trino);
  }
}

}  // namespace tarn::catalog
