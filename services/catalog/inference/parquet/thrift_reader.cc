#include "services/catalog/inference/parquet/thrift_reader.h"

namespace tarn::inference {
namespace {

Error Damaged() { return Error(Code::kUnprocessable, "the Parquet footer is damaged"); }

int64_t Unzigzag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

bool IsType(uint8_t value) { return value >= 1 && value <= 12; }

}  // namespace

Result<uint8_t> ThriftReader::Byte() {
  if (rest_.empty()) return Damaged();
  const auto byte = static_cast<uint8_t>(rest_[0]);
  rest_.remove_prefix(1);
  return byte;
}

Result<uint64_t> ThriftReader::Varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    TARN_ASSIGN(const uint8_t byte, Byte());
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return Damaged();
}

Result<int64_t> ThriftReader::Integer() {
  TARN_ASSIGN(const uint64_t value, Varint());
  return Unzigzag(value);
}

Result<ThriftReader::Field> ThriftReader::NextField(int16_t before) {
  TARN_ASSIGN(const uint8_t header, Byte());
  if (header == 0) return Field{};
  if (!IsType(header & 0x0f)) return Damaged();
  Field field{static_cast<Type>(header & 0x0f), static_cast<int16_t>(before + (header >> 4))};
  if (header >> 4 == 0) {
    TARN_ASSIGN(const int64_t id, Integer());
    field.id = static_cast<int16_t>(id);
  }
  return field;
}

Result<std::string_view> ThriftReader::Binary() {
  TARN_ASSIGN(const uint64_t size, Varint());
  if (size > rest_.size()) return Damaged();
  const std::string_view bytes = rest_.substr(0, static_cast<size_t>(size));
  rest_.remove_prefix(static_cast<size_t>(size));
  return bytes;
}

Result<ThriftReader::List> ThriftReader::ListHeader() {
  TARN_ASSIGN(const uint8_t header, Byte());
  uint64_t size = header >> 4;
  if (size == 15) {
    TARN_ASSIGN(size, Varint());
  }
  // Every element takes a byte at least.
  if (size > rest_.size() || !IsType(header & 0x0f)) return Damaged();
  elements_ += size;
  return List{static_cast<Type>(header & 0x0f), static_cast<uint32_t>(size)};
}

Status ThriftReader::SkipBytes(uint64_t count) {
  if (count > rest_.size()) return Damaged();
  rest_.remove_prefix(static_cast<size_t>(count));
  return Ok();
}

Status ThriftReader::SkipElements(Type type, uint64_t count, int depth) {
  // In a list, a boolean is a byte of its own.
  if (type == Type::kTrue || type == Type::kFalse) return SkipBytes(count);
  for (uint64_t i = 0; i < count; ++i) TARN_TRY(Skip(type, depth));
  return Ok();
}

Status ThriftReader::Skip(Type type, int depth) {
  if (depth == 0) return Damaged();
  switch (type) {
    case Type::kStop:
    case Type::kTrue:
    case Type::kFalse:
      return Ok();
    case Type::kByte:
      return SkipBytes(1);
    case Type::kI16:
    case Type::kI32:
    case Type::kI64:
      TARN_TRY(Varint());
      return Ok();
    case Type::kDouble:
      return SkipBytes(8);
    case Type::kBinary:
      TARN_TRY(Binary());
      return Ok();
    case Type::kList:
    case Type::kSet: {
      TARN_ASSIGN(const List list, ListHeader());
      return SkipElements(list.type, list.size, depth - 1);
    }
    case Type::kMap: {
      TARN_ASSIGN(const uint64_t size, Varint());
      if (size == 0) return Ok();
      TARN_ASSIGN(const uint8_t types, Byte());
      if (size > rest_.size() || !IsType(types >> 4) || !IsType(types & 0x0f)) return Damaged();
      for (uint64_t i = 0; i < size; ++i) {
        TARN_TRY(SkipElements(static_cast<Type>(types >> 4), 1, depth - 1));
        TARN_TRY(SkipElements(static_cast<Type>(types & 0x0f), 1, depth - 1));
      }
      return Ok();
    }
    case Type::kStruct:
      for (int16_t id = 0;;) {
        TARN_ASSIGN(const Field field, NextField(id));
        if (field.type == Type::kStop) return Ok();
        TARN_TRY(Skip(field.type, depth - 1));
        id = field.id;
      }
  }
  return Damaged();
}

}  // namespace tarn::inference
