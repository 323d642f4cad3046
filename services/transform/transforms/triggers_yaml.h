#pragma once

#include "common/result/result.h"
#include "services/transform/transforms/mapping_reader.h"
#include "services/transform/transforms/triggers.h"

namespace tarn::transform {

/// Reads the mapping `triggers`; without it, events start runs. `has_inputs`: without inputs there are no
/// events. Errors: kInvalidArgument, for a schedule with the field that is wrong and why.
Result<Triggers> ReadTriggers(MappingReader& root, bool has_inputs);

}  // namespace tarn::transform
