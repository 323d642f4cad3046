#pragma once

#include <vector>

#include "common/result/result.h"
#include "services/transform/transforms/mapping_reader.h"
#include "services/transform/transforms/output.h"

namespace tarn::transform {

/// Reads the list `outputs` and refuses settings that contradict each other. Errors: kInvalidArgument.
Result<std::vector<Output>> ReadOutputs(MappingReader& root);

}  // namespace tarn::transform
