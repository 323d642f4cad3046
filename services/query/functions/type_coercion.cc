#include <algorithm>

#include "services/query/functions/trino_type.h"

namespace tarn::query {
namespace {

using Kind = TrinoType::Kind;

// The digits of an integer type as a decimal.
int IntegerDigits(Kind kind) {
  switch (kind) {
    case Kind::kTinyint:
      return 3;
    case Kind::kSmallint:
      return 5;
    case Kind::kInteger:
      return 10;
    default:
      return 19;
  }
}

TrinoType AsDecimal(const TrinoType& type) {
  return type.integral() ? MakeType(Kind::kDecimal, IntegerDigits(type.kind), 0) : type;
}

bool CommonDecimal(const TrinoType& a, const TrinoType& b, TrinoType& common) {
  const int scale = std::max(a.scale, b.scale);
  const int whole = std::max(a.precision - a.scale, b.precision - b.scale);
  common = MakeType(Kind::kDecimal, std::min(38, whole + scale), scale);
  return true;
}

bool CommonNumber(const TrinoType& a, const TrinoType& b, TrinoType& common) {
  if (a.kind == Kind::kDouble || b.kind == Kind::kDouble) return common = MakeType(Kind::kDouble), true;
  if (a.kind == Kind::kReal || b.kind == Kind::kReal) return common = MakeType(Kind::kReal), true;
  if (a.kind == Kind::kDecimal || b.kind == Kind::kDecimal)
    return CommonDecimal(AsDecimal(a), AsDecimal(b), common);
  common = a.kind > b.kind ? a : b;
  return true;
}

// DATE < TIMESTAMP < TIMESTAMP WITH TIME ZONE.
bool CommonTime(const TrinoType& a, const TrinoType& b, TrinoType& common) {
  const TrinoType& wider = a.kind >= b.kind ? a : b;
  common = wider;
  common.precision =
      std::max(a.kind == Kind::kDate ? 0 : a.precision, b.kind == Kind::kDate ? 0 : b.precision);
  if (a.kind == Kind::kTimestampTz && b.kind == Kind::kTimestampTz && a.zone != b.zone) common.zone.clear();
  // What has no zone gets the session's.
  return true;
}

bool IsTime(Kind kind) {
  return kind == Kind::kDate || kind == Kind::kTimestamp || kind == Kind::kTimestampTz;
}

bool CommonRow(const TrinoType& a, const TrinoType& b, TrinoType& common) {
  if (a.children.size() != b.children.size()) return false;
  TrinoType row = MakeType(Kind::kRow);
  for (size_t i = 0; i < a.children.size(); ++i) {
    TrinoType field;
    if (!CommonType(a.children[i], b.children[i], field)) return false;
    row.children.push_back(std::move(field));
    row.fields.push_back(a.fields[i] == b.fields[i] ? a.fields[i] : "");
  }
  common = std::move(row);
  return true;
}

bool CommonParts(const TrinoType& a, const TrinoType& b, TrinoType& common) {
  TrinoType nested = MakeType(a.kind);
  for (size_t i = 0; i < a.children.size(); ++i) {
    TrinoType child;
    if (!CommonType(a.children[i], b.children[i], child)) return false;
    nested.children.push_back(std::move(child));
  }
  common = std::move(nested);
  return true;
}

}  // namespace

bool CommonType(const TrinoType& a, const TrinoType& b, TrinoType& common) {
  if (a == b) return common = a, true;
  if (a.kind == Kind::kUnknown) return common = b, true;
  if (b.kind == Kind::kUnknown) return common = a, true;
  if (a.numeric() && b.numeric()) return CommonNumber(a, b, common);
  if (a.text() && b.text()) {
    // Trino compares char with blanks at the end ignored, and varchar with them.
    common = a.kind == b.kind && a.kind == Kind::kChar ? (a.precision > b.precision ? a : b)
                                                       : MakeType(Kind::kVarchar);
    return true;
  }
  if (IsTime(a.kind) && IsTime(b.kind)) return CommonTime(a, b, common);
  if (a.kind == Kind::kTime && b.kind == Kind::kTime) {
    common = a.precision > b.precision ? a : b;
    return true;
  }
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::kRow) return CommonRow(a, b, common);
  if (a.kind == Kind::kArray || a.kind == Kind::kMap) return CommonParts(a, b, common);
  return false;
}

int CoercionCost(const TrinoType& from, const TrinoType& to) {
  if (from == to) return 0;
  if (from.kind == Kind::kUnknown) return 1;
  if (from.text() && to.kind == from.kind) return 0;
  if (from.kind == Kind::kChar && to.kind == Kind::kVarchar) return 1;
  if (from.kind == Kind::kDecimal && to.kind == Kind::kDecimal) {
    if (to.precision < 0) return 0;
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale ? 1 : -1;
  }
  if (from.numeric() && to.numeric()) {
    if (from.kind == Kind::kDecimal && to.floating()) return to.kind == Kind::kDouble ? 5 : 6;
    if (to.kind == Kind::kDecimal) {
      if (!from.integral()) return -1;
      return to.precision < 0 || to.precision - to.scale >= IntegerDigits(from.kind) ? 10 : -1;
    }
    if (from.kind == Kind::kDecimal || from.kind > to.kind) return -1;
    const int steps = static_cast<int>(to.kind) - static_cast<int>(from.kind);
    return to.floating() ? 20 + (to.kind == Kind::kDouble ? 0 : 1) : steps;
  }
  if (from.kind == Kind::kTimestampTz && to.kind == Kind::kTimestampTz) return 0;
  if (from.kind == Kind::kTimestamp && to.kind == Kind::kTimestamp) return 0;
  if (IsTime(from.kind) && IsTime(to.kind)) {
    return from.kind < to.kind ? static_cast<int>(to.kind) - static_cast<int>(from.kind) : -1;
  }
  if (from.kind == Kind::kTime && to.kind == Kind::kTime) return 0;
  if (from.kind != to.kind || from.children.size() != to.children.size()) return -1;
  int cost = 0;
  for (size_t i = 0; i < from.children.size(); ++i) {
    const int part = CoercionCost(from.children[i], to.children[i]);
    if (part < 0) return -1;
    cost += part;
  }
  return from.kind >= Kind::kArray ? cost : -1;
}

}  // namespace tarn::query
