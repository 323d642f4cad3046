#include "services/catalog/types/scalar_names.h"

#include <algorithm>
#include <array>

namespace tarn::catalog {
namespace {

// In the order of TypeKind. Hive and Trino have no unsigned integers: the next wider type holds them. What
// they lack altogether is text, as DuckDB writes it. HUGEINT and UHUGEINT reach beyond the 38 digits of a
// decimal.
constexpr auto kNames = std::to_array<ScalarNames>({
    {TypeKind::kNull, "NULL", "string", "varchar"},
    {TypeKind::kBoolean, "BOOLEAN", "boolean", "boolean"},
    {TypeKind::kTinyint, "TINYINT", "tinyint", "tinyint"},
    {TypeKind::kSmallint, "SMALLINT", "smallint", "smallint"},
    {TypeKind::kInteger, "INTEGER", "int", "integer"},
    {TypeKind::kBigint, "BIGINT", "bigint", "bigint"},
    {TypeKind::kHugeint, "HUGEINT", "decimal(38,0)", "decimal(38,0)"},
    {TypeKind::kUtinyint, "UTINYINT", "smallint", "smallint"},
    {TypeKind::kUsmallint, "USMALLINT", "int", "integer"},
    {TypeKind::kUinteger, "UINTEGER", "bigint", "bigint"},
    {TypeKind::kUbigint, "UBIGINT", "decimal(20,0)", "decimal(20,0)"},
    {TypeKind::kUhugeint, "UHUGEINT", "decimal(38,0)", "decimal(38,0)"},
    {TypeKind::kBignum, "BIGNUM", "string", "varchar"},
    {TypeKind::kFloat, "FLOAT", "float", "real"},
    {TypeKind::kDouble, "DOUBLE", "double", "double"},
    {TypeKind::kDecimal, "", "", ""},
    {TypeKind::kVarchar, "VARCHAR", "string", "varchar"},
    {TypeKind::kBlob, "BLOB", "binary", "varbinary"},
    {TypeKind::kBit, "BIT", "string", "varchar"},
    {TypeKind::kDate, "DATE", "date", "date"},
    {TypeKind::kTime, "TIME", "string", "time(6)"},
    {TypeKind::kTimeNs, "TIME_NS", "string", "time(9)"},
    {TypeKind::kTimeTz, "TIME WITH TIME ZONE", "string", "time(6) with time zone"},
    {TypeKind::kTimestampS, "TIMESTAMP_S", "timestamp", "timestamp(0)"},
    {TypeKind::kTimestampMs, "TIMESTAMP_MS", "timestamp", "timestamp(3)"},
    {TypeKind::kTimestamp, "TIMESTAMP", "timestamp", "timestamp(6)"},
    {TypeKind::kTimestampNs, "TIMESTAMP_NS", "timestamp", "timestamp(9)"},
    {TypeKind::kTimestampTz, "TIMESTAMP WITH TIME ZONE", "timestamp", "timestamp(6) with time zone"},
    {TypeKind::kInterval, "INTERVAL", "string", "varchar"},
    {TypeKind::kUuid, "UUID", "string", "uuid"},
    {TypeKind::kJson, "JSON", "string", "json"},
    {TypeKind::kVariant, "VARIANT", "string", "json"},
    {TypeKind::kGeometry, "GEOMETRY", "binary", "varbinary"},
    {TypeKind::kEnum, "", "string", "varchar"},
    {TypeKind::kList, "", "", ""},
    {TypeKind::kArray, "", "", ""},
    {TypeKind::kStruct, "", "", ""},
    {TypeKind::kUnion, "", "string", "varchar"},
    {TypeKind::kMap, "", "", ""},
});

struct Alias {
  std::string_view name;
  TypeKind kind;
};

// duckdb_types(), sorted by name.
constexpr auto kAliases = std::to_array<Alias>({
    {"BINARY", TypeKind::kBlob},
    {"BITSTRING", TypeKind::kBit},
    {"BOOL", TypeKind::kBoolean},
    {"BPCHAR", TypeKind::kVarchar},
    {"BYTEA", TypeKind::kBlob},
    {"CHAR", TypeKind::kVarchar},
    {"CHARACTER VARYING", TypeKind::kVarchar},
    {"DATETIME", TypeKind::kTimestamp},
    {"DOUBLE PRECISION", TypeKind::kDouble},
    {"FLOAT4", TypeKind::kFloat},
    {"FLOAT8", TypeKind::kDouble},
    {"GUID", TypeKind::kUuid},
    {"INT", TypeKind::kInteger},
    {"INT1", TypeKind::kTinyint},
    {"INT128", TypeKind::kHugeint},
    {"INT16", TypeKind::kSmallint},
    {"INT2", TypeKind::kSmallint},
    {"INT32", TypeKind::kInteger},
    {"INT4", TypeKind::kInteger},
    {"INT64", TypeKind::kBigint},
    {"INT8", TypeKind::kBigint},
    {"INTEGRAL", TypeKind::kInteger},
    {"LOGICAL", TypeKind::kBoolean},
    {"LONG", TypeKind::kBigint},
    {"NVARCHAR", TypeKind::kVarchar},
    {"OID", TypeKind::kBigint},
    {"REAL", TypeKind::kFloat},
    {"SHORT", TypeKind::kSmallint},
    {"SIGNED", TypeKind::kInteger},
    {"STRING", TypeKind::kVarchar},
    {"TEXT", TypeKind::kVarchar},
    {"TIMESTAMPTZ", TypeKind::kTimestampTz},
    {"TIMESTAMP_US", TypeKind::kTimestamp},
    {"TIMETZ", TypeKind::kTimeTz},
    {"UINT128", TypeKind::kUhugeint},
    {"UINT16", TypeKind::kUsmallint},
    {"UINT32", TypeKind::kUinteger},
    {"UINT64", TypeKind::kUbigint},
    {"UINT8", TypeKind::kUtinyint},
    {"VARBINARY", TypeKind::kBlob},
    {"VARINT", TypeKind::kBignum},
});

}  // namespace

const ScalarNames& NamesOf(TypeKind kind) { return kNames[static_cast<size_t>(kind)]; }

std::optional<TypeKind> FindScalar(std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (const ScalarNames& names : kNames) {
    if (names.duckdb == name) return names.kind;
  }
  const auto found = std::lower_bound(kAliases.begin(), kAliases.end(), name,
                                      [](const Alias& alias, std::string_view n) { return alias.name < n; });
  if (found == kAliases.end() || found->name != name) return std::nullopt;
  return found->kind;
}

}  // namespace tarn::catalog
