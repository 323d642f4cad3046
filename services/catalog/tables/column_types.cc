#include "services/catalog/tables/column_types.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "services/catalog/tables/types.h"

namespace tarn::catalog {
namespace {

constexpr int kMaxDecimalDigits = 38;

struct Integer {
  const char* name;
  bool is_signed;
  int bits;
  int digits;  // that a DECIMAL needs to hold it
};

constexpr std::array<Integer, 10> kIntegers = {{{"TINYINT", true, 8, 3},
                                                {"SMALLINT", true, 16, 5},
                                                {"INTEGER", true, 32, 10},
                                                {"BIGINT", true, 64, 19},
                                                {"HUGEINT", true, 128, 39},
                                                {"UTINYINT", false, 8, 3},
                                                {"USMALLINT", false, 16, 5},
                                                {"UINTEGER", false, 32, 10},
                                                {"UBIGINT", false, 64, 20},
                                                {"UHUGEINT", false, 128, 39}}};

const Integer* FindInteger(const std::string& type) {
  const auto found =
      std::find_if(kIntegers.begin(), kIntegers.end(), [&](const Integer& i) { return type == i.name; });
  return found == kIntegers.end() ? nullptr : &*found;
}

std::string CommonInteger(const Integer& a, const Integer& b) {
  if (a.is_signed == b.is_signed) return a.bits >= b.bits ? a.name : b.name;
  const Integer& with_sign = a.is_signed ? a : b;
  const Integer& without = a.is_signed ? b : a;
  // A signed type holds an unsigned one only if it is wider.
  const int bits = std::max(with_sign.bits, without.bits * 2);
  for (const Integer& candidate : kIntegers) {
    if (candidate.is_signed && candidate.bits == bits) return candidate.name;
  }
  return "VARCHAR";
}

struct Decimal {
  int integer_digits;
  int scale;
};

std::optional<Decimal> ParseDecimal(const std::string& type) {
  if (const Integer* integer = FindInteger(type)) return Decimal{integer->digits, 0};
  int width = 0, scale = 0;
  if (std::sscanf(type.c_str(), "DECIMAL(%d,%d)", &width, &scale) != 2) return std::nullopt;
  return Decimal{width - scale, scale};
}

std::string CommonDecimal(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale, b.scale);
  const int width = std::max(a.integer_digits, b.integer_digits) + scale;
  if (width > kMaxDecimalDigits) return "DOUBLE";
  return "DECIMAL(" + std::to_string(width) + "," + std::to_string(scale) + ")";
}

bool IsFloating(const std::string& type) { return type == "FLOAT" || type == "DOUBLE"; }

// The order in which points in time widen; 0 for other types.
int TemporalRank(const std::string& type) {
  constexpr std::array<const char*, 6> kTemporal = {"DATE",      "TIMESTAMP_S",  "TIMESTAMP_MS",
                                                    "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"};
  const auto found = std::find(kTemporal.begin(), kTemporal.end(), type);
  return found == kTemporal.end() ? 0 : static_cast<int>(found - kTemporal.begin()) + 1;
}

}  // namespace

std::string WidestCommonType(const std::string& a, const std::string& b) {
  if (a == b || b == kUnknownType) return a;
  if (a == kUnknownType) return b;

  const Integer* integer_a = FindInteger(a);
  const Integer* integer_b = FindInteger(b);
  if (integer_a && integer_b) return CommonInteger(*integer_a, *integer_b);

  const auto decimal_a = ParseDecimal(a);
  const auto decimal_b = ParseDecimal(b);
  if (decimal_a && decimal_b) return CommonDecimal(*decimal_a, *decimal_b);
  if ((decimal_a || IsFloating(a)) && (decimal_b || IsFloating(b))) return "DOUBLE";

  const int rank_a = TemporalRank(a), rank_b = TemporalRank(b);
  if (rank_a > 0 && rank_b > 0) return rank_a > rank_b ? a : b;
  return "VARCHAR";
}

}  // namespace tarn::catalog
