#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/runs/run.h"
#include "services/transform/transforms/definition.h"
#include "services/transform/transforms/render.h"

namespace tarn::transform {

/// Which models become tables of their own. The others are views, computed together with what reads them: the
/// engine then need not hold their rows, and carries only the columns that are asked for.
enum class Materialise {
  kShared,  ///< those that are read more than once
  kAll,     ///< every model, so that each error is that of one model
};

/// Computes the models of a definition out of its input relations (LoadInputs), as relations of the names
/// that ModelRelation gives. One thread at a time; the connection and the definition must outlive it.
class ModelBuilder {
 public:
  ModelBuilder(duckdb::Connection& connection, const Definition& definition, RunFacts facts)
      : connection_(connection), definition_(definition), facts_(std::move(facts)) {}

  /// Makes every model, and calls `built` after each. Errors: as duckdb::Connection::Run; where() names the
  /// model's file.
  Status Build(Materialise materialise, std::stop_token cancelled, const std::function<void()>& built = {});

  /// The numbers that the run reports. Errors: as duckdb::Connection::Rows; where() names the count.
  Result<std::map<std::string, int64_t>> Counts();

  /// Of the models that were built, in their order.
  const std::vector<ModelReport>& reports() const { return reports_; }

 private:
  Result<ModelReport> BuildOne(const Model& model, bool materialised, std::stop_token cancelled);

  duckdb::Connection& connection_;
  const Definition& definition_;
  const RunFacts facts_;
  std::vector<ModelReport> reports_;
};

}  // namespace tarn::transform
