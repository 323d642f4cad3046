#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"

namespace tarn::transform {

/// Stages a file of a scratch directory, which may be gone then. Small ones as content: the store keeps that
/// with its commit and waits for no sync of its own. Errors: as ObjectStore::StageFile.
Result<std::unique_ptr<object_store::StagedObject>> StageOutput(object_store::ObjectStore& store,
                                                                const std::filesystem::path& file);

using StagedFiles = std::map<std::filesystem::path, std::unique_ptr<object_store::StagedObject>>;

/// The same for several files, of which a few are hashed and synced at a time.
Result<StagedFiles> StageOutputs(object_store::ObjectStore& store,
                                 const std::vector<std::filesystem::path>& files);

/// Lets the system begin to write a file to the disk, and does not wait for it: a sync afterwards is quicker.
void BeginWriteback(const std::filesystem::path& file);

}  // namespace tarn::transform
