#include "services/query/functions/trino_type.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/duckdb/engine.h"

namespace tarn::query {
namespace {

using Kind = TrinoType::Kind;

struct KindName {
  Kind kind;
  std::string_view trino, duckdb;
};

constexpr auto kNames = std::to_array<KindName>({
    {Kind::kUnknown, "unknown", "\"NULL\""},
    {Kind::kBoolean, "boolean", "BOOLEAN"},
    {Kind::kTinyint, "tinyint", "TINYINT"},
    {Kind::kSmallint, "smallint", "SMALLINT"},
    {Kind::kInteger, "integer", "INTEGER"},
    {Kind::kBigint, "bigint", "BIGINT"},
    {Kind::kReal, "real", "FLOAT"},
    {Kind::kDouble, "double", "DOUBLE"},
    {Kind::kVarchar, "varchar", "VARCHAR"},
    {Kind::kChar, "char", "VARCHAR"},
    {Kind::kVarbinary, "varbinary", "BLOB"},
    {Kind::kJson, "json", "VARCHAR"},
    {Kind::kUuid, "uuid", "UUID"},
    {Kind::kDate, "date", "DATE"},
    {Kind::kTime, "time", "TIME"},
    {Kind::kTimestamp, "timestamp", "TIMESTAMP"},
    {Kind::kTimestampTz, "timestamp with time zone", "TIMESTAMPTZ"},
    {Kind::kIntervalMonths, "interval year to month", "INTERVAL"},
    {Kind::kIntervalTime, "interval day to second", "INTERVAL"},
});

const KindName* Find(Kind kind) {
  const auto found =
      std::find_if(kNames.begin(), kNames.end(), [&](const KindName& name) { return name.kind == kind; });
  return found == kNames.end() ? nullptr : &*found;
}

std::string List(const std::vector<TrinoType>& types) {
  std::string list;
  for (const auto& type : types) list += (list.empty() ? "" : ", ") + type.Name();
  return list;
}

std::string RowFields(const TrinoType& type) {
  std::string fields;
  for (size_t i = 0; i < type.children.size(); ++i) {
    fields += i == 0 ? "" : ", ";
    if (!type.fields[i].empty()) fields += type.fields[i] + ' ';
    fields += type.children[i].Name();
  }
  return fields;
}

}  // namespace

TrinoType MakeType(Kind kind, int precision, int scale) {
  TrinoType type;
  type.kind = kind;
  type.precision = precision;
  type.scale = scale;
  return type;
}

TrinoType ArrayOf(TrinoType element) {
  TrinoType type = MakeType(Kind::kArray);
  type.children.push_back(std::move(element));
  return type;
}

TrinoType MapOf(TrinoType key, TrinoType value) {
  TrinoType type = MakeType(Kind::kMap);
  type.children.push_back(std::move(key));
  type.children.push_back(std::move(value));
  return type;
}

TrinoType RowOf(std::vector<TrinoType> fields, std::vector<std::string> names) {
  TrinoType type = MakeType(Kind::kRow);
  names.resize(fields.size());
  type.children = std::move(fields);
  type.fields = std::move(names);
  return type;
}

TrinoType TimestampTz(int precision, std::string zone) {
  TrinoType type = MakeType(Kind::kTimestampTz, precision);
  type.zone = std::move(zone);
  return type;
}

bool TrinoType::operator==(const TrinoType& other) const {
  return kind == other.kind && precision == other.precision && scale == other.scale && zone == other.zone &&
         name == other.name && children == other.children && fields == other.fields;
}

std::string TrinoType::Name() const {
  switch (kind) {
    case Kind::kDecimal:
      return "decimal(" + std::to_string(precision) + ',' + std::to_string(scale) + ')';
    case Kind::kTime:
      return "time(" + std::to_string(precision) + ')';
    case Kind::kTimestamp:
      return "timestamp(" + std::to_string(precision) + ')';
    case Kind::kTimestampTz:
      return "timestamp(" + std::to_string(precision) + ") with time zone";
    case Kind::kArray:
      return "array(" + List(children) + ')';
    case Kind::kMap:
      return "map(" + List(children) + ')';
    case Kind::kRow:
      return "row(" + RowFields(*this) + ')';
    case Kind::kFunction:
      return "function(" + List(children) + ')';
    case Kind::kVariable:
      return name;
    default:
      return std::string(Find(kind)->trino);
  }
}

std::string TrinoType::StorageField(size_t index) const {
  return fields[index].empty() ? "field" + std::to_string(index) : fields[index];
}

std::string TrinoType::DuckDbName() const {
  switch (kind) {
    case Kind::kDecimal:
      return "DECIMAL(" + std::to_string(precision) + ',' + std::to_string(scale) + ')';
    case Kind::kArray:
      return children[0].DuckDbName() + "[]";
    case Kind::kMap:
      return "MAP(" + children[0].DuckDbName() + ", " + children[1].DuckDbName() + ')';
    case Kind::kRow: {
      std::string text = "STRUCT(";
      for (size_t i = 0; i < children.size(); ++i) {
        text +=
            (i == 0 ? "" : ", ") + duckdb::QuoteIdentifier(StorageField(i)) + ' ' + children[i].DuckDbName();
      }
      return text + ')';
    }
    case Kind::kFunction:
    case Kind::kVariable:
      return "";
    default:
      return std::string(Find(kind)->duckdb);
  }
}

bool AnyPart(const TrinoType& type, bool (*predicate)(const TrinoType&)) {
  return predicate(type) || std::any_of(type.children.begin(), type.children.end(),
                                        [&](const TrinoType& child) { return AnyPart(child, predicate); });
}

bool HasFloating(const TrinoType& type) {
  return AnyPart(type, [](const TrinoType& part) { return part.floating(); });
}

}  // namespace tarn::query
