#pragma once

#include <chrono>
#include <thread>

#include "common/metrics/registry.h"
#include "services/transform/quality/dead_letter_store.h"
#include "services/transform/runs/gone_objects.h"
#include "services/transform/runs/removed_transforms.h"
#include "services/transform/runs/retention.h"
#include "services/transform/runs/run_store.h"
#include "services/transform/transforms/definition_store.h"

namespace tarn::transform {

/// Does what has to be done from time to time: shows the backlog of each transform in metrics, ends the runs
/// of removed ones, forgets what is old.
class Housekeeper {
 public:
  /// A `retention` of zero keeps everything. `is_there`: see GoneObjects.
  Housekeeper(RunStore& runs, DeadLetterStore& dead_letters, DefinitionStore& definitions,
              RemovedTransforms& removed, metrics::Registry& metrics, std::chrono::milliseconds retention,
              GoneObjects::IsThere is_there)
      : runs_(runs),
        dead_letters_(dead_letters),
        definitions_(definitions),
        removed_(removed),
        metrics_(metrics),
        pruning_(runs.database()),
        gone_(runs.database(), std::move(is_there)),
        retention_(retention) {}

  /// Begins, on a thread of its own.
  void Begin();
  void Stop();

  /// One round of it. The thread does this; tests do without it.
  void Round(Timestamp now, std::stop_token stopping = {});
  /// Sets the gauges. Errors: as the stores'.
  Status ShowBacklog(Timestamp now);

 private:
  void Prune(Timestamp now, std::stop_token stopping);
  void ForgetGone(Timestamp now);

  RunStore& runs_;
  DeadLetterStore& dead_letters_;
  DefinitionStore& definitions_;
  RemovedTransforms& removed_;
  metrics::Registry& metrics_;
  Retention pruning_;
  GoneObjects gone_;
  const std::chrono::milliseconds retention_;
  Timestamp next_pruning_;
  Timestamp next_walk_;  // through what may be gone
  std::jthread thread_;
};

}  // namespace tarn::transform
