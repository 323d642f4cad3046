#include "common/table_view/exact_cast.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "common/duckdb/engine.h"

namespace tarn::table_view {
namespace {

constexpr std::array<std::string_view, 10> kIntegers = {"TINYINT", "SMALLINT", "INTEGER",   "BIGINT",
                                                        "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
                                                        "UBIGINT", "UHUGEINT"};

// What a text must look like to be a value of the type; empty: whatever the engine takes.
std::string PatternOf(const std::string& type) {
  if (std::find(kIntegers.begin(), kIntegers.end(), type) != kIntegers.end()) return R"([+-]?[0-9]+)";
  if (type == "DATE") return R"([0-9]{1,6}-[0-9]{1,2}-[0-9]{1,2})";
  int width = 0, scale = 0;
  if (std::sscanf(type.c_str(), "DECIMAL(%d,%d)", &width, &scale) != 2) return "";
  const std::string decimals = "[0-9]{0," + std::to_string(scale) + "}0*";
  return "[+-]?([0-9]+(\\." + decimals + ")?|\\.[0-9]" +
         (scale > 0 ? "{1," + std::to_string(scale) + "}0*" : "{0}0+") + ")";
}

}  // namespace

std::string ExactCast(const std::string& value, const std::string& type, const std::string& column) {
  const std::string cast = "CAST(" + value + " AS " + type + ")";
  const std::string pattern = PatternOf(type);
  if (pattern.empty()) return cast;
  const std::string message = "'the column " + duckdb::QuoteLiteral(column).substr(1);
  return "CASE WHEN " + value + " IS NULL OR regexp_full_match(" + value + ", " +
         duckdb::QuoteLiteral("\\s*" + pattern + "\\s*") + ") THEN " + cast + " ELSE error(" +
         message.substr(0, message.size() - 1) + " has a value that is no " + type + ": ' || left(" + value +
         ", 100)) END";
}

}  // namespace tarn::table_view
