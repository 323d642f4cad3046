#pragma once

#include <set>
#include <string>
#include <vector>

#include "services/transform/runs/output_files.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// The definition with no more than these models, those they refer to, and the inputs that they read; with
/// the outputs of these names ("database.table"), and without counts and tests.
Definition PartOf(const Definition& definition, std::set<std::string> models,
                  const std::set<std::string>& outputs);

/// Where the outputs of a definition would be written, if they were; they build on no earlier rows.
std::vector<OutputFiles> NoFiles(const Definition& definition);

}  // namespace tarn::transform
