#include "services/catalog/inference/parquet/thrift_reader.h"

namespace tarn::inference {

Status ThriftReader::status() const {
  if (damaged_) return Error(Code::kUnprocessable, "the Parquet footer is damaged");
  return Ok();
}

std::string_view ThriftReader::Binary() {
  const uint64_t size = Varint();
  if (size > left()) return Fail(), std::string_view();
  const std::string_view bytes(next_, static_cast<size_t>(size));
  next_ += size;
  return bytes;
}

ThriftReader::List ThriftReader::ListHeader() {
  const uint8_t header = Byte();
  uint64_t size = header >> 4;
  if (size == 15) size = Varint();
  // Every element takes a byte at least.
  if (size > left() || !IsType(header & 0x0f)) return Fail(), List{};
  elements_ += size;
  return List{static_cast<Type>(header & 0x0f), static_cast<uint32_t>(size)};
}

uint32_t ThriftReader::StructListHeader() {
  const List list = ListHeader();
  if (list.type != Type::kStruct) return Fail(), uint32_t{0};
  return list.size;
}

void ThriftReader::SkipBytes(uint64_t count) {
  if (count > left()) return Fail();
  next_ += count;
}

void ThriftReader::SkipElements(Type type, uint64_t count, int depth) {
  // In a list, a boolean is a byte of its own.
  if (type == Type::kTrue || type == Type::kFalse) return SkipBytes(count);
  for (uint64_t i = 0; i < count && !damaged_; ++i) Skip(type, depth);
}

void ThriftReader::Skip(Type type, int depth) {
  if (depth == 0) return Fail();
  switch (type) {
    case Type::kStop:
    case Type::kTrue:
    case Type::kFalse:
      return;
    case Type::kByte:
      return SkipBytes(1);
    case Type::kI16:
    case Type::kI32:
    case Type::kI64:
      Varint();
      return;
    case Type::kDouble:
      return SkipBytes(8);
    case Type::kBinary:
      Binary();
      return;
    case Type::kList:
    case Type::kSet: {
      const List list = ListHeader();
      return SkipElements(list.type, list.size, depth - 1);
    }
    case Type::kMap: {
      const uint64_t size = Varint();
      if (size == 0) return;
      const uint8_t types = Byte();
      if (size > left() || !IsType(types >> 4) || !IsType(types & 0x0f)) return Fail();
      for (uint64_t i = 0; i < size && !damaged_; ++i) {
        SkipElements(static_cast<Type>(types >> 4), 1, depth - 1);
        SkipElements(static_cast<Type>(types & 0x0f), 1, depth - 1);
      }
      return;
    }
    case Type::kStruct:
      for (int16_t id = 0;;) {
        const Field field = NextField(id);
        if (field.type == Type::kStop) return;
        Skip(field.type, depth - 1);
        id = field.id;
      }
  }
}

}  // namespace tarn::inference
