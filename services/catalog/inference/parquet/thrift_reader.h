#pragma once

#include <cstdint>
#include <string_view>

#include "common/result/result.h"

namespace tarn::inference {

/// Reads Thrift's compact protocol (thrift-compact-protocol.md of Apache Thrift) from memory. It allocates
/// nothing, whatever the bytes claim: every size is checked against the bytes that are left. What cannot be
/// read makes it `damaged()`: then there is nothing left, and all that follows is empty. So a footer is read
/// without a check after each of its thousands of numbers, and judged by `status()` at the end.
class ThriftReader {
 public:
  enum class Type : uint8_t {
    kStop = 0,
    kTrue = 1,
    kFalse = 2,
    kByte = 3,
    kI16 = 4,
    kI32 = 5,
    kI64 = 6,
    kDouble = 7,
    kBinary = 8,
    kList = 9,
    kSet = 10,
    kMap = 11,
    kStruct = 12
  };
  struct Field {
    Type type = Type::kStop;
    int16_t id = 0;
  };
  struct List {
    Type type = Type::kStop;
    uint32_t size = 0;
  };

  explicit ThriftReader(std::string_view bytes) : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  /// Reads the header of a struct's next field, kStop at its end; `before` is the id of the last one, 0 at
  /// the start.
  Field NextField(int16_t before) {
    const uint8_t header = Byte();
    if (header == 0) return {};
    if (!IsType(header & 0x0f)) return Fail(), Field{};
    Field field{static_cast<Type>(header & 0x0f), static_cast<int16_t>(before + (header >> 4))};
    if (header >> 4 == 0) field.id = static_cast<int16_t>(Integer());
    return damaged_ ? Field{} : field;
  }
  int64_t Integer() {
    const uint64_t value = Varint();
    return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
  }
  std::string_view Binary();
  List ListHeader();
  /// The header of a list of structs, which nothing else may be in its place; returns its size.
  uint32_t StructListHeader();
  /// Skips a value of this type, at most `depth` levels deep.
  void Skip(Type type, int depth = 24);

  void Fail() {
    damaged_ = true;
    next_ = end_;
  }
  bool damaged() const { return damaged_; }
  /// Errors: kUnprocessable if it is damaged.
  Status status() const;

  size_t left() const { return static_cast<size_t>(end_ - next_); }
  /// How many list elements it has met, skipped ones included.
  uint64_t elements() const { return elements_; }

 private:
  static bool IsType(uint8_t value) { return value >= 1 && value <= 12; }

  uint8_t Byte() {
    if (next_ == end_) return Fail(), uint8_t{0};
    return static_cast<uint8_t>(*next_++);
  }
  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Byte();
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return damaged_ ? 0 : value;
    }
    return Fail(), uint64_t{0};
  }
  void SkipBytes(uint64_t count);
  void SkipElements(Type type, uint64_t count, int depth);

  const char* next_;
  const char* end_;
  uint64_t elements_ = 0;
  bool damaged_ = false;
};

}  // namespace tarn::inference
