#pragma once

#include <vector>

#include "common/result/result.h"
#include "services/transform/transforms/mapping_reader.h"
#include "services/transform/transforms/model_test.h"

namespace tarn::transform {

/// Reads the list `tests`. Whether inputs, tables and models of these names exist is checked elsewhere.
/// Errors: kInvalidArgument.
Result<std::vector<ModelTest>> ReadTests(MappingReader& root);

}  // namespace tarn::transform
