#pragma once

#include "common/result/result.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Checks the outputs among themselves and the columns that each names against each other; whether the model
/// has them is not looked at. Errors: kInvalidArgument with where() = "outputs[<n>].<key>".
Status CheckOutputs(const Definition& definition);

}  // namespace tarn::transform
