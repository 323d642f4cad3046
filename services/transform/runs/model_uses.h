#pragma once

#include <map>
#include <string>

#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// How often the rows of each model are read in a run, by other models, counts, outputs and rules; 2 stands
/// for more, and is the answer whenever it is not certain.
std::map<std::string, int> CountModelUses(const Definition& definition);

}  // namespace tarn::transform
