#include "common/duckdb/logical_type.h"

#include "common/duckdb/engine.h"

namespace tarn::duckdb {
namespace {

constexpr int kMaxDepth = 64;

Result<LogicalType> Read(TypeHandle handle, int depth);

const char* ScalarName(duckdb_type id) {
  switch (id) {
    case DUCKDB_TYPE_BOOLEAN: return "BOOLEAN";
    case DUCKDB_TYPE_TINYINT: return "TINYINT";
    case DUCKDB_TYPE_SMALLINT: return "SMALLINT";
    case DUCKDB_TYPE_INTEGER: return "INTEGER";
    case DUCKDB_TYPE_BIGINT: return "BIGINT";
    case DUCKDB_TYPE_UTINYINT: return "UTINYINT";
    case DUCKDB_TYPE_USMALLINT: return "USMALLINT";
    case DUCKDB_TYPE_UINTEGER: return "UINTEGER";
    case DUCKDB_TYPE_UBIGINT: return "UBIGINT";
    case DUCKDB_TYPE_HUGEINT: return "HUGEINT";
    case DUCKDB_TYPE_UHUGEINT: return "UHUGEINT";
    case DUCKDB_TYPE_FLOAT: return "FLOAT";
    case DUCKDB_TYPE_DOUBLE: return "DOUBLE";
    case DUCKDB_TYPE_VARCHAR: return "VARCHAR";
    case DUCKDB_TYPE_BLOB: return "BLOB";
    case DUCKDB_TYPE_DATE: return "DATE";
    case DUCKDB_TYPE_TIME: return "TIME";
    case DUCKDB_TYPE_TIME_TZ: return "TIME WITH TIME ZONE";
    case DUCKDB_TYPE_TIME_NS: return "TIME_NS";
    case DUCKDB_TYPE_TIMESTAMP: return "TIMESTAMP";
    case DUCKDB_TYPE_TIMESTAMP_S: return "TIMESTAMP_S";
    case DUCKDB_TYPE_TIMESTAMP_MS: return "TIMESTAMP_MS";
    case DUCKDB_TYPE_TIMESTAMP_NS: return "TIMESTAMP_NS";
    case DUCKDB_TYPE_TIMESTAMP_TZ: return "TIMESTAMP WITH TIME ZONE";
    case DUCKDB_TYPE_INTERVAL: return "INTERVAL";
    case DUCKDB_TYPE_UUID: return "UUID";
    case DUCKDB_TYPE_BIT: return "BIT";
    case DUCKDB_TYPE_SQLNULL: return "\"NULL\"";
    default: return nullptr;
  }
}

Status AddChild(LogicalType& type, duckdb_logical_type child, int depth) {
  TARN_ASSIGN(LogicalType read, Read(TypeHandle(child), depth + 1));
  type.children.push_back(std::move(read));
  return Ok();
}

// STRUCT(a INTEGER, "b c" VARCHAR), UNION(num INTEGER, str VARCHAR)
void NameByMembers(LogicalType& type, const char* keyword) {
  type.name = std::string(keyword) + '(';
  for (size_t i = 0; i < type.children.size(); ++i) {
    if (i > 0) type.name += ", ";
    type.name += QuoteIdentifierIfNeeded(type.labels[i]) + ' ' + type.children[i].name;
  }
  type.name += ')';
}

Status ReadStruct(LogicalType& type, int depth) {
  for (idx_t i = 0; i < duckdb_struct_type_child_count(type.handle.get()); ++i) {
    type.labels.push_back(TakeString(duckdb_struct_type_child_name(type.handle.get(), i)));
    TARN_TRY(AddChild(type, duckdb_struct_type_child_type(type.handle.get(), i), depth));
  }
  NameByMembers(type, "STRUCT");
  return Ok();
}

Status ReadUnion(LogicalType& type, int depth) {
  for (idx_t i = 0; i < duckdb_union_type_member_count(type.handle.get()); ++i) {
    type.labels.push_back(TakeString(duckdb_union_type_member_name(type.handle.get(), i)));
    TARN_TRY(AddChild(type, duckdb_union_type_member_type(type.handle.get(), i), depth));
  }
  NameByMembers(type, "UNION");
  return Ok();
}

void ReadEnum(LogicalType& type) {
  type.storage = duckdb_enum_internal_type(type.handle.get());
  const uint32_t size = duckdb_enum_dictionary_size(type.handle.get());
  for (uint32_t i = 0; i < size; ++i) {
    type.labels.push_back(TakeString(duckdb_enum_dictionary_value(type.handle.get(), i)));
    type.name += (i == 0 ? "ENUM(" : ", ") + QuoteLiteral(type.labels.back());
  }
  type.name += ')';
}

Status ReadDetails(LogicalType& type, int depth) {
  const duckdb_logical_type handle = type.handle.get();
  switch (type.id) {
    case DUCKDB_TYPE_DECIMAL:
      type.storage = duckdb_decimal_internal_type(handle);
      type.scale = duckdb_decimal_scale(handle);
      type.name = "DECIMAL(" + std::to_string(duckdb_decimal_width(handle)) + ',' + std::to_string(type.scale) + ')';
      return Ok();
    case DUCKDB_TYPE_ENUM: ReadEnum(type); return Ok();
    case DUCKDB_TYPE_LIST:
      TARN_TRY(AddChild(type, duckdb_list_type_child_type(handle), depth));
      type.name = type.children[0].name + "[]";
      return Ok();
    case DUCKDB_TYPE_ARRAY:
      TARN_TRY(AddChild(type, duckdb_array_type_child_type(handle), depth));
      type.array_size = duckdb_array_type_array_size(handle);
      type.name = type.children[0].name + '[' + std::to_string(type.array_size) + ']';
      return Ok();
    case DUCKDB_TYPE_MAP:
      TARN_TRY(AddChild(type, duckdb_map_type_key_type(handle), depth));
      TARN_TRY(AddChild(type, duckdb_map_type_value_type(handle), depth));
      type.name = "MAP(" + type.children[0].name + ", " + type.children[1].name + ')';
      return Ok();
    case DUCKDB_TYPE_STRUCT: return ReadStruct(type, depth);
    case DUCKDB_TYPE_UNION: return ReadUnion(type, depth);
    default: break;
  }
  const char* name = ScalarName(type.id);
  if (!name) return Error(Code::kUnprocessable, "its type has no values that can be returned; cast it to VARCHAR");
  type.name = name;
  return Ok();
}

Result<LogicalType> Read(TypeHandle handle, int depth) {
  if (depth > kMaxDepth) return Error(Code::kUnprocessable, "its type is nested too deeply to be returned");
  LogicalType type;
  type.id = duckdb_get_type_id(handle.get());
  type.storage = type.id;
  type.handle = std::move(handle);
  TARN_TRY(ReadDetails(type, depth));
  // JSON is a VARCHAR with a name of its own.
  const std::string alias = TakeString(duckdb_logical_type_get_alias(type.handle.get()));
  if (!alias.empty()) type.name = alias;
  return type;
}

}  // namespace

Result<LogicalType> ReadType(TypeHandle handle) { return Read(std::move(handle), 0); }

}  // namespace tarn::duckdb
