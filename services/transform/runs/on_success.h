#pragma once

#include <filesystem>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/transform/runs/run.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// An object whose rows a run is about to publish.
struct TakenInput {
  const RunInput* input;
  std::filesystem::path file;  ///< pinned
};

/// What a commit has to do to the raw objects besides publishing their rows: the `on_success` of their
/// inputs. Each change holds only for the version that the run has read. Objects that would be moved to the
/// same key, or to where the transform would take them again, stay where they are. `scratch` takes links to
/// what is moved. Errors: kUnavailable if an object is no longer what the run has read; as
/// ObjectStore::StageFile.
Result<std::vector<object_store::Change>> ChangesOnSuccess(object_store::ObjectStore& store,
                                                           const Definition& definition,
                                                           const std::vector<TakenInput>& taken,
                                                           const std::filesystem::path& scratch);

}  // namespace tarn::transform
