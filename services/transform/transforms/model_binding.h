#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// The columns of a definition's inputs and models as far as they can be known without an object.
struct BoundDefinition {
  std::map<std::string, std::vector<duckdb::Column>> inputs;  ///< by name
  std::map<std::string, std::vector<duckdb::Column>> models;  ///< by name

  /// Null if they are not known.
  const std::vector<duckdb::Column>* ColumnsOf(const Input& input) const;
  const std::vector<duckdb::Column>* ColumnsOf(const Model& model) const;
};

/// Lets an engine without any rows bind the models: names and types are resolved, nothing is computed. What
/// reads a cataloged table, or an input whose columns are inferred from its objects, cannot be bound and is
/// left out, and so is what refers to it. Errors: kInvalidArgument with where() = the file and its line, for
/// columns, functions and types that do not exist.
Result<BoundDefinition> BindModels(const Definition& definition);

}  // namespace tarn::transform
