#include "services/catalog/inference/json/json_shape.h"

#include <algorithm>
#include <numeric>

#include "services/catalog/types/member_name.h"

namespace tarn::inference {
namespace {

// Objects with more different names than this, of which each has less than a tenth, are maps and not records.
constexpr size_t kMinMapNames = 200;
constexpr uint64_t kMapFactor = 10;

// Inside of another type a type that is not known yet is quoted, as the engine has no word for it.
std::string Nested(const std::string& type) { return type == "NULL" ? "\"NULL\"" : type; }

}  // namespace

const char* JsonKindType(JsonKind kind) {
  switch (kind) {
    case JsonKind::kNull:
      return "NULL";
    case JsonKind::kBoolean:
      return "BOOLEAN";
    case JsonKind::kInteger:
      return "BIGINT";
    case JsonKind::kUnsigned:
      return "UBIGINT";
    case JsonKind::kDouble:
      return "DOUBLE";
    case JsonKind::kDate:
      return "DATE";
    case JsonKind::kTimestamp:
      return "TIMESTAMP";
    case JsonKind::kTimestampTz:
      return "TIMESTAMP WITH TIME ZONE";
    case JsonKind::kText:
      return "VARCHAR";
    case JsonKind::kArray:
      return "LIST";
    case JsonKind::kObject:
      return "STRUCT";
  }
  return "JSON";
}

void JsonShape::Count(JsonKind kind, std::string_view value, const Place& place) {
  const auto index = static_cast<size_t>(kind);
  if (counts_[index]++ == 0) firsts_[index] = First{Shorten(value), place};
}

uint64_t JsonShape::values() const {
  return std::accumulate(counts_.begin(), counts_.end(), uint64_t{0}) - count(JsonKind::kNull);
}

JsonShape& JsonShape::Element() {
  if (!element_) element_ = std::make_unique<JsonShape>();
  return *element_;
}

JsonShape& JsonShape::MemberNamed(std::string_view name, uint64_t* nodes) {
  ++member_values_;
  if (is_map_) return Element();
  const auto [position, added] = positions_.try_emplace(std::string(name), members_.size());
  if (!added) return *members_[position->second].shape;
  if (LooksLikeMap()) {
    TurnIntoMap();
    return Element();
  }
  ++*nodes;
  members_.push_back({std::string(name), std::make_unique<JsonShape>()});
  return *members_.back().shape;
}

bool JsonShape::LooksLikeMap() const {
  const uint64_t objects = std::max<uint64_t>(count(JsonKind::kObject), 1);
  return members_.size() >= kMinMapNames && members_.size() * objects > kMapFactor * member_values_;
}

void JsonShape::TurnIntoMap() {
  is_map_ = true;
  for (Member& member : members_) Element().Merge(std::move(*member.shape));
  members_.clear();
  positions_.clear();
}

void JsonShape::Merge(JsonShape&& other) {
  for (size_t i = 0; i < kJsonKinds; ++i) {
    if (counts_[i] == 0) firsts_[i] = std::move(other.firsts_[i]);
    counts_[i] += other.counts_[i];
  }
  member_values_ += other.member_values_;
  if (other.is_map_ && !is_map_) TurnIntoMap();
  uint64_t ignored = 0;
  for (Member& member : other.members_) MemberNamed(member.name, &ignored).Merge(std::move(*member.shape));
  if (other.element_) Element().Merge(std::move(*other.element_));
}

std::string JsonShape::ScalarType() const {
  const auto has = [&](JsonKind kind) { return count(kind) > 0; };
  const bool number = has(JsonKind::kInteger) || has(JsonKind::kUnsigned) || has(JsonKind::kDouble);
  const bool time = has(JsonKind::kDate) || has(JsonKind::kTimestamp) || has(JsonKind::kTimestampTz);
  if (has(JsonKind::kText) || number + time + has(JsonKind::kBoolean) > 1) return "VARCHAR";
  if (has(JsonKind::kBoolean)) return "BOOLEAN";
  if (has(JsonKind::kDouble)) return "DOUBLE";
  if (has(JsonKind::kUnsigned)) return has(JsonKind::kInteger) ? "HUGEINT" : "UBIGINT";
  if (number) return "BIGINT";
  if (has(JsonKind::kTimestampTz)) return "TIMESTAMP WITH TIME ZONE";
  return has(JsonKind::kTimestamp) ? "TIMESTAMP" : "DATE";
}

std::string JsonShape::StructType() const {
  if (is_map_) return "MAP(VARCHAR, " + Nested(element_->Type()) + ")";
  if (members_.empty()) return "JSON";
  std::string type = "STRUCT(";
  for (const Member& member : members_) {
    if (type.back() != '(') type += ", ";
    type += catalog::MemberName(member.name) + " " + Nested(member.shape->Type());
  }
  return type + ")";
}

std::string JsonShape::Type() const {
  const uint64_t arrays = count(JsonKind::kArray), objects = count(JsonKind::kObject), all = values();
  if (all == 0) return "NULL";
  if (arrays == all) return Nested(element_ ? element_->Type() : "NULL") + "[]";
  if (objects == all) return StructType();
  return arrays + objects > 0 ? "JSON" : ScalarType();
}

std::vector<RuledOut> JsonShape::RuledOutTypes() const {
  const std::string type = Type();
  std::vector<RuledOut> ruled_out;
  for (size_t i = 1; i < kJsonKinds; ++i) {
    const auto kind = static_cast<JsonKind>(i);
    if (counts_[i] == 0 || type == JsonKindType(kind) || counts_[i] == values()) continue;
    // The first value of another kind.
    for (size_t j = kJsonKinds; j-- > 1;) {
      if (j == i || !firsts_[j]) continue;
      ruled_out.push_back({JsonKindType(kind), firsts_[j]->value, firsts_[j]->place});
      break;
    }
  }
  return ruled_out;
}

}  // namespace tarn::inference
