#pragma once

#include <filesystem>
#include <string>

#include "common/result/result.h"
#include "services/transform/transforms/definition.h"
#include "services/transform/transforms/sql_check.h"

namespace tarn::transform {

/// Reads `<folder>/transform.yaml` and `<folder>/models/*.sql`. Everything that can be known without running
/// it is checked: keys, types, references, cycles, that each model and count is one SELECT. Errors: kNotFound
/// if there is no transform.yaml; kInvalidArgument with where() = the file and, where known, the line and the
/// path ("transform.yaml: line 12, outputs[0].mode").
Result<Definition> LoadDefinition(const std::filesystem::path& folder, SqlCheck& sql_check);

/// What LoadDefinition checks once it has read the files, for a definition whose models were changed since.
/// Puts the models in order. Errors: as LoadDefinition.
Status CheckDefinition(Definition& definition, SqlCheck& sql_check);

}  // namespace tarn::transform
