#include "services/catalog/evolution/type_merge.h"

#include <algorithm>
#include <array>
#include <optional>

#include "common/text/lower_case.h"
#include "services/catalog/types/type_parser.h"
#include "services/catalog/types/type_text.h"

namespace tarn::catalog {
namespace {

TypeMerge Compatible(TypeKind kind) { return {ScalarType(kind), true}; }
TypeMerge Text(bool compatible) { return {ScalarType(TypeKind::kVarchar), compatible}; }

std::optional<TypeKind> SignedInteger(int bits) {
  constexpr std::array kSigned = {TypeKind::kTinyint, TypeKind::kSmallint, TypeKind::kInteger,
                                  TypeKind::kBigint, TypeKind::kHugeint};
  for (const TypeKind kind : kSigned) {
    if (FindIntegerTraits(kind)->bits == bits) return kind;
  }
  return std::nullopt;
}

TypeMerge MergeIntegers(TypeKind a, TypeKind b) {
  const IntegerTraits& of_a = *FindIntegerTraits(a);
  const IntegerTraits& of_b = *FindIntegerTraits(b);
  if (of_a.is_signed == of_b.is_signed) return Compatible(of_a.bits >= of_b.bits ? a : b);
  const IntegerTraits& with_sign = of_a.is_signed ? of_a : of_b;
  const IntegerTraits& without = of_a.is_signed ? of_b : of_a;
  // A signed type holds an unsigned one only if it is wider.
  const auto wider = SignedInteger(std::max(with_sign.bits, without.bits * 2));
  return wider ? Compatible(*wider) : Text(false);
}

// A DECIMAL that holds the type's values; nothing for what is no exact number.
std::optional<DataType> AsDecimal(const DataType& type) {
  if (type.kind == TypeKind::kDecimal) return type;
  if (const IntegerTraits* integer = FindIntegerTraits(type.kind)) return DecimalType(integer->digits, 0);
  return std::nullopt;
}

TypeMerge MergeDecimals(const DataType& a, const DataType& b) {
  const int scale = std::max(a.scale, b.scale);
  const int width = std::max(a.width - a.scale, b.width - b.scale) + scale;
  if (width > kMaxDecimalWidth) return Compatible(TypeKind::kDouble);
  return {DecimalType(width, scale), true};
}

bool IsFloating(TypeKind kind) { return kind == TypeKind::kFloat || kind == TypeKind::kDouble; }

bool IsNumber(const DataType& type) {
  return IsFloating(type.kind) || type.kind == TypeKind::kBignum || AsDecimal(type).has_value();
}

TypeMerge MergeNumbers(const DataType& a, const DataType& b) {
  if (FindIntegerTraits(a.kind) && FindIntegerTraits(b.kind)) return MergeIntegers(a.kind, b.kind);
  const auto decimal_a = AsDecimal(a), decimal_b = AsDecimal(b);
  if (decimal_a && decimal_b) return MergeDecimals(*decimal_a, *decimal_b);
  const bool whole = !IsFloating(a.kind) && !IsFloating(b.kind) && a.scale == 0 && b.scale == 0;
  return Compatible(whole ? TypeKind::kBignum : TypeKind::kDouble);
}

// The order in which points in time widen; 0 for other types.
int TemporalRank(TypeKind kind) {
  constexpr std::array kTemporal = {TypeKind::kDate,      TypeKind::kTimestampS,  TypeKind::kTimestampMs,
                                    TypeKind::kTimestamp, TypeKind::kTimestampNs, TypeKind::kTimestampTz};
  const auto found = std::find(kTemporal.begin(), kTemporal.end(), kind);
  return found == kTemporal.end() ? 0 : static_cast<int>(found - kTemporal.begin()) + 1;
}

bool IsListLike(TypeKind kind) { return kind == TypeKind::kList || kind == TypeKind::kArray; }

// What is text in the files as well.
bool IsTextLike(TypeKind kind) {
  return kind == TypeKind::kVarchar || kind == TypeKind::kEnum || kind == TypeKind::kJson;
}

bool FitsJson(const DataType& type) {
  return type.kind == TypeKind::kJson || type.kind == TypeKind::kBoolean || IsNumber(type) ||
         IsListLike(type.kind) || type.kind == TypeKind::kStruct || type.kind == TypeKind::kMap;
}

TypeMerge MergeStructs(const DataType& a, const DataType& b) {
  TypeMerge merge{a, true};
  std::vector<std::string> folded;
  for (const std::string& name : a.names) folded.push_back(text::LowerCase(name));
  for (size_t i = 0; i < b.names.size(); ++i) {
    const auto known = std::find(folded.begin(), folded.end(), text::LowerCase(b.names[i]));
    if (known == folded.end() || b.names[i].empty()) {
      merge.type.names.push_back(b.names[i]);
      merge.type.children.push_back(b.children[i]);
      continue;
    }
    DataType& member = merge.type.children[static_cast<size_t>(known - folded.begin())];
    TypeMerge merged = MergeTypes(member, b.children[i]);
    member = std::move(merged.type);
    merge.compatible = merge.compatible && merged.compatible;
  }
  return merge;
}

TypeMerge MergeLists(const DataType& a, const DataType& b) {
  TypeMerge element = MergeTypes(a.children[0], b.children[0]);
  const bool array = a.kind == TypeKind::kArray && b.kind == TypeKind::kArray && a.length == b.length;
  DataType type = array ? a : ListType(ScalarType(TypeKind::kNull));
  type.children[0] = std::move(element.type);
  return {std::move(type), element.compatible};
}

TypeMerge MergeMaps(const DataType& a, const DataType& b) {
  TypeMerge key = MergeTypes(a.children[0], b.children[0]);
  TypeMerge value = MergeTypes(a.children[1], b.children[1]);
  return {MapType(std::move(key.type), std::move(value.type)), key.compatible && value.compatible};
}

bool HasNamedMembers(const DataType& type) {
  return type.kind == TypeKind::kStruct &&
         std::none_of(type.names.begin(), type.names.end(), [](const auto& name) { return name.empty(); });
}

DataType ReplaceUnknowns(DataType type) {
  if (type.kind == TypeKind::kNull) return ScalarType(TypeKind::kVarchar);
  for (DataType& child : type.children) child = ReplaceUnknowns(std::move(child));
  return type;
}

}  // namespace

TypeMerge MergeTypes(const DataType& a, const DataType& b) {
  if (a == b || b.kind == TypeKind::kNull) return {a, true};
  if (a.kind == TypeKind::kNull) return {b, true};
  if (a.kind == TypeKind::kVariant || b.kind == TypeKind::kVariant) return Compatible(TypeKind::kVariant);
  if (IsNumber(a) && IsNumber(b)) return MergeNumbers(a, b);
  if (TemporalRank(a.kind) > 0 && TemporalRank(b.kind) > 0)
    return {TemporalRank(a.kind) > TemporalRank(b.kind) ? a : b, true};
  if (HasNamedMembers(a) && HasNamedMembers(b)) return MergeStructs(a, b);
  if (IsListLike(a.kind) && IsListLike(b.kind)) return MergeLists(a, b);
  if (a.kind == TypeKind::kMap && b.kind == TypeKind::kMap) return MergeMaps(a, b);
  if (IsTextLike(a.kind) && IsTextLike(b.kind)) return Text(true);
  if ((a.kind == TypeKind::kJson && FitsJson(b)) || (b.kind == TypeKind::kJson && FitsJson(a)))
    return Compatible(TypeKind::kJson);
  return Text(false);
}

TypeTextMerge MergeTypes(const std::string& a, const std::string& b) {
  if (a == b) return {a, true};
  const auto type_a = ParseType(a), type_b = ParseType(b);
  if (!type_a.ok() || !type_b.ok()) return {"VARCHAR", false};
  const TypeMerge merge = MergeTypes(*type_a, *type_b);
  return {DuckDbType(merge.type), merge.compatible};
}

bool CanBeReadAs(const std::string& narrow, const std::string& wide) {
  if (narrow == wide || wide == "VARCHAR") return true;
  const auto type_narrow = ParseType(narrow), type_wide = ParseType(wide);
  if (!type_narrow.ok() || !type_wide.ok()) return false;
  return ReplaceUnknowns(MergeTypes(*type_wide, *type_narrow).type) == *type_wide;
}

std::string WithoutUnknowns(const DataType& type) { return DuckDbType(ReplaceUnknowns(type)); }

}  // namespace tarn::catalog
