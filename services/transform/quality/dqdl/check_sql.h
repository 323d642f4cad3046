#pragma once

#include <string>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "common/time/time.h"
#include "services/transform/quality/dqdl/compiler.h"
#include "services/transform/quality/dqdl/ruleset.h"

namespace tarn::dqdl {

/// What rows must fulfil to keep a check, as SQL over tarn_row.
struct RowSql {
  std::string keeps;   ///< true or false, never NULL; true for rows that `where` leaves out
  bool simple = true;  ///< neither a window function nor a subquery: it can stand within an aggregate
};

/// Writes the SQL of one check.
class CheckSql {
 public:
  CheckSql(const Relation& relation, Catalog& catalog, Timestamp now)
      : relation_(relation), catalog_(catalog), now_(now) {}

  /// For checks that judge rows. Errors: kUnprocessable if the check does not fit the table.
  Result<RowSql> Rows(const Check& check);

  /// The column of that name. Errors: kUnprocessable, with the columns there are.
  Result<duckdb::Column> Column(const std::string& name) const;

  /// The SELECT of a CustomSql, in which `primary` and the names of other tables stand for their rows.
  Result<std::string> CustomQuery(const std::string& sql);

  /// " FROM <relation> AS tarn_row".
  std::string From() const;

 private:
  Result<RowSql> Unlimited(const Check& check);
  Result<std::string> Unique(const Check& check, bool complete);
  Result<std::string> Referenced(const Check& check);
  Result<std::string> Selected(const Check& check);

  const Relation& relation_;
  Catalog& catalog_;
  const Timestamp now_;
};

/// "(<where>)" on lines of its own, so that a comment at its end ends there; "true" if there is none.
std::string WhereSql(const Check& check);

}  // namespace tarn::dqdl
