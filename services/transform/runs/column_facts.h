#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

#include "common/object_store/object_store.h"
#include "services/transform/runs/input_columns.h"
#include "services/transform/runs/publication.h"
#include "services/transform/runs/run_inputs.h"
#include "services/transform/runs/settled_columns.h"
#include "services/transform/runs/sql_workspace.h"

namespace tarn::transform {

/// What a run knows of the columns of its inputs: what the last run remembered, and what this one finds.
class ColumnFacts {
 public:
  /// Reads what the last run remembered and settles the columns of all inputs; objects that do not fit become
  /// dead. Nothing is done if no input has columns. Errors: as ReadInputColumns and SettleInputs.
  Status Settle(object_store::ObjectStore& store, const EngineLimits& engine, const Run& run,
                const std::vector<RunInput>& inputs, const Definition& definition, Look look,
                OpenedInputs& opened, std::stop_token cancelled);

  /// Publishes what was found for the next run, if it is not what the last one remembered. `scratch` takes
  /// the file. Errors: kUnavailable if the disk takes no more.
  Status Attach(Publication& publication, const std::string& transform,
                const std::filesystem::path& scratch) const;

  const InputColumns& columns() const { return columns_; }

 private:
  InputColumns earlier_;
  InputColumns columns_;
};

}  // namespace tarn::transform
