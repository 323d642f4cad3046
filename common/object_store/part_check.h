#pragma once

#include <vector>

#include "common/object_store/versioned_store.h"
#include "common/result/result.h"

namespace tarn::object_store {

/// Whether an upload with the parts `stored`, in the order of their numbers, can be completed with `wanted`: the errors
/// of VersionedStore::CompleteUpload that are known without reading a byte of them.
Status CheckParts(const std::vector<UploadPart>& stored, const std::vector<CompletedPart>& wanted,
                  const CompleteOptions& options);

}  // namespace tarn::object_store
