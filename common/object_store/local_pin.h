#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "common/object_store/object_files.h"
#include "common/object_store/object_store.h"
#include "common/object_store/workspace.h"

namespace tarn::object_store {

/// Pins files by hard links in a directory of the workspace. See ObjectStore::PinFiles.
Result<std::unique_ptr<Pin>> PinObjectFiles(ObjectFiles& files, std::shared_ptr<Workspace> workspace,
                                            const std::vector<ObjectVersion>& objects);

}  // namespace tarn::object_store
