#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/query/workgroups/workgroup_definition.h"

namespace tarn::query {

/// Reads a `workgroups.yaml`: `workgroups:` with a list of definitions, whose members are those of REST.
/// Errors: kInvalidArgument with where() = the line, and the JSON pointer of what is wrong there.
Result<std::vector<WorkgroupDefinition>> ReadWorkgroupFile(const std::string& text,
                                                           const WorkgroupDefinition& defaults);

/// Those of all pipeline folders below `root`. A file with a mistake is left out, with an error in the log,
/// and so is a name that an earlier folder has. Errors: kInternal.
Result<std::vector<WorkgroupDefinition>> ReadWorkgroupFiles(const std::filesystem::path& root,
                                                            const WorkgroupDefinition& defaults);

}  // namespace tarn::query
