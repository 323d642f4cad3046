#pragma once

#include <cstdint>
#include <string_view>

#include "common/result/result.h"

namespace tarn::inference {

/// Reads Thrift's compact protocol (thrift-compact-protocol.md of Apache Thrift) from memory. It allocates
/// nothing, whatever the bytes claim: every size is checked against the bytes that are left. Errors of all
/// methods: kUnprocessable.
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

  explicit ThriftReader(std::string_view bytes) : rest_(bytes) {}

  /// Reads the header of a struct's next field; `before` is the id of the last one, 0 at the start.
  Result<Field> NextField(int16_t before);
  Result<int64_t> Integer();
  Result<std::string_view> Binary();
  Result<List> ListHeader();
  /// Skips a value of this type, at most `depth` levels deep.
  Status Skip(Type type, int depth = 24);

  size_t left() const { return rest_.size(); }
  /// How many list elements it has met, skipped ones included.
  uint64_t elements() const { return elements_; }

 private:
  Result<uint64_t> Varint();
  Result<uint8_t> Byte();
  Status SkipBytes(uint64_t count);
  Status SkipElements(Type type, uint64_t count, int depth);

  std::string_view rest_;
  uint64_t elements_ = 0;
};

}  // namespace tarn::inference
