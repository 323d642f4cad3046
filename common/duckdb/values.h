#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/duckdb/logical_type.h"

namespace tarn::duckdb {

bool IsNull(duckdb_vector vector, idx_t row);

/// The value as JSON; see Chunk::Json.
nlohmann::json ValueJson(const LogicalType& type, duckdb_vector vector, idx_t row);

/// The value as text; see Chunk::Text. NULL is "".
std::string ValueText(const LogicalType& type, duckdb_vector vector, idx_t row);

/// The elements of a LIST or MAP at `row` in the vector of elements.
inline duckdb_list_entry ListEntry(duckdb_vector vector, idx_t row) {
  return static_cast<duckdb_list_entry*>(duckdb_vector_get_data(vector))[row];
}

/// Reads element `row` of a vector of T.
template <class T>
T Element(duckdb_vector vector, idx_t row) {
  return static_cast<T*>(duckdb_vector_get_data(vector))[row];
}

/// The bytes of a VARCHAR, BLOB or BIT.
std::string_view StringElement(duckdb_vector vector, idx_t row);

/// The position of an ENUM's value in its type's labels.
uint64_t EnumIndex(const LogicalType& type, duckdb_vector vector, idx_t row);

/// The member a UNION's value belongs to; its vector is the struct's child `index + 1`.
inline uint8_t UnionTag(duckdb_vector vector, idx_t row) {
  return Element<uint8_t>(duckdb_struct_vector_get_child(vector, 0), row);
}

}  // namespace tarn::duckdb
