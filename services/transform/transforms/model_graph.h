#pragma once

#include <vector>

#include "common/result/result.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Sorts models so that each stands after those it refers to; among independent ones the given order stays.
/// Errors: kInvalidArgument naming the model that a reference does not find, or the cycle ("a -> b -> a");
/// where() is the file.
Result<std::vector<Model>> InDependencyOrder(std::vector<Model> models);

}  // namespace tarn::transform
