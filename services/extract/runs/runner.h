#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "common/http_client/http_client.h"
#include "common/metrics/registry.h"
#include "common/object_store/object_store.h"
#include "services/extract/runs/active_run.h"
#include "services/extract/runs/run_store.h"
#include "services/extract/sources/client/source_governor.h"
#include "services/extract/sources/source_catalog.h"

namespace tarn::extract {

class SourceClient;

struct RunnerOptions {
  int64_t max_concurrent_runs = 4;
  int64_t max_queued_runs = 1000;
  http_client::RetryPolicy retry;
  std::filesystem::path scratch;  ///< where runs may keep files until they end
  /// How long a run waits after a failure that outlasted all tries but may pass; doubled each time in a row
  /// that it stores nothing, up to an hour. 0: it fails.
  std::chrono::milliseconds failure_pause{30'000};
};

/// Executes runs from the store's queue on threads of its own. Thread-safe.
class Runner {
 public:
  Runner(const RunnerOptions& options, const SourceCatalog& sources, RunStore& runs,
         object_store::ObjectStore& objects, http_client::HttpClient& http, SourceGovernors& governors,
         metrics::Registry& metrics);
  ~Runner() { Stop(); }

  /// Puts runs that a dead process left behind back into the queue and begins to work.
  Status Begin();

  /// Breaks runs off, leaves them queued for the next start, and joins.
  void Stop();

  /// Plans runs, all or none. The current trace goes with those that have none.
  /// Errors: kResourceExhausted if the queue is full.
  Result<std::vector<Run>> Start(std::vector<RunStore::NewRun> runs);
  Result<Run> Start(const std::string& source, const std::string& trigger, const nlohmann::json& overrides);

  /// Cancels a run, or asks one at work to stop. Errors: kNotFound; kConflict if it has ended.
  Result<Run> Cancel(const std::string& id);

 private:
  /// How a run ended, and the cursor that goes with its success.
  struct Ending {
    Run run;
    std::optional<std::string> cursor;
  };

  void Work(const std::stop_token& stop);
  /// Until the queue changes after its change number `seen`, or a run may start that had to wait at
  /// `looked_at`.
  void WaitForWork(const std::stop_token& stop, int64_t seen, Timestamp looked_at);
  void Execute(const Run& run, const std::stop_token& stop);
  Ending Extract(Run run, const std::stop_token& cancelled);
  Result<RunOutcome> RunConnector(const Source& source, const Run& run, RunContext& context);
  /// The source as it was when the run began, which is now if it had not begun.
  Result<Source> PinnedSource(Run& run);
  /// How long the run should wait before it goes on after an error that may pass; nothing if it should not.
  std::optional<std::chrono::milliseconds> PauseOf(const Run& run, const SourceClient& client) const;
  Ending Conclude(Run run, const Result<RunOutcome>& outcome,
                  std::optional<std::chrono::milliseconds> resume_after, std::optional<std::string> cursor);
  void RemoveForgottenScratch();
  void SaveUntilStored(const Ending& ending, const std::stop_token& stop);
  void CountEnd(const Run& run);
  void Notify();

  const RunnerOptions options_;
  const SourceCatalog& sources_;
  RunStore& runs_;
  object_store::ObjectStore& objects_;
  http_client::HttpClient& http_;
  SourceGovernors& governors_;
  metrics::Registry& metrics_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  int64_t changes_ = 0;                             // grows with each reason to look at the queue
  std::map<std::string, std::stop_source> active_;  // by run
  std::vector<std::jthread> threads_;
};

}  // namespace tarn::extract
