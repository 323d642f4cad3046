#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "services/catalog/inference/csv/table_rows.h"

namespace tarn::inference {

/// What the cells of a column have in common, seen from a possible header above them.
class ColumnProfile {
 public:
  /// Looks at column `index` of the rows from `from` on.
  ColumnProfile(const std::vector<Row>& rows, size_t from, size_t index);

  /// How much the cell, standing above this column, speaks for being a name (positive) or one of the values
  /// (negative). About -1 to 1.
  double VoteForName(const std::string& cell, CellKind kind) const;

  /// The share of typed cells (numbers, dates, booleans), if most are of one sort.
  double typed_share() const { return typed_share_; }
  /// True if the kind is of the column's sort.
  bool IsOfSort(CellKind kind) const;
  /// True if the column's numbers are mostly years.
  bool HasYears() const { return years_ * 2 > filled_; }

 private:
  double VoteInText(const std::string& cell, CellKind kind) const;

  size_t filled_ = 0;
  size_t years_ = 0;
  double typed_share_ = 0;
  bool numeric_ = false;
  CellKind kind_ = CellKind::kText;  // the commonest
  double mean_length_ = 0;
  std::string shape_;  // of most cells, if they have one
  std::unordered_set<std::string> values_;
};

/// The form of a value: runs of digits as 9, of capitals as A, of small letters as a, everything else as it
/// is.
std::string ShapeOf(std::string_view value);

/// True if words in the text are such as name columns (id, name, date, total ...).
bool HasNameWord(std::string_view text);

}  // namespace tarn::inference
