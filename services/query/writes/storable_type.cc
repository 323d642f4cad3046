#include "services/query/writes/storable_type.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "common/table_view/exact_cast.h"

namespace tarn::query {
namespace {

constexpr auto kIntegers =
    std::to_array<std::string_view>({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT",
                                     "UINTEGER", "UBIGINT", "HUGEINT", "UHUGEINT"});
constexpr auto kNotStored = std::to_array<std::string_view>(
    {"INTERVAL", "HUGEINT", "BIT", "UNION(", "VARIANT", "TIME WITH TIME ZONE", "BIGNUM", "ENUM("});

bool IsInteger(const std::string& type) {
  return std::find(kIntegers.begin(), kIntegers.end(), type) != kIntegers.end();
}

struct Decimal {
  int width = 0, scale = 0;
};

std::optional<Decimal> AsDecimal(const std::string& type) {
  Decimal decimal;
  if (std::sscanf(type.c_str(), "DECIMAL(%d,%d)", &decimal.width, &decimal.scale) != 2) return std::nullopt;
  return decimal;
}

// Types whose values all are values of the other, or fail when they are not.
bool Fits(const std::string& from, const std::string& to) {
  const auto decimal = AsDecimal(from), wanted = AsDecimal(to);
  if (IsInteger(from)) return IsInteger(to) || wanted || to == "DOUBLE";
  if (decimal && wanted) return decimal->scale <= wanted->scale;
  if (decimal) return to == "DOUBLE";
  if (from == "FLOAT") return to == "DOUBLE";
  if (from == "DATE") return to == "TIMESTAMP" || to == "TIMESTAMP_NS";
  if (from == "TIMESTAMP_S" || from == "TIMESTAMP_MS") return to == "TIMESTAMP";
  if (from.ends_with("[]") && to.ends_with("[]"))
    return from == to || Fits(from.substr(0, from.size() - 2), to.substr(0, to.size() - 2));
  return false;
}

}  // namespace

std::optional<std::string> StorableType(const std::string& type) {
  if (type == "HUGEINT" || type == "UHUGEINT") return "DECIMAL(38,0)";
  if (type == "\"NULL\"" || type.starts_with("ENUM(")) return "VARCHAR";
  for (const auto part : kNotStored) {
    if (type.find(part) != std::string::npos) return std::nullopt;
  }
  return type;
}

std::optional<std::string> LosslessCast(const std::string& value, const std::string& from,
                                        const std::string& to, const std::string& column) {
  if (from == to) return value;
  const bool nested = to.find_first_of("([") != std::string::npos && !AsDecimal(to);
  if (from == "VARCHAR" && !nested) return table_view::ExactCast(value, to, column);
  if (from == "\"NULL\"" || Fits(from, to)) return "CAST(" + value + " AS " + to + ")";
  return std::nullopt;
}

}  // namespace tarn::query
