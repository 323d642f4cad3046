#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tarn::catalog {

/// The kinds of types that a column can have: DuckDB's.
enum class TypeKind {
  kNull,  ///< no value was ever seen: any other type wins over it
  kBoolean,
  kTinyint,
  kSmallint,
  kInteger,
  kBigint,
  kHugeint,
  kUtinyint,
  kUsmallint,
  kUinteger,
  kUbigint,
  kUhugeint,
  kBignum,
  kFloat,
  kDouble,
  kDecimal,  ///< `width` digits, `scale` of them behind the point
  kVarchar,
  kBlob,
  kBit,
  kDate,
  kTime,
  kTimeNs,
  kTimeTz,
  kTimestampS,
  kTimestampMs,
  kTimestamp,  ///< microseconds
  kTimestampNs,
  kTimestampTz,
  kInterval,
  kUuid,
  kJson,
  kVariant,
  kGeometry,  ///< `names`: its coordinate system, or nothing
  kEnum,      ///< `names`: its values
  kList,      ///< `children`: the element
  kArray,     ///< `children`: the element, of which there are `length`
  kStruct,    ///< `names` and `children`: its members, in order
  kUnion,     ///< as kStruct; each value is one of the members
  kMap,       ///< `children`: key and value
};

/// A type as a tree. Plain data: whoever changes one keeps it well-formed (see TypeKind). Trees that
/// ParseType returns are at most kMaxTypeDepth deep, so that recursion over them is safe.
struct DataType {
  TypeKind kind = TypeKind::kNull;
  int width = 0;
  int scale = 0;
  uint64_t length = 0;
  std::vector<std::string> names{};
  std::vector<DataType> children{};

  bool operator==(const DataType&) const = default;
};

inline constexpr int kMaxDecimalWidth = 38;
inline constexpr int kMaxTypeDepth = 100;

DataType ScalarType(TypeKind kind);
DataType DecimalType(int width, int scale);
DataType ListType(DataType element);
DataType MapType(DataType key, DataType value);
DataType StructType(std::vector<std::pair<std::string, DataType>> members);

/// True for types that have children.
bool IsNested(const DataType& type);

/// An integer type of fixed size.
struct IntegerTraits {
  bool is_signed = false;
  int bits = 0;
  int digits = 0;  ///< that a DECIMAL needs to hold every value
};

/// Null for what is no integer type of fixed size (BIGNUM has none).
const IntegerTraits* FindIntegerTraits(TypeKind kind);

}  // namespace tarn::catalog
