#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "common/metrics/registry.h"
#include "services/transform/runs/compaction_turns.h"
#include "services/transform/runs/compactor.h"
#include "services/transform/runs/firings.h"
#include "services/transform/runs/run_progress.h"
#include "services/transform/runs/run_store.h"
#include "services/transform/runs/runner.h"
#include "services/transform/transforms/definition_store.h"

namespace tarn::transform {

struct SchedulerOptions {
  int64_t threads = 2;       ///< runs at a time
  int64_t max_attempts = 5;  ///< tries of a run whose failure may pass
  std::chrono::milliseconds initial_backoff{
      500};  ///< doubles with each try, and is spread by half of it either way
  std::chrono::milliseconds max_backoff{300'000};
};

/// Carries out the planned runs: those of one transform one after the other, as each builds on the tables the
/// one before left, those of different transforms side by side. Runs that were running when the process died
/// come first.
class Scheduler {
 public:
  /// `compactor` works on the tables of transforms that rest; null: nobody does.
  Scheduler(RunStore& runs, DefinitionStore& definitions, Runner& runner, metrics::Registry& metrics,
            SchedulerOptions options, Compactor* compactor = nullptr);
  /// Cancels what runs, which is taken up again by the next start, and joins.
  ~Scheduler();

  /// There may be new runs. Quick; any thread.
  void Wake();
  /// Stops a run at work that somebody cancelled (RunStore::Cancel). Quick; any thread.
  void Interrupt(const std::string& run_id);
  /// How far the run is; nothing if it is not at work.
  std::optional<RunProgress::View> Progress(const std::string& run_id) const;

 private:
  struct Assignment {
    Run run;
    std::shared_ptr<const Definition> definition;
    std::stop_source interrupt;
  };

  void Work(std::stop_token stopping);
  bool Compact(std::unique_lock<std::mutex>& lock, bool overdue_only, std::stop_token stopping);
  std::optional<Assignment> Take();
  std::chrono::steady_clock::time_point NextLook();
  void Carry(const Assignment& assignment, std::stop_token stopping);
  void Conclude(const Assignment& assignment, const std::vector<RunInput>& inputs, Result<RunReport> outcome);
  void Finish(const Run& run, const RunReport& report);
  void Postpone(const Run& run, const Error& error);
  std::chrono::milliseconds BackoffAfter(int64_t attempt) const;
  std::optional<CancelMode> CancelAskedFor(const std::string& run_id);
  void PutBack(const Run& run, const Error& reason);
  void CountQuality(const RunReport& report);

  RunStore& runs_;
  DefinitionStore& definitions_;
  Runner& runner_;
  metrics::Registry& metrics_;
  const SchedulerOptions options_;
  Firings firings_;
  ProgressBoard progress_;
  Compactor* const compactor_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  int64_t generation_ = 0;                           // counts the calls of Wake
  std::set<std::string> busy_;                       // transforms with a run, or a compaction, at work
  std::map<std::string, std::stop_source> at_work_;  // by run
  CompactionTurns turns_;
  std::string last_taken_;  // the transform served last: the others come first
  std::vector<std::jthread> threads_;
};

}  // namespace tarn::transform
