#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/runs/run.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// What the SQL of one run may cost.
struct EngineLimits {
  uint64_t memory_bytes = 1ull << 30;
  uint64_t temp_bytes = 8ull << 30;
  int64_t threads = 2;
};

/// An object of the run as a file that SQL may read.
struct InputFile {
  std::filesystem::path file;
  std::string key;
  std::string version;
  Timestamp time;  ///< see ObjectTime
};

/// A fresh database in memory in which the models of one run are computed. Its SQL reaches the files of the
/// given directories and nothing else. Errors of all methods: as duckdb::Connection::Execute; where() names
/// the model or output.
class SqlWorkspace {
 public:
  /// `scratch` takes what spills and what is written; `readable` is where the inputs are.
  static Result<std::unique_ptr<SqlWorkspace>> Open(const EngineLimits& limits,
                                                    const std::filesystem::path& scratch,
                                                    const std::vector<std::filesystem::path>& readable);

  /// Makes {{ input }}. Columns: object_key, object_version, object_time and `document` JSON (json: one row
  /// per object; ndjson: one per line) or the file's own.
  Status LoadInputs(Format format, const std::vector<InputFile>& files, std::stop_token cancelled);

  /// Computes every model.
  Status BuildModels(const Definition& definition, std::stop_token cancelled);

  Result<std::map<std::string, int64_t>> Counts(const Definition& definition);

  /// What stands after FROM for a model's rows.
  static std::string ModelRows(const std::string& model);
  /// Errors: as Connection::Execute; where() says nothing of a model.
  Result<std::vector<duckdb::Column>> Columns(const std::string& relation);
  /// Errors: as Connection::Execute; where() says nothing of a model.
  Result<int64_t> RowsOf(const std::string& relation);
  duckdb::Connection& connection() { return *connection_; }

 private:
  SqlWorkspace(std::unique_ptr<duckdb::Instance> instance, std::unique_ptr<duckdb::Connection> connection)
      : instance_(std::move(instance)), connection_(std::move(connection)) {}

  std::unique_ptr<duckdb::Instance> instance_;
  std::unique_ptr<duckdb::Connection> connection_;
};

}  // namespace tarn::transform
