#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "common/result/result.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Definitions by name.
using Definitions = std::map<std::string, std::shared_ptr<const Definition>>;

/// Checks that a definition can stand beside others: that none of them has a table of it, since two writers
/// would take each other's files for their own, that no circle of transforms starts each other, and that the
/// transforms it follows are among `names`, all there are. Errors: kInvalidArgument with where() = the file
/// and the place in it.
Status CheckNeighbours(const Definition& definition, const Definitions& others,
                       const std::set<std::string>& names);

}  // namespace tarn::transform
