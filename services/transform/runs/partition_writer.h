#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/runs/output_files.h"
#include "services/transform/transforms/output.h"

namespace tarn::transform {

/// Writes the rows of one output as files, with or without partitions.
class PartitionWriter {
 public:
  struct Source {
    std::string rows;                          ///< what stands after FROM
    std::vector<std::string> columns;          ///< of the files
    std::vector<duckdb::Column> partition_by;  ///< as in the output, with their types
    std::vector<OrderColumn> order;            ///< of the rows within a file
    std::vector<std::string> state_columns;    ///< of the state files; empty: there are none
  };

  /// `directory` is there and takes the files and what is needed on the way.
  PartitionWriter(duckdb::Connection& connection, const Output& output, std::filesystem::path directory,
                  std::stop_token cancelled)
      : connection_(connection),
        output_(output),
        directory_(std::move(directory)),
        cancelled_(std::move(cancelled)) {}

  /// Errors: as duckdb::Connection::Execute; kUnprocessable over kMaxPartitions.
  Result<WrittenOutput> Write(const Source& source);

 private:
  Result<WrittenOutput> WriteWhole(const Source& source);
  Result<WrittenOutput> WriteStraight(const Source& source);
  Result<WrittenOutput> WriteInTwoSteps(const Source& source);
  Status WriteState(const Source& source, WrittenOutput& written);
  /// Runs COPY (`query`) TO `to` `options`; returns the number of rows.
  Result<int64_t> Copy(const std::string& query, const std::filesystem::path& to, const std::string& options,
                       std::stop_token cancelled);
  /// The same for what makes a directory per partition; ends soon after there are too many.
  Result<int64_t> CopyPartitioned(const std::string& columns, const Source& source,
                                  const std::filesystem::path& to, const std::string& options);

  duckdb::Connection& connection_;
  const Output& output_;
  const std::filesystem::path directory_;
  const std::stop_token cancelled_;
};

}  // namespace tarn::transform
