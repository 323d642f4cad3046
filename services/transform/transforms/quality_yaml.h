#pragma once

#include <vector>

#include "common/result/result.h"
#include "services/transform/transforms/definition.h"
#include "services/transform/transforms/mapping_reader.h"

namespace tarn::transform {

/// Reads the key `quality` of an output: a list of {severity, rows, rules}. Errors: kInvalidArgument, with
/// the line and the column in the text of the rules for what is wrong there.
Result<std::vector<QualityRules>> ReadQuality(MappingReader& output);

}  // namespace tarn::transform
