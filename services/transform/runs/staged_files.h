#pragma once

#include <filesystem>
#include <memory>

#include "common/object_store/object_store.h"
#include "common/result/result.h"

namespace tarn::transform {

/// Stages a file of a scratch directory, which may be gone then. Small ones as content: the store keeps that
/// with its commit and waits for no sync of its own. Errors: as ObjectStore::StageFile.
Result<std::unique_ptr<object_store::StagedObject>> StageOutput(object_store::ObjectStore& store,
                                                                const std::filesystem::path& file);

}  // namespace tarn::transform
