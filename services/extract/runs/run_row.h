#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "services/extract/runs/run.h"

namespace tarn::extract {

/// The columns of the table `runs` that ReadRun reads, for a SELECT that begins with them.
const std::string& RunColumns();
Run ReadRun(const sqlite::Statement& row);
/// All rows that are left. Errors: those of Step.
Result<std::vector<Run>> ReadRuns(sqlite::Statement& select);

/// Times as they stand in rows: milliseconds since 1970, or NULL.
std::optional<Timestamp> OptionalTime(const sqlite::Statement& row, int column);
std::optional<int64_t> OptionalMillis(const std::optional<Timestamp>& time);

/// The column `problems`.
std::string DumpProblems(const std::vector<Error>& problems);

}  // namespace tarn::extract
