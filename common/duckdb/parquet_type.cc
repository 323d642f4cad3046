#include "common/duckdb/parquet_type.h"

#include <algorithm>

#include "common/duckdb/engine.h"

namespace tarn::duckdb {
namespace {

bool IsUnnamed(const LogicalType& type) {
  return type.id == DUCKDB_TYPE_STRUCT && (type.labels.empty() || type.labels[0].empty());
}

}  // namespace

bool ComesBackFromParquet(const LogicalType& type) {
  if (type.id == DUCKDB_TYPE_UNION || IsUnnamed(type)) return false;
  return std::all_of(type.children.begin(), type.children.end(), ComesBackFromParquet);
}

std::string ParquetTypeName(const LogicalType& type) {
  if (!ComesBackFromParquet(type)) return "VARCHAR";
  switch (type.id) {
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_INTERVAL:
    case DUCKDB_TYPE_BIT:
    case DUCKDB_TYPE_TIME_TZ:
    case DUCKDB_TYPE_TIME_NS:
    case DUCKDB_TYPE_ENUM:
      return "VARCHAR";
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_ARRAY:
      return ParquetTypeName(type.children[0]) + "[]";
    case DUCKDB_TYPE_MAP:
      return "MAP(" + ParquetTypeName(type.children[0]) + ", " + ParquetTypeName(type.children[1]) + ')';
    case DUCKDB_TYPE_STRUCT: {
      std::string members;
      for (size_t i = 0; i < type.children.size(); ++i) {
        members +=
            (i > 0 ? ", " : "") + QuoteIdentifier(type.labels[i]) + ' ' + ParquetTypeName(type.children[i]);
      }
      return "STRUCT(" + members + ')';
    }
    default:
      return type.name;
  }
}

}  // namespace tarn::duckdb
