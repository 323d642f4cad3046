#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/quality/input_check.h"
#include "services/transform/runs/input_relations.h"

namespace tarn::transform {

/// A file, by its place in the list, that does not fit the columns of its input.
struct UnfitFile {
  size_t file;
  Fault fault;
  bool type_changed;  ///< else the engine cannot read it at all
};

/// What an input's columns are in a run.
struct SettledColumns {
  std::vector<duckdb::Column> columns;
  std::vector<UnfitFile> unfit;                         ///< in the order of the files, each once
  std::shared_ptr<const SniffedCsv> sniffed = nullptr;  ///< of a CSV input of one file
};

/// How much is looked at.
enum class Look {
  kTypes,   ///< what the engine infers of each file; single values only where that leaves a doubt
  kValues,  ///< every value of every column
};

/// Settles the columns of an input. They are the declared ones, or those that earlier runs saw (`seen`) and
/// the new ones of the files; with TypeChange::kWiden as wide as all files need, so that none is unfit for
/// its types. `files` are the input's. A JSON input has the declared ones. Errors: as
/// duckdb::Connection::Execute when it is not about the files.
Result<SettledColumns> SettleColumns(duckdb::Connection& connection, const Input& input,
                                     const std::vector<InputFile>& files,
                                     const std::vector<duckdb::Column>& seen, Look look,
                                     std::stop_token cancelled);

}  // namespace tarn::transform
