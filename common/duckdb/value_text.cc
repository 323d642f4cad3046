#include <vector>

#include "common/duckdb/values.h"

namespace tarn::duckdb {
namespace {

ValueHandle MakeValue(const LogicalType& type, duckdb_vector vector, idx_t row);

// The C API takes arrays of handles that it does not own, and wants a pointer even to none of them.
struct ValueList {
  explicit ValueList(size_t count) { values.reserve(count + 1); }

  std::vector<ValueHandle> owners;
  std::vector<duckdb_value> values;

  void Add(ValueHandle value) {
    values.push_back(value.get());
    owners.push_back(std::move(value));
  }
};

ValueList MakeElements(const LogicalType& type, duckdb_vector vector, idx_t offset, idx_t count) {
  ValueList list(count);
  for (idx_t i = 0; i < count; ++i) list.Add(MakeValue(type, vector, offset + i));
  return list;
}

duckdb_value MakeMap(const LogicalType& type, duckdb_vector vector, idx_t row) {
  const auto [offset, length] = ListEntry(vector, row);
  const duckdb_vector entries = duckdb_list_vector_get_child(vector);
  auto keys = MakeElements(type.children[0], duckdb_struct_vector_get_child(entries, 0), offset, length);
  auto values = MakeElements(type.children[1], duckdb_struct_vector_get_child(entries, 1), offset, length);
  return duckdb_create_map_value(type.handle.get(), keys.values.data(), values.values.data(), length);
}

duckdb_value MakeNested(const LogicalType& type, duckdb_vector vector, idx_t row) {
  switch (type.id) {
    case DUCKDB_TYPE_LIST: {
      const auto [offset, length] = ListEntry(vector, row);
      auto list = MakeElements(type.children[0], duckdb_list_vector_get_child(vector), offset, length);
      return duckdb_create_list_value(type.children[0].handle.get(), list.values.data(), length);
    }
    case DUCKDB_TYPE_ARRAY: {
      auto list = MakeElements(type.children[0], duckdb_array_vector_get_child(vector), row * type.array_size,
                               type.array_size);
      return duckdb_create_array_value(type.children[0].handle.get(), list.values.data(), type.array_size);
    }
    case DUCKDB_TYPE_STRUCT: {
      ValueList members(type.children.size());
      for (size_t i = 0; i < type.children.size(); ++i) {
        members.Add(MakeValue(type.children[i], duckdb_struct_vector_get_child(vector, i), row));
      }
      return duckdb_create_struct_value(type.handle.get(), members.values.data());
    }
    case DUCKDB_TYPE_UNION: {
      const uint8_t tag = UnionTag(vector, row);
      const auto member = MakeValue(type.children[tag], duckdb_struct_vector_get_child(vector, tag + 1u), row);
      return duckdb_create_union_value(type.handle.get(), tag, member.get());
    }
    default: return MakeMap(type, vector, row);
  }
}

duckdb_hugeint DecimalElement(const LogicalType& type, duckdb_vector vector, idx_t row) {
  const auto widen = [](int64_t value) {
    return duckdb_hugeint{static_cast<uint64_t>(value), value < 0 ? -1 : 0};
  };
  switch (type.storage) {
    case DUCKDB_TYPE_SMALLINT: return widen(Element<int16_t>(vector, row));
    case DUCKDB_TYPE_INTEGER: return widen(Element<int32_t>(vector, row));
    case DUCKDB_TYPE_BIGINT: return widen(Element<int64_t>(vector, row));
    default: return Element<duckdb_hugeint>(vector, row);
  }
}

duckdb_value MakeBlob(std::string_view bytes) {
  return duckdb_create_blob(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

duckdb_value MakeBit(std::string_view bytes) {
  std::string copy(bytes);
  return duckdb_create_bit({reinterpret_cast<uint8_t*>(copy.data()), copy.size()});
}

// A vector holds a UUID with its highest bit flipped, so that it sorts as a signed integer; values do not.
duckdb_value MakeUuid(duckdb_hugeint stored) {
  return duckdb_create_uuid({stored.lower, static_cast<uint64_t>(stored.upper) ^ (uint64_t{1} << 63)});
}

duckdb_value MakeScalar(const LogicalType& type, duckdb_vector vector, idx_t row) {
  switch (type.id) {
    case DUCKDB_TYPE_BOOLEAN: return duckdb_create_bool(Element<bool>(vector, row));
    case DUCKDB_TYPE_TINYINT: return duckdb_create_int8(Element<int8_t>(vector, row));
    case DUCKDB_TYPE_SMALLINT: return duckdb_create_int16(Element<int16_t>(vector, row));
    case DUCKDB_TYPE_INTEGER: return duckdb_create_int32(Element<int32_t>(vector, row));
    case DUCKDB_TYPE_BIGINT: return duckdb_create_int64(Element<int64_t>(vector, row));
    case DUCKDB_TYPE_UTINYINT: return duckdb_create_uint8(Element<uint8_t>(vector, row));
    case DUCKDB_TYPE_USMALLINT: return duckdb_create_uint16(Element<uint16_t>(vector, row));
    case DUCKDB_TYPE_UINTEGER: return duckdb_create_uint32(Element<uint32_t>(vector, row));
    case DUCKDB_TYPE_UBIGINT: return duckdb_create_uint64(Element<uint64_t>(vector, row));
    case DUCKDB_TYPE_HUGEINT: return duckdb_create_hugeint(Element<duckdb_hugeint>(vector, row));
    case DUCKDB_TYPE_UHUGEINT: return duckdb_create_uhugeint(Element<duckdb_uhugeint>(vector, row));
    case DUCKDB_TYPE_FLOAT: return duckdb_create_float(Element<float>(vector, row));
    case DUCKDB_TYPE_DOUBLE: return duckdb_create_double(Element<double>(vector, row));
    case DUCKDB_TYPE_DECIMAL:
      return duckdb_create_decimal({duckdb_decimal_width(type.handle.get()), type.scale, DecimalElement(type, vector, row)});
    case DUCKDB_TYPE_DATE: return duckdb_create_date(Element<duckdb_date>(vector, row));
    case DUCKDB_TYPE_TIME: return duckdb_create_time(Element<duckdb_time>(vector, row));
    case DUCKDB_TYPE_TIME_NS: return duckdb_create_time_ns(Element<duckdb_time_ns>(vector, row));
    case DUCKDB_TYPE_TIME_TZ: return duckdb_create_time_tz_value(Element<duckdb_time_tz>(vector, row));
    case DUCKDB_TYPE_TIMESTAMP: return duckdb_create_timestamp(Element<duckdb_timestamp>(vector, row));
    case DUCKDB_TYPE_TIMESTAMP_TZ: return duckdb_create_timestamp_tz(Element<duckdb_timestamp>(vector, row));
    case DUCKDB_TYPE_TIMESTAMP_S: return duckdb_create_timestamp_s(Element<duckdb_timestamp_s>(vector, row));
    case DUCKDB_TYPE_TIMESTAMP_MS: return duckdb_create_timestamp_ms(Element<duckdb_timestamp_ms>(vector, row));
    case DUCKDB_TYPE_TIMESTAMP_NS: return duckdb_create_timestamp_ns(Element<duckdb_timestamp_ns>(vector, row));
    case DUCKDB_TYPE_INTERVAL: return duckdb_create_interval(Element<duckdb_interval>(vector, row));
    case DUCKDB_TYPE_UUID: return MakeUuid(Element<duckdb_hugeint>(vector, row));
    case DUCKDB_TYPE_ENUM: return duckdb_create_enum_value(type.handle.get(), EnumIndex(type, vector, row));
    case DUCKDB_TYPE_BLOB: return MakeBlob(StringElement(vector, row));
    case DUCKDB_TYPE_BIT: return MakeBit(StringElement(vector, row));
    case DUCKDB_TYPE_VARCHAR: {
      const std::string_view text = StringElement(vector, row);
      return duckdb_create_varchar_length(text.data(), text.size());
    }
    default: return MakeNested(type, vector, row);
  }
}

ValueHandle MakeValue(const LogicalType& type, duckdb_vector vector, idx_t row) {
  return ValueHandle(IsNull(vector, row) ? duckdb_create_null_value() : MakeScalar(type, vector, row));
}

}  // namespace

bool IsNull(duckdb_vector vector, idx_t row) {
  return !duckdb_validity_row_is_valid(duckdb_vector_get_validity(vector), row);
}

std::string_view StringElement(duckdb_vector vector, idx_t row) {
  auto* text = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector)) + row;
  return {duckdb_string_t_data(text), duckdb_string_t_length(*text)};
}

uint64_t EnumIndex(const LogicalType& type, duckdb_vector vector, idx_t row) {
  switch (type.storage) {
    case DUCKDB_TYPE_UTINYINT: return Element<uint8_t>(vector, row);
    case DUCKDB_TYPE_USMALLINT: return Element<uint16_t>(vector, row);
    default: return Element<uint32_t>(vector, row);
  }
}

std::string ValueText(const LogicalType& type, duckdb_vector vector, idx_t row) {
  if (IsNull(vector, row)) return "";
  switch (type.id) {  // the frequent types without the engine's help
    case DUCKDB_TYPE_VARCHAR: return std::string(StringElement(vector, row));
    case DUCKDB_TYPE_BOOLEAN: return Element<bool>(vector, row) ? "true" : "false";
    case DUCKDB_TYPE_SMALLINT: return std::to_string(Element<int16_t>(vector, row));
    case DUCKDB_TYPE_INTEGER: return std::to_string(Element<int32_t>(vector, row));
    case DUCKDB_TYPE_BIGINT: return std::to_string(Element<int64_t>(vector, row));
    case DUCKDB_TYPE_ENUM: return type.labels[EnumIndex(type, vector, row)];
    default: break;
  }
  const ValueHandle value = MakeValue(type, vector, row);
  if (!value) return "";
  return TakeString(duckdb_get_varchar(value.get()));
}

}  // namespace tarn::duckdb
