#pragma once

#include <string>
#include <string_view>

#include "services/catalog/inference/csv/dialect.h"

namespace tarn::inference {

/// How well a dialect explains a text.
struct DialectScore {
  double score = 0;    ///< pattern * type * how usual the dialect is
  double pattern = 0;  ///< 0 to 1: do the records have the same number of fields
  double type = 0;     ///< 0 to 1: do the fields look like values
  size_t columns = 1;  ///< the usual number of fields
  size_t records = 0;  ///< looked at
  size_t quoted_fields = 0;
  std::string reason;  ///< for people
};

/// Scores one dialect by data consistency: the score of the row pattern times that of the cells' types (van
/// den Burg, Nazabal, Sutton: "Wrangling messy CSV files by detecting row and type patterns", DMKD 2019).
/// Unlike there, rows above and below the table count little, types are compared within their column, and
/// what a wrong split tears apart (quotes, brackets) counts against it.
DialectScore ScoreDialect(std::string_view text, const Dialect& dialect);

}  // namespace tarn::inference
