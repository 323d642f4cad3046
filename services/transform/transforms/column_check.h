#pragma once

#include "common/result/result.h"
#include "services/transform/transforms/definition.h"
#include "services/transform/transforms/model_binding.h"

namespace tarn::transform {

/// Checks that the columns which outputs and tests name are there, as far as the columns of
/// models and inputs are known. Errors: kInvalidArgument with where() = "outputs[<n>].<key>" or
/// "tests[<n>]...", and the nearest name.
Status CheckColumns(const Definition& definition, const BoundDefinition& bound);

}  // namespace tarn::transform
