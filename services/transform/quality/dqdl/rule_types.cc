#include "services/transform/quality/dqdl/rule_types.h"

#include <algorithm>
#include <cctype>

namespace tarn::dqdl {
namespace {

using Takes = RuleTraits::Takes;

constexpr size_t kMaxColumns = 100;

// name, arguments, how many, condition, where, threshold, judges rows
constexpr RuleTraits kRuleTypes[] = {
    {RuleType::kRowCount, "RowCount", "", 0, 0, Takes::kNumber, true, false, false},
    {RuleType::kColumnCount, "ColumnCount", "", 0, 0, Takes::kNumber, false, false, false},
    {RuleType::kColumnExists, "ColumnExists", "a column", 1, 1, Takes::kNothing, false, false, false},
    {RuleType::kColumnNamesMatchPattern, "ColumnNamesMatchPattern", "a regular expression in quotes", 1, 1,
     Takes::kNothing, false, false, false},
    {RuleType::kSchemaMatch, "SchemaMatch", "a table", 1, 1, Takes::kNumber, false, false, false},
    {RuleType::kCompleteness, "Completeness", "a column", 1, 1, Takes::kNumber, true, false, false},
    {RuleType::kUniqueness, "Uniqueness", "a column", 1, kMaxColumns, Takes::kNumber, true, false, false},
    {RuleType::kUniqueValueRatio, "UniqueValueRatio", "a column", 1, kMaxColumns, Takes::kNumber, true, false,
     false},
    {RuleType::kDistinctValuesCount, "DistinctValuesCount", "a column", 1, 1, Takes::kNumber, true, false,
     false},
    {RuleType::kEntropy, "Entropy", "a column", 1, 1, Takes::kNumber, true, false, false},
    {RuleType::kMean, "Mean", "a column", 1, 1, Takes::kNumber, true, false, false},
    {RuleType::kSum, "Sum", "a column", 1, 1, Takes::kNumber, true, false, false},
    {RuleType::kStandardDeviation, "StandardDeviation", "a column", 1, 1, Takes::kNumber, true, false, false},
    {RuleType::kIsComplete, "IsComplete", "a column", 1, 1, Takes::kNothing, true, false, true},
    {RuleType::kIsUnique, "IsUnique", "a column", 1, kMaxColumns, Takes::kNothing, true, false, true},
    {RuleType::kIsPrimaryKey, "IsPrimaryKey", "a column", 1, kMaxColumns, Takes::kNothing, true, false, true},
    {RuleType::kColumnValues, "ColumnValues", "a column", 1, 1, Takes::kValues, true, true, true},
    {RuleType::kColumnLength, "ColumnLength", "a column", 1, 1, Takes::kNumber, true, true, true},
    {RuleType::kColumnDataType, "ColumnDataType", "a column", 1, 1, Takes::kTypes, true, true, true},
    {RuleType::kDataFreshness, "DataFreshness", "a column", 1, 1, Takes::kDuration, true, true, true},
    {RuleType::kReferentialIntegrity, "ReferentialIntegrity", "columns and then \"table.column\"", 2, 2,
     Takes::kNumber, true, false, true},
    {RuleType::kCustomSql, "CustomSql", "a SELECT in quotes", 1, 1, Takes::kMaybeNumber, false, true, true},
};

bool SameButForCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

const RuleTraits& Traits(RuleType type) {
  return *std::find_if(std::begin(kRuleTypes), std::end(kRuleTypes),
                       [&](const RuleTraits& traits) { return traits.type == type; });
}

const RuleTraits* FindRuleType(std::string_view name) {
  const auto found = std::find_if(std::begin(kRuleTypes), std::end(kRuleTypes),
                                  [&](const RuleTraits& traits) { return name == traits.name; });
  return found == std::end(kRuleTypes) ? nullptr : found;
}

std::string UnknownRuleType(std::string_view name) {
  std::string known;
  for (const RuleTraits& traits : kRuleTypes) {
    if (SameButForCase(name, traits.name))
      return "a rule type (it is written " + std::string(traits.name) + ")";
    known += (known.empty() ? "" : ", ") + std::string(traits.name);
  }
  return "a rule type (one of " + known + ")";
}

}  // namespace tarn::dqdl
