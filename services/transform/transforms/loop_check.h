#pragma once

#include "common/result/result.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Checks that no input takes what the transform writes itself: its tables, or the objects that an input of
/// it moves away. Errors: kInvalidArgument with where() = "inputs[<n>].prefix".
Status CheckOwnLoops(const Definition& definition);

}  // namespace tarn::transform
