#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/runs/output_files.h"
#include "services/transform/runs/sql_workspace.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// True if a merge needs only the partitions of its new rows: the columns that they are made of are in its
/// key, which a definition is checked for.
bool MergesByPartition(const Output& output);

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
  /// The same for the rows as they will be published; the first call carries a merge out. Of a partitioned
  /// table only those of the partitions that the run rewrites. They may have more columns than readers will
  /// see.
  Result<std::string> PublishedRows(const Output& output, const OutputFiles& files,
                                    std::stop_token cancelled);
  /// The columns that readers will see, those that the table is partitioned by included.
  Result<std::vector<duckdb::Column>> PublishedColumns(const Output& output);

  /// Writes the files and lets go of what a merge made. A table without partitions gets a file even if there
  /// are no rows, so that readers know its columns. A merge that changes nothing writes nothing, if that may
  /// be. Errors: also kUnprocessable over kMaxPartitions.
  Result<WrittenOutput> WriteOutput(const Output& output, const OutputFiles& files,
                                    std::stop_token cancelled);

 private:
  Result<std::set<std::string>> TouchedPartitions(const Output& output, std::stop_token cancelled);
  Status MakeMerged(const Output& output, const std::vector<std::filesystem::path>& earlier_state,
                    std::stop_token cancelled);
  Result<bool> ChangesNothing(const Output& output, std::stop_token cancelled);
  Status DropMerged(const Output& output);
  Result<WrittenOutput> Write(const Output& output, const std::string& rows,
                              const std::filesystem::path& directory, std::stop_token cancelled);

  SqlWorkspace& workspace_;
  std::map<std::string, std::string> new_rows_;  // by table: what took the place of the model's rows
  std::set<std::string> merged_;                 // tables whose merge is there to be written
};

}  // namespace tarn::transform
