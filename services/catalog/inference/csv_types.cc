#include "services/catalog/inference/csv_types.h"

#include <array>
#include <string_view>

#include "services/catalog/tables/column_types.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {
namespace {

// A value is of the first class whose pattern it matches and to whose type it casts.
struct ValueClass {
  const char* type;
  const char* pattern;  // RE2, matched against the whole text between spaces
};

// Bit i of a set stands for kClasses[i], the next bit for text.
constexpr std::array<ValueClass, 7> kClasses = {{
    {"BIGINT", "-?(0|[1-9][0-9]{0,18})"},
    {"HUGEINT", "-?[1-9][0-9]{18,38}"},
    {"DOUBLE",
     R"(-?((0|[1-9][0-9]*)(\.[0-9]*|[eE][+-]?[0-9]+|\.[0-9]*[eE][+-]?[0-9]+)|\.[0-9]+([eE][+-]?[0-9]+)?))"},
    {"BOOLEAN", "(?i:true|false)"},
    {"DATE", "[0-9]{4}-[0-9]{2}-[0-9]{2}"},
    {"TIMESTAMP", R"([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?)"},
    {"TIMESTAMP WITH TIME ZONE",
     R"([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)? ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))"},
}};
constexpr int64_t kText = int64_t{1} << kClasses.size();

}  // namespace

std::string ValueClassSql(const std::string& operand) {
  // Length and first character settle most text without the patterns.
  std::string sql = "CASE WHEN " + operand + " IS NULL THEN 0 WHEN length(" + operand +
                    ") > 100 OR NOT regexp_matches(" + operand + ", '^ *[-.0-9tTfF]') THEN " +
                    std::to_string(kText);
  for (size_t i = 0; i < kClasses.size(); ++i) {
    const ValueClass& candidate = kClasses[i];
    const std::string value = "TRY_CAST(" + operand + " AS " + candidate.type + ")";
    // A number too large for a DOUBLE would become infinity.
    const std::string holds =
        std::string_view(candidate.type) == "DOUBLE" ? "isfinite(" + value + ")" : value + " IS NOT NULL";
    sql += " WHEN regexp_full_match(" + operand + ", ' *(?:" + candidate.pattern + ") *') AND " + holds +
           " THEN " + std::to_string(int64_t{1} << i);
  }
  return sql + " ELSE " + std::to_string(kText) + " END";
}

std::string TypeOfClasses(int64_t classes) {
  if (classes & kText) return "VARCHAR";
  std::string type = kUnknownType;
  for (size_t i = 0; i < kClasses.size(); ++i) {
    if (classes & (int64_t{1} << i)) type = WidestCommonType(type, kClasses[i].type);
  }
  return type;
}

}  // namespace tarn::catalog
