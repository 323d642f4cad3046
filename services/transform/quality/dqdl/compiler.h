#pragma once

#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "common/time/time.h"
#include "services/transform/quality/dqdl/plan.h"
#include "services/transform/quality/dqdl/ruleset.h"

namespace tarn::dqdl {

/// A table, view or subquery.
struct Relation {
  std::string sql;                      ///< what stands after FROM
  std::vector<duckdb::Column> columns;  ///< those that rules know of
};

/// What rules may ask for besides the table they judge.
class Catalog {
 public:
  virtual ~Catalog() = default;
  /// Errors: kNotFound; any other one ends the compilation.
  virtual Result<Relation> Table(const std::string& name) = 0;
  /// The columns of a SELECT. Errors: as duckdb::Connection::Execute.
  virtual Result<std::vector<duckdb::Column>> ColumnsOf(const std::string& query) = 0;
};

/// Says how to judge `rules` on `relation` with as few queries as can be: one scan for all simple values of
/// all rules, one grouping for each set of columns that is to be unique, one query for each that needs
/// another table. A rule that does not fit the table (a column that is not there, of the wrong type) is
/// planned as an error of its own. `now` is the time that now() stands for. Errors: those of `catalog` that
/// may pass by themselves.
Result<Plan> Compile(const std::vector<const Rule*>& rules, const Relation& relation, Catalog& catalog,
                     Timestamp now);

}  // namespace tarn::dqdl
