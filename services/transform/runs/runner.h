#pragma once

#include <chrono>
#include <stop_token>
#include <vector>

#include "common/object_store/object_store.h"
#include "services/transform/quality/dead_letter_store.h"
#include "services/transform/quality/input_check.h"
#include "services/transform/runs/catalog_tables.h"
#include "services/transform/runs/run.h"
#include "services/transform/runs/run_progress.h"
#include "services/transform/runs/sql_workspace.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

struct RunnerOptions {
  EngineLimits engine;
  InputLimits input;
  std::chrono::milliseconds longest_wait{
      std::chrono::hours(24)};   ///< for a table that cannot be had, per run
  int max_poison_attempts = 64;  ///< how often models run with fewer objects to find those that fail
};

/// Carries out one run from its inputs to the commit of its outputs. Thread-safe; runs of one transform must
/// follow each other.
class Runner {
 public:
  /// Without a catalog, runs that read tables wait for one.
  Runner(object_store::ObjectStore& store, DeadLetterStore& dead_letters, RunnerOptions options,
         catalog_client::Catalog* catalog = nullptr)
      : store_(store), dead_letters_(dead_letters), tables_(catalog, store), options_(options) {}

  /// Publishes the rows of all inputs that can be read; the others become dead letters. If a quality rule
  /// forbids it, the run fails as a whole, and only what the rules found out is published. Doing it again
  /// with the same run publishes nothing a second time. A run whose tables cannot be had yet, as the catalog
  /// does not know them or does not answer, has done nothing: its report has the state queued and says in
  /// `error` what it waits for. Errors: kCancelled; a retryable one if it may pass by itself; anything else
  /// is the run's as a whole: see GiveUp. `progress`, if there is one, is kept up to date.
  Result<RunReport> Execute(const Run& run, const std::vector<RunInput>& inputs, const Definition& definition,
                            std::stop_token cancelled, RunProgress* progress = nullptr);

  /// Ends a run that cannot be carried out: its inputs become dead letters, but for those skipped.
  Result<RunReport> GiveUp(const Run& run, const std::vector<RunInput>& inputs, const Error& error);

 private:
  Result<RunReport> Waiting(const Run& run, const Error& error) const;

  object_store::ObjectStore& store_;
  DeadLetterStore& dead_letters_;
  CatalogTables tables_;
  const RunnerOptions options_;
};

}  // namespace tarn::transform
