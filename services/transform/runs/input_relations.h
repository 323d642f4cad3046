#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/runs/run.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// An object of the run as a file that SQL may read.
struct InputFile {
  std::filesystem::path file;
  std::string key;
  std::string version;
  Timestamp time;     ///< see ObjectTime
  std::string input;  ///< the name of the input that takes it
};

/// Makes the relation of each input in a workspace. Columns: object_key, object_version, object_time and
/// `document` JSON (json: one row per object; ndjson: one per line) or the file's own. Errors: as
/// duckdb::Connection::Run, where() says "input" or "input <name>".
Status LoadInputs(duckdb::Connection& connection, const Definition& definition,
                  const std::vector<InputFile>& files, std::stop_token cancelled);

}  // namespace tarn::transform
