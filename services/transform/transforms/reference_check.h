#pragma once

#include "common/result/result.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Checks the names by which the parts of a definition refer to each other: the marks of models and counts,
/// the models of outputs, the inputs, tables and models of tests. Errors: kInvalidArgument with where() = the
/// file and the place in it.
Status CheckReferences(const Definition& definition);

/// Checks that each input is read by a model or a count. Errors: as CheckReferences.
Status CheckInputsAreRead(const Definition& definition);

}  // namespace tarn::transform
