#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/transforms/output.h"

namespace tarn::transform {

/// The columns of a file of an output, as text: files with the same text can become one. The empty text for
/// NDJSON, of which all can. Errors: as duckdb::Connection::Execute.
Result<std::string> ColumnsOfFile(duckdb::Connection& connection, Format format,
                                  const std::filesystem::path& file);

/// Writes the rows of `files`, which have the same columns, as one file in the output's format: in its order
/// if it has one whose columns are there, else in that of the files and their rows. Values stay as they are:
/// those of CSV as text, with NULL and the empty text apart, and NDJSON to the byte. Errors: as
/// duckdb::Connection::Execute.
Status MergeFiles(duckdb::Connection& connection, const Output& output,
                  const std::vector<std::filesystem::path>& files, const std::filesystem::path& merged,
                  std::stop_token cancelled);

}  // namespace tarn::transform
