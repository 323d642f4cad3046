#pragma once

#include <vector>

#include "common/sqlite/database.h"
#include "services/transform/runs/run.h"

namespace tarn::transform {

/// The begin of a statement whose rows ReadRuns reads; conditions follow.
extern const char* const kRunColumns;

/// Reads all rows. Errors: as sqlite::Statement::Step; kInternal for what no run can be.
Result<std::vector<Run>> ReadRuns(sqlite::Statement& select);

}  // namespace tarn::transform
