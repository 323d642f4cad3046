#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/query/saved_queries/saved_query.h"

namespace tarn::query {

/// Reads a `queries/<name>.sql`: the SQL of one statement. The comment lines that it begins with are its
/// description, but for settings, each on a line:
///
///   -- The ten songs heard most since a day.
///   -- @database spotify
///   -- @parameter since 2026-01-01
///
/// `@database`, `@dialect` and `@workgroup` take a name; `@parameter`, for each `?` in order, a name and,
/// where a run need not say, its value as text. Errors: kInvalidArgument with where() = the line.
Result<SavedQuery> ReadSavedQueryFile(const std::string& name, const std::string& text);

/// Those of all pipeline folders below `root`, by name. A file with a mistake is left out, with an error in
/// the log, and so is a name that an earlier folder has. Errors: kInternal.
Result<std::vector<SavedQuery>> ReadSavedQueryFiles(const std::filesystem::path& root);

}  // namespace tarn::query
