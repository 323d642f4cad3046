#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/runs/input_columns.h"
#include "services/transform/runs/run.h"
#include "services/transform/runs/sniffed_csv.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// An object of the run as a file that SQL may read.
struct InputFile {
  std::filesystem::path file;
  std::string key;
  std::string version;
  Timestamp time;     ///< see ObjectTime
  std::string input;  ///< the name of the input that takes it
  /// What SettleColumns found out of a CSV file that is the only one of its input.
  std::shared_ptr<const SniffedCsv> sniffed = nullptr;
};

/// The options of read_csv that are known of an input's files: its dialect, and `known` columns if there are
/// some.
std::string CsvOptions(const Input& input, const std::vector<duckdb::Column>& known);

/// Makes the relation of each input in a workspace. Columns: object_key, object_version, object_time, and
/// `document` JSON (json: one row per object; ndjson: one per line) with the declared columns taken out of
/// it, or those that `columns` says (csv, parquet), NULL where no file has them; without such, the files'
/// own. An input without files is empty. Errors: as duckdb::Connection::Run; kUnprocessable if SQL reads an
/// empty input whose columns nobody knows; where() says "input" or "input <name>".
Status LoadInputs(duckdb::Connection& connection, const Definition& definition,
                  const std::vector<InputFile>& files, const InputColumns& columns,
                  std::stop_token cancelled);

/// What stands after FROM for the rows of CSV or Parquet files. Column `_file` names the file. `known` are
/// the columns if they are known, and `types` what the values of some of them are to be read as (csv).
std::string FilesRelation(const Input& input, const std::vector<std::filesystem::path>& files,
                          const std::vector<duckdb::Column>& known, const std::vector<duckdb::Column>& types);

/// The same for JSON and NDJSON files: columns `_file` and `document`. Files of one document each must have
/// passed CheckInput and begin with no byte order mark.
std::string DocumentsRelation(duckdb::Connection& connection, const Input& input,
                              const std::vector<InputFile>& files);

/// The functions that these relations call: an instance must have them before it reads inputs.
std::span<const duckdb::ScalarFunction> InputFunctions();

/// The value that a declared column of a JSON input has, out of `document`: its name is that of a member, or
/// a path that begins with "$".
std::string JsonPathOf(const std::string& column);

/// Files that have rows: an empty CSV file has none, and not even columns.
std::vector<std::filesystem::path> FilesWithRows(const Input& input, const std::vector<InputFile>& files);

}  // namespace tarn::transform
