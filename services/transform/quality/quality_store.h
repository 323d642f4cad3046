#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "services/transform/quality/quality_result.h"

namespace tarn::transform {

/// A result as it is stored.
struct StoredResult {
  std::string run_id;
  int64_t ordinal = 0;  ///< within the run
  std::string transform;
  QualityResult result;
};

/// How the rules of one table came out in one run.
struct TableScore {
  std::string table;
  std::string run_id;
  std::string transform;
  Timestamp checked_at;
  QualityScore score;
};

/// Which results or scores to list, the newest run first. Empty texts mean any.
struct QualityQuery {
  std::string table;
  std::string run_id;
  std::string outcome;        ///< of results
  std::string after_run;      ///< go on in this run ...
  int64_t after_ordinal = 0;  ///< ... behind this result, or
  std::string after_table;    ///< ... behind this table
  int64_t limit = 100;
};

/// What rules found out, in state/transform.db. Thread-safe. Errors of all methods: as
/// sqlite::Statement::Step.
class QualityStore {
 public:
  explicit QualityStore(sqlite::Database& database) : database_(database) {}

  /// Within the caller's transaction. Recording the results of a run again replaces them. Forgets some of the
  /// results of other runs that are 90 days older than the first of these, and more than are recorded.
  Status Record(const std::string& run_id, const std::string& transform,
                const std::vector<QualityResult>& results);

  Result<std::vector<StoredResult>> List(const QualityQuery& query);
  Result<std::vector<TableScore>> Scores(const QualityQuery& query);

 private:
  Status ForgetOlderThan(Timestamp time, size_t recorded);

  sqlite::Database& database_;
};

}  // namespace tarn::transform
