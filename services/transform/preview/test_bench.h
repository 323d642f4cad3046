#pragma once

#include <stop_token>
#include <vector>

#include "common/result/result.h"
#include "services/transform/preview/row_diff.h"
#include "services/transform/runs/sql_workspace.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Builds the models that a test needs out of the rows that it gives, in an engine of its own, and compares.
/// Returns the differences, one per model or output that has any. Errors: kInvalidArgument for a model,
/// output, input or table that the transform does not have, or rows that do not fit; as
/// duckdb::Connection::Run, with the model in where().
Result<std::vector<RowDiff>> CarryOutTest(const Definition& definition, const ModelTest& test,
                                          const EngineLimits& limits, std::stop_token cancelled);

}  // namespace tarn::transform
