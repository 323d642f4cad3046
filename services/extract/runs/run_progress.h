#pragma once

#include <chrono>
#include <string>

#include "services/extract/runs/run_store.h"
#include "services/extract/sources/connector.h"

namespace tarn::extract {

/// Keeps a run's progress and counts, and stores them now and then so that whoever looks sees a slow run
/// move. (Each page stores them anyway.)
class RunProgress : public ProgressReporter {
 public:
  RunProgress(RunStore& runs, Run& run) : runs_(runs), run_(run) {}

  void Advance(double fraction) override;
  void Count(std::string_view name, int64_t amount) override;

 private:
  void StoreNowAndThen();

  RunStore& runs_;
  Run& run_;
  std::chrono::steady_clock::time_point stored_{};
};

/// What a connector remembers of a source, kept in the run store.
class StoredSourceState : public SavedState {
 public:
  StoredSourceState(RunStore& runs, std::string source) : runs_(runs), source_(std::move(source)) {}
  Result<std::string> Load() override { return runs_.LoadSourceState(source_); }
  Status Save(const std::string& state) override { return runs_.SaveSourceState(source_, state); }

 private:
  RunStore& runs_;
  const std::string source_;
};

}  // namespace tarn::extract
