#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tarn::dqdl {

/// Where something stands in a text; both count from 1, columns in characters.
struct Position {
  int line = 1;
  int column = 1;
};

/// What a rule looks at. AWS Glue documents the meaning of each under "DQDL rule type reference".
enum class RuleType {
  kRowCount,
  kColumnCount,
  kColumnExists,
  kColumnNamesMatchPattern,
  kSchemaMatch,
  kCompleteness,
  kUniqueness,
  kUniqueValueRatio,
  kDistinctValuesCount,
  kEntropy,
  kMean,
  kSum,
  kStandardDeviation,
  kIsComplete,
  kIsUnique,
  kIsPrimaryKey,
  kColumnValues,
  kColumnLength,
  kColumnDataType,
  kDataFreshness,
  kReferentialIntegrity,
  kCustomSql,
};

/// One side of a comparison.
struct Operand {
  enum class Kind {
    kNumber,
    kText,
    kDate,      ///< a text that is a date or a time as well
    kNow,       ///< the time of the check, plus `span`
    kDuration,  ///< `span`
    kNull,
    kEmpty,           ///< the text ''
    kWhitespacesOnly  ///< a text of one or more blanks
  };
  Kind kind = Kind::kNumber;
  std::string text;  ///< kNumber: as SQL reads it; kText, kDate: the text itself
  double number = 0;
  std::chrono::minutes span{0};
};

/// How a value is compared. Both ends of "between" are left out, as in AWS Glue.
enum class Comparison {
  kEqual,
  kNotEqual,
  kGreater,
  kGreaterOrEqual,
  kLess,
  kLessOrEqual,
  kBetween,
  kNotBetween,
  kIn,
  kNotIn,
  kMatches,
  kNotMatches,
};

struct Condition {
  Comparison comparison = Comparison::kEqual;
  std::vector<Operand> operands;
  std::string text;  ///< "> 0.9"
};

/// A rule without "and" and "or".
struct Check {
  RuleType type = RuleType::kRowCount;
  std::vector<std::string> arguments;  ///< columns, mostly; the SQL of CustomSql, the pattern of names
  std::optional<Condition> condition;
  std::string where;                   ///< SQL: which rows it is about; empty: all
  std::optional<Condition> threshold;  ///< which part of the rows must keep it, 0 to 1; none: all
};

/// A check, or several that are combined.
struct Rule {
  enum class Kind { kCheck, kAnd, kOr };
  Kind kind = Kind::kCheck;
  Check check;
  std::vector<Rule> parts;  ///< kAnd, kOr
  std::string text;         ///< on one line, without comments
  Position at;
};

struct Ruleset {
  std::vector<Rule> rules;
};

/// True if the rule says of each row whether it keeps or breaks it, so that rows can be set aside. A
/// composite one does if all of its parts do and none has a threshold of its own.
bool JudgesRows(const Rule& rule);

/// True if the rule asks for rows that differ from each other (IsUnique, IsPrimaryKey).
bool ComparesRows(const Rule& rule);

/// Calls `visit` with each check of the rule, in the order they stand.
void ForEachCheck(const Rule& rule, const std::function<void(const Check&)>& visit);

/// The two parts of the second argument of ReferentialIntegrity: "albums.album_id" or "shop.albums.{a,b}".
struct ReferencedColumns {
  std::string table;
  std::vector<std::string> columns;
};
ReferencedColumns SplitReference(const std::string& argument);
/// "a, b" as a and b.
std::vector<std::string> SplitNames(const std::string& list);

}  // namespace tarn::dqdl
