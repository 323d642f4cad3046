#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/runs/run.h"
#include "services/transform/transforms/definition.h"
#include "services/transform/transforms/render.h"

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
  Timestamp time;     ///< see ObjectTime
  std::string input;  ///< the name of the input that takes it
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

  /// What {{ run('...') }} stands for.
  void SetFacts(RunFacts facts) { facts_ = std::move(facts); }

  /// Makes the relation of each input. Columns: object_key, object_version, object_time and `document` JSON
  /// (json: one row per object; ndjson: one per line) or the file's own.
  Status LoadInputs(const Definition& definition, const std::vector<InputFile>& files,
                    std::stop_token cancelled);

  /// Computes every model.
  Status BuildModels(const Definition& definition, std::stop_token cancelled);

  Result<std::map<std::string, int64_t>> Counts(const Definition& definition);

  /// Where the rows of an output are and go to.
  struct OutputFiles {
    std::optional<std::filesystem::path> earlier_state;  ///< merge: what the last run left in `state`
    std::filesystem::path published;
    std::filesystem::path state;  ///< merge: the rows with all columns that their order needs, as Parquet
  };

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
  /// What stands after FROM for a model's rows.
  static std::string ModelRows(const std::string& model);
  /// Errors: as Connection::Execute; where() says nothing of a model.
  Result<std::vector<duckdb::Column>> Columns(const std::string& relation);
  duckdb::Connection& connection() { return *connection_; }

  /// Writes the files and lets go of what a merge made; returns the number of rows.
  Result<int64_t> WriteOutput(const Output& output, const OutputFiles& files, std::stop_token cancelled);

 private:
  SqlWorkspace(std::unique_ptr<duckdb::Instance> instance, std::unique_ptr<duckdb::Connection> connection)
      : instance_(std::move(instance)), connection_(std::move(connection)) {}

  Status LoadInput(const Input& input, const std::vector<InputFile>& files, std::stop_token cancelled);
  Status MakeMerged(const Output& output, const std::vector<duckdb::Column>& state_columns,
                    const std::optional<std::filesystem::path>& earlier_state, std::stop_token cancelled);
  Result<int64_t> RowsOf(const std::string& relation);

  std::unique_ptr<duckdb::Instance> instance_;
  std::unique_ptr<duckdb::Connection> connection_;
  RunFacts facts_;
  std::map<std::string, std::string> new_rows_;  // by table: what took the place of the model's rows
  std::set<std::string> merged_;                 // tables whose merge is there to be written
};

}  // namespace tarn::transform
