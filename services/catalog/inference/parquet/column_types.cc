#include "services/catalog/inference/parquet/column_types.h"

#include <algorithm>
#include <unordered_set>

#include "services/catalog/types/member_name.h"

namespace tarn::inference {
namespace {

constexpr int kMaxDepth = 60;

// parquet.thrift
enum Physical { kBoolean, kInt32, kInt64, kInt96, kFloat, kDouble, kByteArray, kFixed };
enum Converted {
  kUtf8,
  kMap,
  kMapKeyValue,
  kList,
  kEnum,
  kDecimal,
  kDate,
  kTimeMillis,
  kTimeMicros,
  kTimestampMillis,
  kTimestampMicros,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kInt8,
  kInt16,
  kInt32Converted,
  kInt64Converted,
  kJson,
  kBson,
  kInterval
};
enum Logical { kString = 1, kLogicalTime = 7, kLogicalTimestamp = 8, kUuid = 14 };
constexpr int64_t kRepeated = 2;

using MaybeType = std::optional<std::string>;

MaybeType If(bool allowed, const char* type) { return allowed ? MaybeType(type) : std::nullopt; }

MaybeType DecimalType(const ParquetNode& node) {
  const bool stored = node.physical == kInt32 || node.physical == kInt64 || node.physical == kFixed ||
                      node.physical == kByteArray;
  if (!stored || node.precision < 1 || node.scale < 0 || node.scale > node.precision) return std::nullopt;
  if (node.precision > 38) return "DOUBLE";
  return "DECIMAL(" + std::to_string(node.precision) + "," + std::to_string(node.scale) + ")";
}

MaybeType ConvertedType(const ParquetNode& node) {
  const bool bytes = node.physical == kByteArray || node.physical == kFixed;
  switch (node.converted) {
    case kUtf8:
    case kEnum:
      return If(bytes, "VARCHAR");
    case kDecimal:
      return DecimalType(node);
    case kDate:
      return If(node.physical == kInt32, "DATE");
    case kTimeMillis:
      return If(node.physical == kInt32, "TIME");
    case kTimeMicros:
      return If(node.physical == kInt64, "TIME");
    case kTimestampMillis:
    case kTimestampMicros:
      return If(node.physical == kInt64, "TIMESTAMP");
    case kUint8:
      return If(node.physical == kInt32, "UTINYINT");
    case kUint16:
      return If(node.physical == kInt32, "USMALLINT");
    case kUint32:
      return If(node.physical == kInt32, "UINTEGER");
    case kUint64:
      return If(node.physical == kInt64, "UBIGINT");
    case kInt8:
      return If(node.physical == kInt32, "TINYINT");
    case kInt16:
      return If(node.physical == kInt32, "SMALLINT");
    case kInt32Converted:
      return If(node.physical == kInt32, "INTEGER");
    case kInt64Converted:
      return If(node.physical == kInt64, "BIGINT");
    case kInterval:
      return If(node.physical == kFixed, "INTERVAL");
    case kJson:
      return If(node.physical == kByteArray, "JSON");
    default:
      return std::nullopt;
  }
}

MaybeType PhysicalType(const ParquetNode& node) {
  switch (node.physical) {
    case kBoolean:
      return "BOOLEAN";
    case kInt32:
      return "INTEGER";
    case kInt64:
      return "BIGINT";
    case kInt96:
      return "TIMESTAMP";
    case kFloat:
      return "FLOAT";
    case kDouble:
      return "DOUBLE";
    case kByteArray:
    case kFixed:
      return "BLOB";
    default:
      return std::nullopt;
  }
}

// Walks the nodes depth first, as DuckDB's reader does.
class SchemaWalk {
 public:
  explicit SchemaWalk(const std::vector<ParquetNode>& nodes) : nodes_(nodes) {}

  // The type of the next node and all below it.
  MaybeType Next(int depth) {
    if (at_ >= nodes_.size() || depth > kMaxDepth) return std::nullopt;
    const size_t index = at_++;
    const ParquetNode& node = nodes_[index];
    const bool repeated = node.repetition == kRepeated;
    MaybeType type = node.children > 0 ? Group(index, depth) : ParquetLeafType(node);
    if (type && repeated && !IsMapEntry(index)) *type += "[]";
    return type;
  }

  bool done() const { return at_ == nodes_.size(); }
  size_t at() const { return at_; }
  void SkipRoot() { at_ = 1; }

 private:
  // The group in a map that holds key and value, also without its annotation.
  bool IsMapEntry(size_t index) const {
    if (nodes_[index].children == 0) return false;
    if (nodes_[index].converted == kMapKeyValue) return true;
    return index > 0 && nodes_[index - 1].converted == kMap && nodes_[index - 1].children == 1;
  }

  MaybeType Group(size_t index, int depth) {
    const ParquetNode& node = nodes_[index];
    // A logical type says more than the converted one only for what the reader must judge.
    if (node.logical > 3 || (node.logical >= 0 && node.converted < 0)) return std::nullopt;
    std::vector<std::string> names, types;
    for (int64_t i = 0; i < node.children; ++i) {
      const std::string name = at_ < nodes_.size() ? nodes_[at_].name : "";
      const MaybeType type = Next(depth + 1);
      if (!type) return std::nullopt;
      names.push_back(name);
      types.push_back(*type);
    }
    if (IsMapEntry(index)) {
      if (types.size() != 2 || node.repetition != kRepeated) return std::nullopt;
      return "MAP(" + types[0] + ", " + types[1] + ")";
    }
    const bool wraps = node.converted == kList || node.converted == kMap || node.repetition == kRepeated;
    if (types.size() == 1 && wraps) return types[0];
    std::string type = "STRUCT(";
    for (size_t i = 0; i < types.size(); ++i)
      type += (i == 0 ? "" : ", ") + catalog::MemberName(names[i]) + " " + types[i];
    return type + ")";
  }

  const std::vector<ParquetNode>& nodes_;
  size_t at_ = 0;
};

std::string Fold(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return folded;
}

}  // namespace

std::optional<std::string> ParquetLeafType(const ParquetNode& node) {
  if (node.logical == kUuid) return If(node.physical == kFixed, "UUID");
  if (node.logical == kLogicalTimestamp && node.physical == kInt64)
    return node.utc ? "TIMESTAMP WITH TIME ZONE" : node.nanos ? "TIMESTAMP_NS" : "TIMESTAMP";
  if (node.logical == kLogicalTime && (node.utc || node.nanos)) return std::nullopt;
  if (node.converted >= 0) return ConvertedType(node);
  if (node.logical >= 0) return std::nullopt;
  return PhysicalType(node);
}

std::optional<std::vector<std::pair<std::string, std::string>>> ParquetColumnTypes(
    const ParquetFooter& footer) {
  if (footer.geo || footer.nodes.empty() || footer.nodes[0].children <= 0) return std::nullopt;
  SchemaWalk walk(footer.nodes);
  walk.SkipRoot();
  std::vector<std::pair<std::string, std::string>> columns;
  std::unordered_set<std::string> names;
  for (int64_t i = 0; i < footer.nodes[0].children; ++i) {
    if (walk.done()) return std::nullopt;
    const std::string& name = footer.nodes[walk.at()].name;
    const auto type = walk.Next(0);
    if (!type || name.empty() || !names.insert(Fold(name)).second) return std::nullopt;
    columns.emplace_back(name, *type);
  }
  if (!walk.done()) return std::nullopt;
  return columns;
}

std::vector<int64_t> ParquetFieldIds(const ParquetFooter& footer) {
  std::vector<int64_t> ids;
  // How many nodes are left of each group that is open.
  int64_t below = 0;
  for (size_t i = 1; i < footer.nodes.size(); ++i) {
    if (below == 0)
      ids.push_back(footer.nodes[i].field_id);
    else
      --below;
    below += std::max<int64_t>(footer.nodes[i].children, 0);
  }
  return ids;
}

}  // namespace tarn::inference
