#pragma once

#include <stop_token>
#include <vector>

#include "common/result/result.h"
#include "services/transform/runs/input_columns.h"
#include "services/transform/runs/run.h"
#include "services/transform/runs/run_inputs.h"
#include "services/transform/runs/settled_columns.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Whether the columns of an input are settled at all: documents without declared columns have none.
bool HasColumns(const Input& input);

/// Settles the columns of all inputs: `columns` has those of earlier runs, and then those of this one.
/// Objects that the engine cannot read, and under TypeChange::kQuarantine those in which a type changed,
/// become dead. Errors: as SettleColumns; kUnprocessable for a changed type under TypeChange::kFail, where()
/// is the object.
Status SettleInputs(duckdb::Connection& connection, const Run& run, const std::vector<RunInput>& inputs,
                    const Definition& definition, Look look, OpenedInputs& opened, InputColumns& columns,
                    std::stop_token cancelled);

}  // namespace tarn::transform
