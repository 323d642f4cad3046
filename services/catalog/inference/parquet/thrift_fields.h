#pragma once

#include "services/catalog/inference/parquet/thrift_reader.h"

namespace tarn::inference {

/// Calls `take(field)` for each field of the struct that comes next; it returns false for what it has not
/// read.
template <class Take>
void ForEachField(ThriftReader& reader, const Take& take) {
  for (int16_t id = 0;;) {
    const ThriftReader::Field field = reader.NextField(id);
    if (field.type == ThriftReader::Type::kStop) return;
    if (!take(field)) reader.Skip(field.type);
    id = field.id;
  }
}

/// Reads an integer of any width; false if the field is none.
inline bool TakeInteger(ThriftReader& reader, ThriftReader::Type type, int64_t* into) {
  using Type = ThriftReader::Type;
  if (type != Type::kI16 && type != Type::kI32 && type != Type::kI64) return false;
  *into = reader.Integer();
  return true;
}

}  // namespace tarn::inference
