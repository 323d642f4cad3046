#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "common/time/time.h"

namespace tarn::extract {

/// What became of a firing.
enum class FiringOutcome {
  kStarted,
  kSkipped,  ///< by the policy for overlaps or missed firings
  kFailed,   ///< its run could not be started
};

/// "started", "skipped" or "failed".
const char* FiringOutcomeName(FiringOutcome outcome);

struct LastFiring {
  Timestamp scheduled_for;
  Timestamp handled_at;
  FiringOutcome outcome = FiringOutcome::kStarted;
  std::string run_id;  ///< empty unless it started
  std::string reason;  ///< empty if it started
};

/// What has to be remembered of a schedule.
struct ScheduleState {
  std::string name;
  std::string
      timing;  ///< Schedule::Timing() of the definition that this belongs to; empty: none, but a pause lasts
  Timestamp anchor;   ///< where an interval without a start counts from
  Timestamp handled;  ///< firings up to here are dealt with
  std::optional<LastFiring> last;
  std::optional<Timestamp> paused_at;  ///< by a person
};

/// Keeps the states of schedules. Thread-safe. Errors of all methods: kUnavailable, kResourceExhausted (disk
/// full), kInternal.
class ScheduleStore {
 public:
  /// The migration that makes its table.
  static const std::string kMigration;

  explicit ScheduleStore(sqlite::Database& database) : database_(database) {}

  Result<std::vector<ScheduleState>> LoadAll();
  /// Stores all or none.
  Status Save(const std::vector<ScheduleState>& states);

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::extract
