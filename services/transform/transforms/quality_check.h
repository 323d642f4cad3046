#pragma once

#include "common/result/result.h"
#include "services/transform/transforms/definition.h"
#include "services/transform/transforms/sql_check.h"

namespace tarn::transform {

/// Checks the quality rules of all outputs as far as that can be done without rows: the SQL in them passes
/// the same gate as models, regular expressions can be read, columns are among those that an output lists,
/// tables that rules refer to are outputs or models of the transform, no table of quarantined rows has the
/// name of another one, and no two outputs wait for each other's quarantine. Errors: kInvalidArgument with
/// where() = "outputs[<n>].quality[<n>].rules".
Status CheckQuality(const Definition& definition, SqlCheck& sql_check);

}  // namespace tarn::transform
