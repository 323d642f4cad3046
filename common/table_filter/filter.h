#pragma once

#include <string>
#include <vector>

namespace tarn::table_filter {

/// A constant of a statement. What it is compared with decides what it comes to.
struct Literal {
  enum class Kind {
    kNumber,       ///< exact, in decimal: "-12.50"
    kDouble,       ///< binary: "1e-3"
    kText,         ///< 'x', which takes the type of the other side
    kDate,         ///< DATE '2026-01-01': the text that was cast
    kTimestamp,    ///< TIMESTAMP '...'
    kTimestampTz,  ///< TIMESTAMPTZ '...'
    kBoolean       ///< "true" or "false"
  };

  Kind kind = Kind::kText;
  std::string text;

  bool operator==(const Literal&) const = default;
};

enum class Operator {
  kEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kIn,  ///< equal to one of the values
  kIsNull,
  kIsNotNull
};

/// A condition on one column of a table. Rows for which it is not true are not wanted, so that files which cannot
/// have a row for which it is need not be read.
struct Filter {
  std::string column;
  Operator op = Operator::kEqual;
  std::vector<Literal> values{};  ///< one; one or more for kIn, none for kIsNull and kIsNotNull

  bool operator==(const Filter&) const = default;
};

/// Filters of one table, and values of one kIn, over these numbers are not sent: they are only a speed-up.
inline constexpr size_t kMaxFilters = 64;
inline constexpr size_t kMaxValues = 1'000;

}  // namespace tarn::table_filter
