#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "services/extract/sources/connector.h"
#include "services/extract/sources/ordered_parallel.h"
#include "services/extract/sources/rest/api.h"
#include "services/extract/sources/rest/cursor_tracker.h"
#include "services/extract/sources/rest/options.h"
#include "services/extract/sources/rest/stored_since.h"
#include "services/extract/sources/rest/validators.h"

namespace tarn::extract::rest {

/// What is paged through from one first request: a stream, one partition of it, or its part for one parent
/// record.
struct Unit {
  const StreamOptions* stream = nullptr;
  std::string path;    ///< PageId::stream
  std::string prefix;  ///< in the names of its pages, where several units share a path
  std::string key;     ///< its name in the saved cursors
  TemplateValues values;
  CursorState cursor;   ///< from the run before
  std::optional<Validators> validators;  ///< of the last success
  size_t max_seen = 0;  ///< for CursorTracker
};

/// A record that children are read for: the fields they asked for, in the order of UnitReader's `fields`.
using ParentRecord = std::vector<std::optional<TemplateValue>>;

/// What came of a unit.
struct UnitResult {
  Unit unit;                     ///< what it is of; without the cursor
  std::optional<Error> problem;  ///< why it is not complete
  int64_t pages_stored = 0;
  std::vector<ParentRecord> parents;
  std::optional<CursorState> cursor;  ///< how far it is read now, if that is to be saved
  std::optional<Validators> validators;  ///< to be saved
  bool unchanged = false;  ///< the source says that it is as it was, and nothing was stored
};

/// What the units of a run share. Thread-safe.
class RunFrame {
 public:
  /// `cursor` is what SavedState::LoadCursor gave.
  RunFrame(const Options& options, RunContext& context, const std::string& cursor)
      : options(options),
        context(context),
        api(options, context),
        stored_since(context, cursor),
        connections(options.connections) {}

  /// Errors: kCancelled, or what Halt was told.
  Status Check();
  /// Makes every unit stop at its next page. The first error counts.
  void Halt(const Error& error);

  const Options& options;
  RunContext& context;
  Api api;
  StoredSince stored_since;
  Slots connections;  ///< one for each request under way

 private:
  std::atomic<bool> halted_ = false;
  std::mutex mutex_;
  std::optional<Error> error_;
};

/// True for failures that end the run; others leave hope for the other units.
bool EndsRun(const Error& error);

}  // namespace tarn::extract::rest
