#pragma once

#include <string>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/transform/runs/run.h"
#include "services/transform/transforms/output.h"

namespace tarn::transform {

/// The part of kPublishBucket that holds what only transforms read. The catalog leaves out keys with a
/// segment that begins with '_'.
inline constexpr const char* kPrivatePrefix = "_tarn/transform/";

/// What a transform's latest run has published: an object that each run's commit replaces, together with its
/// outputs. It tells a run that died after its commit that it is done. What a table's rows are, and what its
/// merges build on, the keys of its objects say: see EarlierTable.
struct Manifest {
  std::string run_id;
  RunReport report;
};

std::string ManifestKey(const std::string& transform);

/// An empty one if the transform has published nothing. Errors: kUnprocessable if the object is not a
/// manifest.
Result<Manifest> ReadManifest(object_store::ObjectStore& store, const std::string& transform);

std::string RenderManifest(const Manifest& manifest);

}  // namespace tarn::transform
