#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "services/transform/runs/run.h"

namespace tarn::transform {

/// What became of every version of every object that a transform has seen: nothing is processed twice, and
/// nothing is left out. Bookmarks outlive the runs that they name. An epoch is that of TransformState; a
/// bookmark of an earlier one is as none. What changes bookmarks belongs into a transaction of the caller.
/// Errors of all methods: as sqlite::Statement::Step.
class BookmarkStore {
 public:
  explicit BookmarkStore(sqlite::Database& database) : database_(database) {}

  /// Notes a version that was not seen before; false if it was, which changes nothing. `run_id` may be empty
  /// for one that waits.
  Result<bool> Note(const std::string& transform, int64_t epoch, const RunInput& input, InputState state,
                    const std::string& run_id);
  /// Notes that a run takes this version. One that is published stays that, one that another run takes stays
  /// its.
  Status Claim(const std::string& transform, int64_t epoch, const RunInput& input, const std::string& run_id);
  /// Notes what became of it in the run. What is published stays published.
  Status Settle(const std::string& transform, int64_t epoch, const RunInput& input, InputState state,
                const std::string& run_id);

  /// Lets those that the run gave back count as never taken.
  Status Disown(const std::string& transform, int64_t epoch, const std::string& run_id);

  Result<bool> IsPublished(const std::string& transform, int64_t epoch, const RunInput& input);

  enum class Waiting {
    kAll,
    kNeverTaken,  ///< without those that a cancelled run gave back
  };
  /// Up to `limit` versions that wait, those seen first first.
  Result<std::vector<RunInput>> ListWaiting(const std::string& transform, int64_t epoch, Waiting which,
                                            int64_t limit);

  /// How many there are, by state; without those that there are none of.
  Result<std::map<InputState, int64_t>> Counts(const std::string& transform, int64_t epoch);

  struct Unfinished {
    RunInput input;
    Timestamp seen_at;
  };
  /// The one that has been kWaiting, or kPlanned, longest.
  Result<std::optional<Unfinished>> Oldest(const std::string& transform, int64_t epoch, InputState state);

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::transform
