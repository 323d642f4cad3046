#include "services/transform/runs/removed_transforms.h"

#include <algorithm>

#include "common/logging/log.h"
#include "services/transform/runs/bookmark_store.h"
#include "services/transform/runs/manifest.h"
#include "services/transform/runs/transform_state.h"

namespace tarn::transform {
namespace {

constexpr int64_t kRunsAtATime = 100;

}  // namespace

Status RemovedTransforms::Sweep(Timestamp now) {
  TARN_ASSIGN(const auto unfinished, runs_.WithUnfinishedRuns());
  std::lock_guard lock(mutex_);
  std::map<std::string, Timestamp> missing;
  for (const std::string& transform : unfinished) {
    if (definitions_.Get(transform).ok()) continue;
    const auto known = missing_since_.find(transform);
    missing[transform] = known == missing_since_.end() ? now : known->second;
  }
  missing_since_ = std::move(missing);
  for (const auto& [transform, since] : missing_since_) {
    if (now - since >= grace_) TARN_TRY(EndRuns(transform));
  }
  return Ok();
}

Status RemovedTransforms::EndRuns(const std::string& transform) {
  TARN_ASSIGN(const auto runs, runs_.Unfinished(transform, kRunsAtATime));
  for (const Run& run : runs) {
    if (!is_at_work_(run.id)) TARN_TRY(End(run));
  }
  return Ok();
}

Status RemovedTransforms::End(const Run& run) {
  // It may have died after its commit, and then it did publish.
  TARN_ASSIGN(const auto manifest, ReadManifest(store_, run.transform));
  if (manifest.run_id == run.id) return runs_.Finish(run.id, manifest.report);
  TARN_ASSIGN(const auto inputs, runs_.Inputs(run.id));
  RunReport report = CancelledReport(inputs, CancelMode::kWait,
                                     Error(Code::kNotFound,
                                           "the transform was removed from the pipelines folder; the "
                                           "run's objects wait until it comes back"));
  report.state = RunState::kFailed;
  log::Warn("run of a removed transform ended", {{"run", run.id}, {"transform", run.transform}});
  return runs_.Finish(run.id, report, [&]() -> Status {
    TARN_ASSIGN(const auto state, TransformStateStore(runs_.database()).Get(run.transform));
    return BookmarkStore(runs_.database()).Disown(run.transform, state.epoch, run.id);
  });
}

}  // namespace tarn::transform
