#include "services/transform/runs/column_types.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace tarn::transform {
namespace {

constexpr std::array<std::string_view, 5> kSigned = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"};
constexpr std::array<std::string_view, 5> kUnsigned = {"UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
                                                       "UHUGEINT"};

enum class Family { kInteger, kFraction, kBoolean, kDate, kTimestamp, kTime, kText, kJson, kOther };

size_t RankIn(const std::array<std::string_view, 5>& types, const std::string& type) {
  return static_cast<size_t>(std::find(types.begin(), types.end(), type) - types.begin());
}

Family FamilyOf(const std::string& type) {
  if (IsInteger(type)) return Family::kInteger;
  if (type == "DOUBLE" || type == "FLOAT") return Family::kFraction;
  if (type.starts_with("DECIMAL(") && type.ends_with(")")) return Family::kFraction;
  if (type == "BOOLEAN") return Family::kBoolean;
  if (type == "DATE") return Family::kDate;
  if (type == "TIME") return Family::kTime;
  if (type == "VARCHAR") return Family::kText;
  if (type == "JSON") return Family::kJson;
  return type.starts_with("TIMESTAMP") && !type.ends_with("]") ? Family::kTimestamp : Family::kOther;
}

std::string WiderInteger(const std::string& a, const std::string& b) {
  const size_t signed_a = RankIn(kSigned, a), signed_b = RankIn(kSigned, b);
  const size_t unsigned_a = RankIn(kUnsigned, a), unsigned_b = RankIn(kUnsigned, b);
  if (signed_a < 5 && signed_b < 5) return signed_a > signed_b ? a : b;
  if (unsigned_a < 5 && unsigned_b < 5) return unsigned_a > unsigned_b ? a : b;
  // The signed type with one bit more than the unsigned one, which HUGEINT ends.
  const size_t needed = std::min<size_t>((unsigned_a < 5 ? unsigned_a : unsigned_b) + 1, 4);
  return std::string(kSigned[std::max(needed, signed_a < 5 ? signed_a : signed_b)]);
}

}  // namespace

bool IsInteger(const std::string& type) { return RankIn(kSigned, type) < 5 || RankIn(kUnsigned, type) < 5; }

std::string CommonType(const std::string& a, const std::string& b) {
  if (a == b) return a;
  const Family of_a = FamilyOf(a), of_b = FamilyOf(b);
  if (of_a == Family::kJson || of_b == Family::kJson) return "JSON";
  if (of_a == Family::kInteger && of_b == Family::kInteger) return WiderInteger(a, b);
  const auto numeric = [](Family f) { return f == Family::kInteger || f == Family::kFraction; };
  if (numeric(of_a) && numeric(of_b)) return "DOUBLE";
  if (of_a == Family::kTimestamp && of_b == Family::kDate) return a;
  if (of_a == Family::kDate && of_b == Family::kTimestamp) return b;
  return "VARCHAR";
}

bool CsvTypeFits(const std::string& type, const std::string& inferred) {
  const Family family = FamilyOf(type), of_text = FamilyOf(inferred);
  if (family == of_text || family == Family::kText || family == Family::kJson || family == Family::kOther)
    return true;
  if (family == Family::kFraction) return of_text == Family::kInteger;
  return family == Family::kTimestamp && of_text == Family::kDate;
}

std::string TypeOfJson(const std::string& json_type) {
  if (json_type == "OBJECT" || json_type == "ARRAY") return "JSON";
  if (json_type == "UBIGINT") return "BIGINT";
  return json_type;
}

}  // namespace tarn::transform
