#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/duckdb/handles.h"
#include "common/result/result.h"

namespace tarn::duckdb {

/// A column's type, taken apart once per result so that reading a value asks the engine nothing.
struct LogicalType {
  duckdb_type id = DUCKDB_TYPE_INVALID;
  std::string name;             ///< as SQL text: "DECIMAL(18,3)", "STRUCT(a INTEGER)[]"
  duckdb_type storage = id;     ///< of DECIMAL and ENUM: the integer their vectors hold
  uint8_t scale = 0;            ///< of DECIMAL
  uint64_t array_size = 0;      ///< of ARRAY
  std::vector<std::string> labels;       ///< of ENUM: its values; of STRUCT and UNION: their members' names
  std::vector<LogicalType> children;     ///< LIST, ARRAY: the element; MAP: key and value; STRUCT, UNION: the members
  TypeHandle handle;
};

/// Errors: kUnprocessable for a type that has no value this program can read, or nesting deeper than 64 levels.
Result<LogicalType> ReadType(TypeHandle handle);

}  // namespace tarn::duckdb
