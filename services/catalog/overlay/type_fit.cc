#include "services/catalog/overlay/type_fit.h"

#include <algorithm>

#include "common/text/lower_case.h"
#include "services/catalog/types/type_parser.h"

namespace tarn::catalog {
namespace {

TypeFit Fit(const DataType& found, const DataType& wanted, bool nested);

TypeFit Worse(TypeFit a, TypeFit b) { return std::max(a, b); }

// TIMESTAMP_S, _MS, TIMESTAMP, _NS in this order; 0 for what is no timestamp without a zone.
int TimestampRank(TypeKind kind) {
  return kind >= TypeKind::kTimestampS && kind <= TypeKind::kTimestampNs
             ? 1 + static_cast<int>(kind) - static_cast<int>(TypeKind::kTimestampS)
             : 0;
}

// Whole digits and decimals that a number's type holds; width 0 for others.
struct Digits {
  int whole = 0;
  int decimals = 0;
};

bool DigitsOf(const DataType& type, Digits* digits) {
  if (const IntegerTraits* integer = FindIntegerTraits(type.kind)) {
    *digits = {integer->digits, 0};
    return true;
  }
  *digits = {type.width - type.scale, type.scale};
  return type.kind == TypeKind::kDecimal;
}

TypeFit IntegerFit(const IntegerTraits& found, const IntegerTraits& wanted) {
  const bool holds = found.is_signed == wanted.is_signed ? wanted.bits >= found.bits
                                                         : wanted.is_signed && wanted.bits > found.bits;
  return holds ? TypeFit::kExact : TypeFit::kChecked;
}

TypeFit NumberFit(const DataType& found, const DataType& wanted) {
  Digits from, to;
  const IntegerTraits* integer_from = FindIntegerTraits(found.kind);
  const IntegerTraits* integer_to = FindIntegerTraits(wanted.kind);
  if (integer_from && integer_to) return IntegerFit(*integer_from, *integer_to);
  // Numbers meet in DOUBLE when files disagree, too.
  if (DigitsOf(found, &from) && wanted.kind == TypeKind::kDouble) return TypeFit::kExact;
  if (found.kind == TypeKind::kFloat && wanted.kind == TypeKind::kDouble) return TypeFit::kExact;
  if (!DigitsOf(found, &from) || !DigitsOf(wanted, &to)) {
    const bool float_to_number = found.kind == TypeKind::kFloat || found.kind == TypeKind::kDouble;
    const bool number_to_float = wanted.kind == TypeKind::kFloat;
    const bool both = (float_to_number && (DigitsOf(wanted, &to) || number_to_float)) ||
                      (number_to_float && DigitsOf(found, &from));
    return both ? TypeFit::kLossy : TypeFit::kImpossible;
  }
  if (to.decimals < from.decimals) return TypeFit::kLossy;
  return to.whole < from.whole ? TypeFit::kChecked : TypeFit::kExact;
}

TypeFit TimeFit(const DataType& found, const DataType& wanted) {
  const int from = TimestampRank(found.kind), to = TimestampRank(wanted.kind);
  const bool with_zone = wanted.kind == TypeKind::kTimestampTz;
  if (found.kind == TypeKind::kDate && (to > 0 || with_zone)) return TypeFit::kExact;
  if (from > 0 && to > 0) {
    if (to < from) return TypeFit::kLossy;
    // Nanoseconds reach from 1677 to 2262 only.
    return wanted.kind == TypeKind::kTimestampNs && to > from ? TypeFit::kChecked : TypeFit::kExact;
  }
  if (from > 0 && with_zone) return found.kind == TypeKind::kTimestampNs ? TypeFit::kLossy : TypeFit::kExact;
  const bool has_time = from > 0 || found.kind == TypeKind::kTimestampTz;
  const bool is_part = to > 0 || wanted.kind == TypeKind::kDate || wanted.kind == TypeKind::kTime;
  return has_time && is_part ? TypeFit::kLossy : TypeFit::kImpossible;
}

// What a text says is checked when it is read; see ExactCast of common/table_view.
TypeFit TextFit(const DataType& wanted, bool nested) {
  if (wanted.kind == TypeKind::kJson) return TypeFit::kChecked;
  if (IsNested(wanted) || nested) return TypeFit::kLossy;
  switch (wanted.kind) {
    case TypeKind::kBoolean:
    case TypeKind::kFloat:
    case TypeKind::kDouble:
    case TypeKind::kDecimal:
    case TypeKind::kDate:
    case TypeKind::kTime:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampTz:
    case TypeKind::kInterval:
    case TypeKind::kUuid:
    case TypeKind::kEnum:
      return TypeFit::kChecked;
    default:
      return FindIntegerTraits(wanted.kind) ? TypeFit::kChecked : TypeFit::kImpossible;
  }
}

TypeFit MembersFit(const DataType& found, const DataType& wanted) {
  TypeFit fit = TypeFit::kExact;
  for (size_t i = 0; i < found.children.size(); ++i) {
    const std::string name = text::LowerCase(found.names[i]);
    const auto same = std::find_if(wanted.names.begin(), wanted.names.end(),
                                   [&](const std::string& other) { return text::LowerCase(other) == name; });
    if (same == wanted.names.end()) return TypeFit::kLossy;
    const auto position = static_cast<size_t>(same - wanted.names.begin());
    fit = Worse(fit, Fit(found.children[i], wanted.children[position], true));
  }
  return fit;
}

TypeFit NestedFit(const DataType& found, const DataType& wanted) {
  const bool list = found.kind == TypeKind::kList || found.kind == TypeKind::kArray;
  if (list && wanted.kind == TypeKind::kList) return Fit(found.children[0], wanted.children[0], true);
  if (list && wanted.kind == TypeKind::kArray) {
    if (found.kind == TypeKind::kArray && found.length != wanted.length) return TypeFit::kImpossible;
    const TypeFit length = found.kind == TypeKind::kArray ? TypeFit::kExact : TypeFit::kChecked;
    return Worse(length, Fit(found.children[0], wanted.children[0], true));
  }
  if (found.kind != wanted.kind) return TypeFit::kImpossible;
  if (found.kind == TypeKind::kStruct) return MembersFit(found, wanted);
  if (found.kind != TypeKind::kMap) return TypeFit::kImpossible;
  return Worse(Fit(found.children[0], wanted.children[0], true),
               Fit(found.children[1], wanted.children[1], true));
}

TypeFit Fit(const DataType& found, const DataType& wanted, bool nested) {
  if (found == wanted || found.kind == TypeKind::kNull) return TypeFit::kExact;
  if (wanted.kind == TypeKind::kNull) return TypeFit::kImpossible;
  // A BLOB as text would show escapes for what is no ASCII, whatever its encoding.
  if (found.kind == TypeKind::kBlob || wanted.kind == TypeKind::kBlob) return TypeFit::kImpossible;
  if (wanted.kind == TypeKind::kVarchar) return TypeFit::kExact;
  if (found.kind == TypeKind::kVarchar) return TextFit(wanted, nested);
  if (IsNested(found) || IsNested(wanted))
    return found.kind == TypeKind::kJson ? TypeFit::kLossy : NestedFit(found, wanted);
  if (found.kind == TypeKind::kBoolean)
    return FindIntegerTraits(wanted.kind) ? TypeFit::kExact : TypeFit::kImpossible;
  return std::min(NumberFit(found, wanted), TimeFit(found, wanted));
}

}  // namespace

TypeFit FitOf(const DataType& found, const DataType& wanted) { return Fit(found, wanted, false); }

TypeFit FitOf(const std::string& found, const std::string& wanted) {
  if (found == wanted) return TypeFit::kExact;
  const auto from = ParseType(found), to = ParseType(wanted);
  return from.ok() && to.ok() ? FitOf(*from, *to) : TypeFit::kImpossible;
}

}  // namespace tarn::catalog
