#pragma once

#include <string>
#include <vector>

#include "services/transform/runs/bookmark_store.h"
#include "services/transform/runs/run.h"
#include "services/transform/runs/transform_state.h"

namespace tarn::transform {

/// How runs are made of objects.
struct BatchOptions {
  Trigger trigger = Trigger::kEvent;
  std::string cause = "{}";   ///< see Run::cause
  bool joins = false;         ///< goes on with the run of this trigger that waits, if there is one
  int64_t max_objects = 200;  ///< of one run
  int64_t max_bytes = 1 << 30;
  Timestamp not_before;  ///< when a run that is not full may start
};

/// Puts objects into runs of one transform, as many into each as it may take. All of its life belongs into
/// one transaction of the caller. Errors of all methods: as sqlite::Statement::Step.
class Batcher {
 public:
  static Result<Batcher> Open(sqlite::Database& database, const std::string& transform, BatchOptions options);

  /// Plans a version that the transform has not seen before; another one is left as it is.
  Status AddNew(const RunInput& input, const std::string& traceparent);
  /// Plans a version whether or not it has been seen.
  Status Add(const RunInput& input, const std::string& traceparent);
  /// Makes sure that there is a run, with objects or without.
  Status AddRun(const std::string& traceparent);

  /// Writes what is still to be written. Returns the runs that took objects, in order.
  Result<std::vector<std::string>> Close();

  const TransformState& state() const { return state_; }

 private:
  Batcher(sqlite::Database& database, const std::string& transform, BatchOptions options,
          TransformState state)
      : database_(database),
        bookmarks_(database),
        transform_(transform),
        options_(std::move(options)),
        state_(std::move(state)) {}

  Status FindWaiting();
  Status MakeRoom(const RunInput& input);
  Status Put(const RunInput& input, const std::string& traceparent);
  Status Flush(bool full);
  bool IsFull() const;

  sqlite::Database& database_;
  BookmarkStore bookmarks_;
  const std::string transform_;
  const BatchOptions options_;
  const TransformState state_;

  // The run that takes objects now.
  std::string run_id_;
  bool exists_ = false;  // in the database
  int64_t objects_ = 0;
  uint64_t bytes_ = 0;
  bool changed_ = false;
  std::vector<std::string> runs_;
};

}  // namespace tarn::transform
