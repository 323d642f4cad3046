#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "services/transform/quality/dead_letter_store.h"
#include "services/transform/runs/catalog_tables.h"
#include "services/transform/runs/column_facts.h"
#include "services/transform/runs/publication.h"
#include "services/transform/runs/quality_run.h"
#include "services/transform/runs/run.h"
#include "services/transform/runs/run_inputs.h"
#include "services/transform/runs/run_models.h"
#include "services/transform/runs/run_progress.h"
#include "services/transform/runs/runner.h"

namespace tarn::transform {

/// One try at a run: validates its inputs, computes the models, judges the rules, writes and commits the
/// outputs, in this order. What it is given must outlive it.
class RunAttempt {
 public:
  RunAttempt(object_store::ObjectStore& store, DeadLetterStore& dead_letters, const RunnerOptions& options,
             const Run& run, const std::vector<RunInput>& inputs, const Definition& definition,
             RunProgress& progress, std::stop_token cancelled)
      : store_(store),
        dead_letters_(dead_letters),
        options_(options),
        run_(run),
        inputs_(inputs),
        definition_(definition),
        progress_(progress),
        cancelled_(std::move(cancelled)) {}

  /// See Runner::Execute. `tables` are those that the definition reads, and `earlier_definition` is the hash
  /// of the one that the last run was carried out with.
  Result<RunReport> CarryOut(PinnedTables tables, const std::string& earlier_definition);

 private:
  Status SettleColumns(Look look);
  Result<RunReport> WithoutObjects();
  Result<RunReport> Publish();
  Result<RunReport> PublishWith(Materialise materialise);
  Result<BuiltModels> BuildModels(Materialise materialise);
  Status NoteModels(const BuiltModels& built);
  Result<bool> JudgeAndWrite(SqlWorkspace& workspace, Publication& publication);
  Status AttachQuality(QualityRun& quality, Publication& publication);
  Status AttachOnSuccess(Publication& publication);
  Result<RunReport> Refuse();
  Status PublishResults();
  int64_t Lap();

  object_store::ObjectStore& store_;
  DeadLetterStore& dead_letters_;
  const RunnerOptions& options_;
  const Run& run_;
  const std::vector<RunInput>& inputs_;
  const Definition& definition_;
  RunProgress& progress_;
  const std::stop_token cancelled_;
  PinnedTables tables_;
  std::string earlier_definition_;
  OpenedInputs opened_;
  ColumnFacts columns_;
  std::shared_ptr<const std::filesystem::path> scratch_;
  RunReport report_;
  std::chrono::steady_clock::time_point last_lap_ = std::chrono::steady_clock::now();
};

}  // namespace tarn::transform
