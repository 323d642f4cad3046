#pragma once

#include <optional>
#include <string>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "common/time/time.h"

namespace tarn::transform {

/// What has to be remembered of a transform's schedule.
struct ScheduleState {
  std::string timing;  ///< Schedule::Timing() of the definition that this belongs to
  Timestamp anchor;    ///< where an interval counts from
  Timestamp handled;   ///< firings up to here are dealt with
  std::optional<Timestamp> last_firing;
  std::string last_run_id;  ///< of that firing; empty if there was nothing to do
};

/// The states of schedules, in state/transform.db. Thread-safe. Errors of all methods: as
/// sqlite::Statement::Step.
class ScheduleStore {
 public:
  explicit ScheduleStore(sqlite::Database& database) : database_(database) {}

  Result<std::optional<ScheduleState>> Get(const std::string& transform);
  Status Save(const std::string& transform, const ScheduleState& state);

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::transform
