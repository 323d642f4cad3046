#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "common/object_store/object_store.h"
#include "services/transform/runs/run_store.h"
#include "services/transform/transforms/definition_store.h"

namespace tarn::transform {

/// Ends the runs of transforms whose folder is gone for good. Their objects wait then: a transform of the
/// same name that comes back takes them. Thread-safe.
class RemovedTransforms {
 public:
  /// `is_at_work` says whether a run is being carried out: that one ends by itself.
  RemovedTransforms(object_store::ObjectStore& store, RunStore& runs, DefinitionStore& definitions,
                    std::function<bool(const std::string& run_id)> is_at_work,
                    std::chrono::milliseconds grace)
      : store_(store),
        runs_(runs),
        definitions_(definitions),
        is_at_work_(std::move(is_at_work)),
        grace_(grace) {}

  /// Ends the runs of transforms that have been missing since `grace` before `now`: a folder that is being
  /// replaced is gone for a moment. Errors: as RunStore's; kUnprocessable for a manifest that cannot be read.
  Status Sweep(Timestamp now);

 private:
  Status EndRuns(const std::string& transform);
  Status End(const Run& run);

  object_store::ObjectStore& store_;
  RunStore& runs_;
  DefinitionStore& definitions_;
  const std::function<bool(const std::string&)> is_at_work_;
  const std::chrono::milliseconds grace_;
  std::mutex mutex_;
  std::map<std::string, Timestamp> missing_since_;
};

}  // namespace tarn::transform
