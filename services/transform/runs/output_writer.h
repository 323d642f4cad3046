#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/runs/sql_workspace.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Where the rows of an output are and go to.
struct OutputFiles {
  std::optional<std::filesystem::path> earlier_state;  ///< merge: what the last run left in `state`
  std::filesystem::path published;
  std::filesystem::path state;  ///< merge: the rows with all columns that their order needs, as Parquet
};

/// Makes the files of a run's outputs from its models. Errors of all methods: as SqlWorkspace.
class OutputWriter {
 public:
  explicit OutputWriter(SqlWorkspace& workspace) : workspace_(workspace) {}

  SqlWorkspace& workspace() { return workspace_; }

  /// What stands after FROM for the rows that the run computed for an output: its model's, unless others took
  /// their place.
  std::string NewRows(const Output& output) const;
  /// Lets another table or view of the same columns take the place of an output's new rows.
  void ReplaceNewRows(const Output& output, std::string relation);
  /// The same for the rows as they will be published; the first call carries a merge out. They may have more
  /// columns than readers will see.
  Result<std::string> PublishedRows(const Output& output, const OutputFiles& files,
                                    std::stop_token cancelled);
  /// The columns that readers will see.
  Result<std::vector<duckdb::Column>> PublishedColumns(const Output& output);

  /// Writes the files and lets go of what a merge made; returns the number of rows.
  Result<int64_t> WriteOutput(const Output& output, const OutputFiles& files, std::stop_token cancelled);

 private:
  Status MakeMerged(const Output& output, const std::vector<duckdb::Column>& state_columns,
                    const std::optional<std::filesystem::path>& earlier_state, std::stop_token cancelled);

  SqlWorkspace& workspace_;
  std::map<std::string, std::string> new_rows_;  // by table: what took the place of the model's rows
  std::set<std::string> merged_;                 // tables whose merge is there to be written
};

}  // namespace tarn::transform
