#pragma once

#include <cstdint>
#include <string>

#include "common/result/result.h"
#include "common/sqlite/database.h"

namespace tarn::transform {

/// What has to be remembered of a transform as a whole.
struct TransformState {
  int64_t epoch = 0;          ///< counts its resets; bookmarks of an earlier epoch are as none
  std::string reset_id;       ///< runs with a greater id are of this epoch
  bool scanning = false;      ///< a reset has still to plan the objects that exist
  bool replaces = false;      ///< the next run that publishes drops the rows that outputs append to
  int64_t publications = 0;   ///< counts the runs that published
  std::string published_run;  ///< the last of them
};

/// The states of transforms, in state/transform.db. What changes them belongs into a transaction of the
/// caller. Errors of all methods: as sqlite::Statement::Step.
class TransformStateStore {
 public:
  explicit TransformStateStore(sqlite::Database& database) : database_(database) {}

  /// That of a transform nobody has heard of is empty.
  Result<TransformState> Get(const std::string& transform);

  /// Begins a new epoch. With `replaces`, its first run that publishes starts appending outputs afresh.
  Status Reset(const std::string& transform, bool replaces);
  /// All objects that exist are planned; without any there are no rows to take the place of others.
  Status EndScan(const std::string& transform, bool has_runs);

  /// Counts a run that published, and takes note of it where it was the one to replace rows.
  Status Published(const std::string& transform, const std::string& run_id);

  /// How many publications of `upstream` have started a run of `transform`; 0 if none has.
  Result<int64_t> UpstreamCursor(const std::string& transform, const std::string& upstream);
  Status SetUpstreamCursor(const std::string& transform, const std::string& upstream, int64_t publications);

 private:
  Status Ensure(const std::string& transform);

  sqlite::Database& database_;
};

}  // namespace tarn::transform
