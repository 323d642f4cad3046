#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/transform/quality/input_check.h"
#include "services/transform/quality/quality_result.h"
#include "services/transform/runs/catalog_tables.h"
#include "services/transform/runs/planner.h"
#include "services/transform/runs/sql_workspace.h"
#include "services/transform/transforms/definition.h"
#include "services/transform/transforms/sql_check.h"

namespace tarn::transform {

/// What somebody wants to see.
struct PreviewRequest {
  std::string target;  ///< a model, or an output: "table" or "database.table"
  bool is_output = false;
  std::vector<Planner::ObjectName> objects{};  ///< of the inputs; none: the newest
  std::string prefix{};                        ///< of the newest
  int64_t limit = 100;                         ///< of rows
  std::optional<std::string> sql{};            ///< in place of the model's
};

/// What a preview may cost.
struct PreviewOptions {
  EngineLimits engine{512ull << 20, 1ull << 30, 2};
  std::chrono::milliseconds timeout{30'000};
  size_t sample_objects = 10;           ///< of each input, when the request names none
  uint64_t sample_bytes = 64ull << 20;  ///< of all objects
  uint64_t answer_bytes = 8ull << 20;   ///< of the rows
  int64_t concurrent = 2;               ///< at a time
  InputLimits input;
};

/// What came of it.
struct PreviewResult {
  std::vector<duckdb::Column> columns;
  std::string rows;        ///< JSON: an array of arrays, values as duckdb::Chunk::Json
  bool truncated = false;  ///< there are more rows
  struct ModelRows {
    std::string name;
    int64_t rows = 0;
  };
  std::vector<ModelRows> models;  ///< that were computed, in their order
  std::string plan;               ///< the engine's, of the target's model
  std::vector<QualityResult> quality;
  std::vector<object_store::ObjectVersion> objects;  ///< that were read
  std::vector<std::string> warnings;
};

/// Computes a model or an output on a sample of objects, in an engine of its own. Publishes nothing and
/// writes no dead letter. Thread-safe.
class Preview {
 public:
  /// Without a catalog, models that read tables cannot be shown.
  Preview(object_store::ObjectStore& store, SqlCheck& sql_check, PreviewOptions options,
          catalog_client::Catalog* catalog = nullptr)
      : store_(store), sql_check_(sql_check), tables_(catalog, store), options_(options) {}

  /// Errors: kNotFound (the model or output, an object); kInvalidArgument for SQL that LoadDefinition would
  /// refuse or an object that no input takes; kDeadlineExceeded; kCancelled; as duckdb::Connection::Run, with
  /// the model in where().
  Result<PreviewResult> Run(const Definition& definition, const PreviewRequest& request,
                            std::stop_token cancelled);

 private:
  Result<PreviewResult> Compute(const Definition& definition, const PreviewRequest& request,
                                std::stop_token cancelled);

  object_store::ObjectStore& store_;
  SqlCheck& sql_check_;
  CatalogTables tables_;
  const PreviewOptions options_;
};

}  // namespace tarn::transform
