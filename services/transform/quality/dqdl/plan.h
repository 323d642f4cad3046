#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/transform/quality/dqdl/ruleset.h"

namespace tarn::dqdl {

/// One number of a query's only row.
struct Slot {
  size_t query = 0;
  size_t value = 0;
};

/// What measures some rules: one scan of the table, or a grouping of it, for all the values that need it.
struct Query {
  std::vector<std::string> values;  ///< SQL, each of type DOUBLE
  std::string from;                 ///< " FROM ..."; empty: the values need no table

  /// All values in one row: "SELECT v0, v1, ... FROM ...".
  std::string Sql() const;
  /// One of them alone: what is left to do when they fail together.
  std::string Sql(size_t value) const;
};

/// How the values decide on a rule.
struct Measure {
  enum class Kind {
    kNumber,  ///< `value` meets the condition
    kRows,    ///< the part of `rows` that is not `broken` meets the condition; without one: none is broken
    kKnown,   ///< `known`, which needed no query, meets the condition; without one: it is not 0
    kAll,     ///< every part passes
    kAny,     ///< one part passes
    kError,   ///< it cannot be measured on this table
  };
  Kind kind = Kind::kError;
  Slot value, rows, broken;
  double known = 0;
  std::optional<Condition> condition;
  std::vector<Measure> parts;
  std::string error;
};

struct PlannedRule {
  Measure measure;
  /// For rules that judge rows: SQL over tarn_row that is true for the rows that keep the rule, false for the
  /// others, never NULL. It may hold window functions and subqueries. Empty: the rule judges no rows, or
  /// cannot be measured.
  std::string keeps;
};

/// What is to be asked to judge rules on one table, in the order of the rules.
struct Plan {
  std::vector<Query> queries;
  std::vector<PlannedRule> rules;
};

enum class Outcome { kPassed, kFailed, kError };
/// "passed", "failed", "error".
const char* OutcomeName(Outcome outcome);

struct Verdict {
  Outcome outcome = Outcome::kError;
  std::optional<double>
      measured;                   ///< none: nothing to measure, NaN, or a composite rule of whole-table parts
  std::optional<int64_t> rows;    ///< those the rule is about
  std::optional<int64_t> broken;  ///< those of them that break it
  std::string message;            ///< why it did not pass; empty if it did
};

/// The value of a slot: nothing for NULL. Errors: why the engine could not compute it.
using Values = std::function<Result<std::optional<double>>(const Slot& slot)>;

Verdict Judge(const Measure& measure, const Values& values);

}  // namespace tarn::dqdl
