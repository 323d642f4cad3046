#pragma once

#include <mutex>
#include <string>

#include "common/result/result.h"
#include "common/time/time.h"
#include "services/extract/sources/connector.h"

namespace tarn::extract::rest {

/// Remembers, in the source's notes, that a run stored pages although the cursor, and with it what answers
/// are told by, still is as it was: the run has failed since, or is at work. "Not modified since the last
/// success" would then say nothing about what is stored. Thread-safe.
class StoredSince {
 public:
  /// `cursor` is what SavedState::LoadCursor gave.
  StoredSince(RunContext& context, const std::string& cursor);

  /// Whether a run before this one did so. Errors: those of SavedState.
  Result<bool> ByAnother() const;
  /// Whether any did, this one included. Errors: those of SavedState.
  Result<bool> ByAnyone() const;
  /// This run is about to. Durable when it returns. Errors: those of SavedState.
  Status Note();

 private:
  /// The run of the note that goes with the cursor; empty if there is none.
  Result<std::string> Noted() const;

  RunContext& context_;
  const std::string cursor_;  // its hash
  const std::string run_;
  std::mutex mutex_;
  bool noted_ = false;
};

}  // namespace tarn::extract::rest
