#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <vector>

#include "services/transform/runs/catalog_tables.h"
#include "services/transform/runs/input_columns.h"
#include "services/transform/runs/input_relations.h"
#include "services/transform/runs/model_builder.h"
#include "services/transform/runs/run_inputs.h"
#include "services/transform/runs/run_progress.h"
#include "services/transform/runs/sql_workspace.h"

namespace tarn::transform {

/// The models of a run, there to be written; both null if no object is left.
struct BuiltModels {
  std::unique_ptr<SqlWorkspace> workspace;
  std::unique_ptr<ModelBuilder> models;
};

/// Computes the models of one run in a workspace of their own. What it is given must outlive it.
class RunModels {
 public:
  struct Sources {
    const Run& run;
    const std::vector<RunInput>& inputs;
    const Definition& definition;
    const PinnedTables& tables;
    const InputColumns& columns;
    std::filesystem::path scratch;
    std::vector<std::filesystem::path> directories;  ///< where the files of inputs and tables are
  };

  RunModels(const EngineLimits& engine, int max_attempts, Sources sources, RunProgress& progress,
            std::stop_token cancelled)
      : engine_(engine),
        max_attempts_(max_attempts),
        sources_(std::move(sources)),
        progress_(progress),
        cancelled_(std::move(cancelled)) {}

  /// Builds them over these files. Errors: as LoadInputs and ModelBuilder::Build.
  Result<BuiltModels> Build(Materialise materialise, const std::vector<InputFile>& files);

  /// Builds them over all that is open, without the objects that make them fail: those become dead. Errors:
  /// as Build; those of models that fail without any object.
  Result<BuiltModels> BuildWithoutPoison(OpenedInputs& opened);

 private:
  const EngineLimits& engine_;
  const int max_attempts_;
  const Sources sources_;
  RunProgress& progress_;
  const std::stop_token cancelled_;
};

}  // namespace tarn::transform
