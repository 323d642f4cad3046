#include <charconv>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "common/duckdb/values.h"

namespace tarn::duckdb {
namespace {

using nlohmann::json;

json FloatingPoint(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

// 0.1f is the double 0.10000000149011612; what people wrote is the shortest text that gives the float again.
json ShortestFloat(float value) {
  if (!std::isfinite(value)) return FloatingPoint(value);
  char digits[48];
  *std::to_chars(digits, digits + sizeof(digits) - 1, value).ptr = '\0';
  return std::strtod(digits, nullptr);
}

json Base64(std::string_view bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string encoded;
  encoded.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j) group = group << 8 | (i + j < bytes.size() ? static_cast<uint8_t>(bytes[i + j]) : 0);
    for (int shift = 18; shift >= 0; shift -= 6) encoded += kAlphabet[group >> shift & 63];
  }
  const size_t padding = (3 - bytes.size() % 3) % 3;
  encoded.replace(encoded.size() - padding, padding, padding, '=');
  return encoded;
}

json Elements(const LogicalType& type, duckdb_vector vector, idx_t offset, idx_t count) {
  json array = json::array();
  for (idx_t i = 0; i < count; ++i) array.push_back(ValueJson(type, vector, offset + i));
  return array;
}

json Struct(const LogicalType& type, duckdb_vector vector, idx_t row) {
  const bool unnamed = !type.labels.empty() && type.labels[0].empty();  // row(1, 2)
  json members = unnamed ? json::array() : json::object();
  for (size_t i = 0; i < type.children.size(); ++i) {
    json member = ValueJson(type.children[i], duckdb_struct_vector_get_child(vector, i), row);
    if (unnamed) members.push_back(std::move(member));
    else members[type.labels[i]] = std::move(member);
  }
  return members;
}

json Map(const LogicalType& type, duckdb_vector vector, idx_t row) {
  const auto [offset, length] = ListEntry(vector, row);
  const duckdb_vector entries = duckdb_list_vector_get_child(vector);
  json array = json::array();
  for (idx_t i = offset; i < offset + length; ++i) {
    array.push_back({{"key", ValueJson(type.children[0], duckdb_struct_vector_get_child(entries, 0), i)},
                     {"value", ValueJson(type.children[1], duckdb_struct_vector_get_child(entries, 1), i)}});
  }
  return array;
}

json Unsigned(uint64_t value) {
  if (value > static_cast<uint64_t>(INT64_MAX)) return std::to_string(value);
  return value;
}

}  // namespace

json ValueJson(const LogicalType& type, duckdb_vector vector, idx_t row) {
  if (IsNull(vector, row)) return nullptr;
  switch (type.id) {
    case DUCKDB_TYPE_BOOLEAN: return Element<bool>(vector, row);
    case DUCKDB_TYPE_TINYINT: return Element<int8_t>(vector, row);
    case DUCKDB_TYPE_SMALLINT: return Element<int16_t>(vector, row);
    case DUCKDB_TYPE_INTEGER: return Element<int32_t>(vector, row);
    case DUCKDB_TYPE_BIGINT: return Element<int64_t>(vector, row);
    case DUCKDB_TYPE_UTINYINT: return Element<uint8_t>(vector, row);
    case DUCKDB_TYPE_USMALLINT: return Element<uint16_t>(vector, row);
    case DUCKDB_TYPE_UINTEGER: return Element<uint32_t>(vector, row);
    case DUCKDB_TYPE_UBIGINT: return Unsigned(Element<uint64_t>(vector, row));
    case DUCKDB_TYPE_FLOAT: return ShortestFloat(Element<float>(vector, row));
    case DUCKDB_TYPE_DOUBLE: return FloatingPoint(Element<double>(vector, row));
    case DUCKDB_TYPE_BLOB: return Base64(StringElement(vector, row));
    case DUCKDB_TYPE_LIST: {
      const auto [offset, length] = ListEntry(vector, row);
      return Elements(type.children[0], duckdb_list_vector_get_child(vector), offset, length);
    }
    case DUCKDB_TYPE_ARRAY:
      return Elements(type.children[0], duckdb_array_vector_get_child(vector), row * type.array_size, type.array_size);
    case DUCKDB_TYPE_STRUCT: return Struct(type, vector, row);
    case DUCKDB_TYPE_MAP: return Map(type, vector, row);
    case DUCKDB_TYPE_UNION: {
      const uint8_t tag = UnionTag(vector, row);
      return ValueJson(type.children[tag], duckdb_struct_vector_get_child(vector, tag + 1u), row);
    }
    default: return ValueText(type, vector, row);  // HUGEINT, DECIMAL, dates and times, UUID, INTERVAL, ENUM, BIT
  }
}

}  // namespace tarn::duckdb
