#pragma once

#include <vector>

#include "common/result/result.h"
#include "services/transform/transforms/input.h"
#include "services/transform/transforms/mapping_reader.h"

namespace tarn::transform {

/// Reads `input`, a mapping, or `inputs`, a list of them with names; without both there are none. Errors:
/// kInvalidArgument.
Result<std::vector<Input>> ReadInputs(MappingReader& root);

}  // namespace tarn::transform
