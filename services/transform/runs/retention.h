#pragma once

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "common/time/time.h"

namespace tarn::transform {

/// Forgets what ended long ago: runs with their inputs and quality results, and resolved dead letters.
/// Bookmarks stay, so that nothing is processed a second time because it was forgotten; see GoneObjects.
/// Thread-safe.
class Retention {
 public:
  explicit Retention(sqlite::Database& database) : database_(database) {}

  /// Removes some of what ended before `cutoff`, about kStep rows in one transaction; false when nothing is
  /// left. Errors: as sqlite::Statement::Step.
  Result<bool> PruneStep(Timestamp cutoff);

  static constexpr int64_t kStep = 1'000;

 private:
  Result<int64_t> PruneRuns(Timestamp cutoff, int64_t budget);
  Result<int64_t> PruneLetters(Timestamp cutoff, int64_t budget);

  sqlite::Database& database_;
};

}  // namespace tarn::transform
