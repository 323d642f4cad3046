#include "services/catalog/inference/parquet/bound_values.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "services/catalog/inference/text/value_text.h"

namespace tarn::inference {
namespace {

using Int128 = __int128;

// parquet.thrift's ConvertedType
constexpr int64_t kTimeMillis = 7, kTimestampMillis = 9;
constexpr int64_t kMillisUnit = 1'000'000, kMicrosUnit = 1'000;

template <class T>
T Load(std::string_view bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  static_assert(std::endian::native == std::endian::little);
  return value;
}

int64_t Signed(std::string_view bytes) {
  return bytes.size() == 4 ? Load<int32_t>(bytes) : Load<int64_t>(bytes);
}
uint64_t Unsigned(std::string_view bytes) {
  return bytes.size() == 4 ? Load<uint32_t>(bytes) : Load<uint64_t>(bytes);
}

// Two's complement, the highest byte first.
Int128 BigEndian(std::string_view bytes) {
  Int128 value = !bytes.empty() && (bytes[0] & 0x80) ? -1 : 0;
  for (const char c : bytes)
    value = static_cast<Int128>(static_cast<unsigned __int128>(value) << 8 | static_cast<unsigned char>(c));
  return value;
}

BoundKind::Show Shown(std::string_view type) {
  if (type == "DATE") return BoundKind::kDate;
  if (type == "TIME") return BoundKind::kTime;
  if (type == "TIMESTAMP") return BoundKind::kTimestamp;
  if (type == "TIMESTAMP_NS") return BoundKind::kTimestampNs;
  if (type == "TIMESTAMP WITH TIME ZONE") return BoundKind::kTimestampTz;
  return BoundKind::kPlain;
}

int64_t UnitOf(const ParquetNode& node) {
  if (node.logical >= 0 && node.nanos) return 1;
  if (node.logical >= 0 && node.millis) return kMillisUnit;
  const bool millis = node.converted == kTimeMillis || node.converted == kTimestampMillis;
  return millis ? kMillisUnit : kMicrosUnit;
}

int BitsOf(std::string_view type, size_t bytes) {
  if (type.ends_with("TINYINT")) return 8;
  if (type.ends_with("SMALLINT")) return 16;
  return static_cast<int>(bytes * 8);
}

// A 32-bit or 64-bit integer as a value of time, in microseconds; nothing if it does not fit.
std::optional<int64_t> Microseconds(const BoundKind& kind, int64_t value, bool upper) {
  int64_t micros = 0;
  if (kind.unit_ns == 1) {
    // The reader drops what is below a microsecond; a bound must hold on either side of it.
    micros = value / 1000 - (value % 1000 < 0 ? 1 : 0);
    if (upper && value % 1000 != 0) ++micros;
    return micros;
  }
  if (__builtin_mul_overflow(value, kind.unit_ns / 1000, &micros)) return std::nullopt;
  return micros;
}

std::optional<std::string> ShowInteger(const BoundKind& kind, int64_t value, bool upper) {
  switch (kind.show) {
    case BoundKind::kDate:
      return ShowDate(value);
    case BoundKind::kTimestampNs: {
      int64_t nanos = 0;
      if (__builtin_mul_overflow(value, kind.unit_ns, &nanos)) return std::nullopt;
      return ShowTimestampNs(nanos);
    }
    case BoundKind::kTime:
    case BoundKind::kTimestamp:
    case BoundKind::kTimestampTz: {
      const auto micros = Microseconds(kind, value, upper);
      if (!micros) return std::nullopt;
      if (kind.show == BoundKind::kTime) return ShowTime(*micros);
      auto text = ShowTimestamp(*micros);
      if (text && kind.show == BoundKind::kTimestampTz) *text += "+00";
      return text;
    }
    case BoundKind::kDecimal:
      return ShowDecimal(value, kind.precision, kind.scale);
    case BoundKind::kPlain:
      break;
  }
  if (kind.bits < 64 && (value < -(int64_t{1} << (kind.bits - 1)) || value >= int64_t{1} << (kind.bits - 1)))
    return std::nullopt;
  return std::to_string(value);
}

std::optional<std::string> ShowUnsigned(const BoundKind& kind, uint64_t value) {
  if (kind.bits < 64 && value >> kind.bits != 0) return std::nullopt;
  return std::to_string(value);
}

std::string ShowUuid(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[static_cast<unsigned char>(bytes[i]) >> 4];
    text += kDigits[static_cast<unsigned char>(bytes[i]) & 15];
  }
  return text;
}

}  // namespace

BoundKind KindOfBounds(const ParquetNode& node, std::string_view type) {
  enum Physical { kBooleanValue, kInt32, kInt64, kInt96, kFloatValue, kDoubleValue, kByteArray, kFixed };
  BoundKind kind;
  kind.bytes = node.physical == kBooleanValue                             ? 1
               : node.physical == kInt32 || node.physical == kFloatValue  ? 4
               : node.physical == kInt64 || node.physical == kDoubleValue ? 8
               : node.physical == kFixed && node.length > 0               ? static_cast<size_t>(node.length)
                                                                          : 0;
  const bool integer = node.physical == kInt32 || node.physical == kInt64;
  if (type == "BOOLEAN") kind.order = BoundKind::kBoolean;
  if (type == "FLOAT" && node.physical == kFloatValue) kind.order = BoundKind::kFloat;
  if (type == "DOUBLE" && node.physical == kDoubleValue) kind.order = BoundKind::kDouble;
  if (type == "VARCHAR" && node.physical == kByteArray) kind.order = BoundKind::kText;
  if (type == "UUID" && kind.bytes == 16) kind.order = BoundKind::kUuid;
  if (type.starts_with("DECIMAL(")) {
    kind.show = BoundKind::kDecimal;
    kind.scale = static_cast<int>(node.scale);
    kind.precision = static_cast<int>(node.precision);
    kind.order = integer ? BoundKind::kSigned : BoundKind::kDecimalBytes;
    return kind;
  }
  if (!integer) return kind;
  kind.order = type.starts_with('U') ? BoundKind::kUnsigned : BoundKind::kSigned;
  kind.bits = BitsOf(type, kind.bytes);
  kind.show = Shown(type);
  kind.unit_ns = UnitOf(node);
  return kind;
}

bool IsBound(const BoundKind& kind, std::string_view bound) {
  if (kind.bytes != 0 && bound.size() != kind.bytes) return false;
  switch (kind.order) {
    case BoundKind::kNone:
      return false;
    case BoundKind::kFloat:
      return !std::isnan(Load<float>(bound));
    case BoundKind::kDouble:
      return !std::isnan(Load<double>(bound));
    case BoundKind::kDecimalBytes:
      return !bound.empty() && bound.size() <= sizeof(Int128);
    default:
      return true;
  }
}

bool BoundLess(const BoundKind& kind, std::string_view a, std::string_view b) {
  switch (kind.order) {
    case BoundKind::kSigned:
      return Signed(a) < Signed(b);
    case BoundKind::kUnsigned:
      return Unsigned(a) < Unsigned(b);
    case BoundKind::kFloat:
      return Load<float>(a) < Load<float>(b);
    case BoundKind::kDouble:
      return Load<double>(a) < Load<double>(b);
    case BoundKind::kDecimalBytes:
      return BigEndian(a) < BigEndian(b);
    default:
      return a < b;  // string_view compares bytes as unsigned
  }
}

bool AnyOrder(const BoundKind& kind, std::string_view bound) {
  switch (kind.order) {
    case BoundKind::kUnsigned:
      return Signed(bound) >= 0;
    case BoundKind::kText:
    case BoundKind::kUuid:
    case BoundKind::kDecimalBytes:
      return false;
    default:
      return true;
  }
}

std::optional<std::string> ShowBound(const BoundKind& kind, std::string_view bound, bool upper) {
  switch (kind.order) {
    case BoundKind::kNone:
      return std::nullopt;
    case BoundKind::kBoolean:
      return bound[0] == 0 ? "false" : "true";
    case BoundKind::kSigned:
      return ShowInteger(kind, Signed(bound), upper);
    case BoundKind::kUnsigned:
      return ShowUnsigned(kind, Unsigned(bound));
    case BoundKind::kFloat:
      return upper ? std::nullopt : std::optional(ShowFloat(Load<float>(bound)));
    case BoundKind::kDouble:
      return upper ? std::nullopt : std::optional(ShowDouble(Load<double>(bound)));
    case BoundKind::kText:
      return upper ? UpperTextBound(bound) : LowerTextBound(bound);
    case BoundKind::kUuid:
      return ShowUuid(bound);
    case BoundKind::kDecimalBytes:
      return ShowDecimal(BigEndian(bound), kind.precision, kind.scale);
  }
  return std::nullopt;
}

std::optional<int64_t> CountBetween(const BoundKind& kind, std::string_view min, std::string_view max) {
  if (kind.order == BoundKind::kBoolean) return min == max ? 1 : 2;
  int64_t count = 0;
  if (kind.order != BoundKind::kSigned || __builtin_sub_overflow(Signed(max), Signed(min), &count) ||
      count == INT64_MAX)
    return std::nullopt;
  return count + 1;
}

}  // namespace tarn::inference
